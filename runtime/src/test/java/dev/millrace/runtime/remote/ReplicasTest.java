package dev.millrace.runtime.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ReplicasTest {

  private static final long SECOND = 1_000_000_000L;

  private final Replicas replicas =
      new Replicas(List.of(Base.of("http://a:1/v1"), Base.of("http://b:2/v1")), 2);
  private final Replica a = replicas.all().get(0);
  private final Replica b = replicas.all().get(1);

  @Test
  void the_one_with_fewer_requests_in_flight_is_chosen() {
    a.begin();
    assertThat(replicas.choose(0, null, false)).isSameAs(b);
    b.begin();
    b.begin();
    assertThat(replicas.choose(0, null, false)).isSameAs(a);
  }

  @Test
  void among_equals_they_take_turns() {
    Replica first = replicas.choose(0, null, false);
    assertThat(replicas.choose(0, null, false)).isNotSameAs(first);
  }

  @Test
  void one_that_is_full_is_not_chosen_and_all_full_gives_none() {
    a.begin();
    a.begin();
    b.begin();
    assertThat(replicas.choose(0, null, false)).isSameAs(b);
    b.begin();
    assertThat(replicas.choose(0, null, false)).isNull();
    assertThat(replicas.anyHealthy(0)).isTrue();
  }

  @Test
  void the_one_that_failed_a_request_is_asked_again_only_where_that_may_help() {
    fail(a, Replica.FAILURES, 0);
    assertThat(replicas.choose(0, b, false)).isNull();
    assertThat(replicas.choose(0, b, true)).isSameAs(b);
  }

  private static void fail(Replica replica, int times, long now) {
    for (int i = 0; i < times; i++) {
      replica.failed(now);
    }
  }

  @Test
  void three_failures_in_a_row_put_it_aside_and_a_success_between_does_not() {
    fail(a, 2, 0);
    assertThat(a.succeeded()).isFalse();
    fail(a, 2, 0);
    assertThat(a.isAside()).isFalse();
    assertThat(a.failed(0)).isTrue();
    assertThat(a.healthy(0)).isFalse();
    assertThat(replicas.choose(0, null, false)).isSameAs(b);
  }

  @Test
  void after_a_second_one_request_is_let_through_to_see() {
    fail(a, 3, 0);
    assertThat(a.healthy(SECOND - 1)).isFalse();
    assertThat(a.healthy(SECOND)).isTrue();
    a.begin();
    assertThat(a.healthy(SECOND)).isFalse();
    a.end();
    assertThat(a.succeeded()).isTrue();
    assertThat(a.healthy(SECOND)).isTrue();
  }

  @Test
  void each_failed_probe_doubles_the_time_up_to_half_a_minute() {
    fail(a, 3, 0);
    long now = SECOND;
    for (long seconds : new long[] {2, 4, 8, 16, 30, 30}) {
      assertThat(a.failed(now)).isFalse();
      assertThat(a.asideFor(now)).isEqualTo(seconds * SECOND);
      now += seconds * SECOND;
    }
  }

  @Test
  void failures_of_requests_from_before_do_not_lengthen_it() {
    fail(a, 5, 0);
    assertThat(a.asideFor(0)).isEqualTo(SECOND);
  }

  @Test
  void when_all_are_aside_the_soonest_tells_when_to_come_back() {
    fail(a, 3, 0);
    fail(b, 3, SECOND / 2);
    assertThat(replicas.anyHealthy(SECOND / 2)).isFalse();
    assertThat(replicas.soonestMillis(SECOND / 2)).isEqualTo(500);
  }

  @Test
  void second_tries_are_a_tenth_of_the_requests_after_an_advance_of_ten() {
    RetryBudget budget = new RetryBudget();
    int taken = 0;
    while (budget.take()) {
      taken++;
    }
    assertThat(taken).isEqualTo(10);
    for (int i = 0; i < 100; i++) {
      budget.requested();
      taken += budget.take() ? 1 : 0;
    }
    assertThat(taken).isBetween(19, 20);
  }
}
