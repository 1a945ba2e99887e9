package dev.millrace.bench;

import static dev.millrace.bench.Plans.MILLI;
import static dev.millrace.bench.Plans.SECOND;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The accounting of the open loop, under a clock that the test moves. */
class WsLoadTest {

  /** Not 0: the clock's origin means nothing. */
  private static final long START = -7 * SECOND;

  private final List<Long> sent = new ArrayList<>();

  private WsLoad load(WsPlan plan) {
    return new WsLoad(plan, plan.sessions(), (session, task) -> sent.add(task), START);
  }

  private static void hear(WsLoad load, int session, long now, String json) {
    byte[] bytes = json.getBytes(UTF_8);
    load.message(session, bytes, 0, bytes.length, now);
  }

  private static void ack(WsLoad load, long task, long now) {
    hear(load, (int) (task % 2), now, "{\"op\":\"ack\",\"ref\":\"" + task + "\"}");
  }

  private static void event(WsLoad load, int seq, String kind, long now) {
    hear(
        load,
        0,
        now,
        "{\"op\":\"event\",\"ref\":\"0\",\"seq\":"
            + seq
            + ",\"kind\":\""
            + kind
            + "\",\"state\":\"succeeded\"}");
  }

  @Test
  void tasks_are_sent_when_they_are_due_and_not_before() {
    WsLoad load = load(Plans.ws(2, 1_000, 1, true));
    assertThat(load.tick(START)).isEqualTo(START + MILLI);
    assertThat(sent).containsExactly(0L);
    load.tick(START + MILLI - 1);
    assertThat(sent).hasSize(1);
    load.tick(START + 10 * MILLI);
    assertThat(sent).hasSize(11);
    assertThat(load.tick(START + 5 * SECOND)).isEqualTo(Long.MAX_VALUE);
    assertThat(sent).hasSize(1_000);
  }

  @Test
  void a_server_that_stalls_for_a_second_shows_it_in_every_request_that_was_due_meanwhile() {
    WsLoad load = load(Plans.ws(2, 1_000, 10, true));
    int answered = 0;
    for (long milli = 0; milli <= 10_000; milli++) {
      long now = START + milli * MILLI;
      load.tick(now);
      boolean stalled = milli >= 4_000 && milli < 5_000;
      for (; !stalled && answered < sent.size(); answered++) {
        ack(load, answered, now);
      }
    }
    Percentiles ack = load.finish(START + 10 * SECOND).ack.summary();
    // A tenth of the requests waited, from 1 s down to nothing: p99 is 0.9 s, not the usual 0.
    assertThat(ack.count()).isEqualTo(10_000);
    assertThat(ack.p50()).isLessThan(1);
    assertThat(ack.p99()).isCloseTo(900, within(5.0));
    assertThat(ack.max()).isCloseTo(1_000, within(5.0));
  }

  @Test
  void a_generator_that_stalls_itself_counts_from_when_the_tasks_were_due() {
    WsLoad load = load(Plans.ws(2, 1_000, 1, true));
    load.tick(START + 500 * MILLI);
    for (long task = 0; task < sent.size(); task++) {
      ack(load, task, START + 500 * MILLI);
    }
    WsTally tally = load.tally();
    assertThat(tally.ack.summary().max()).isCloseTo(500, within(1.0));
    assertThat(tally.sendLag.summary().max()).isCloseTo(500, within(1.0));
  }

  @Test
  void what_has_no_answer_at_the_end_stands_in_the_percentiles_with_its_wait() {
    WsLoad load = load(Plans.ws(2, 10, 1, true));
    load.tick(START + SECOND);
    WsTally tally = load.finish(START + 2 * SECOND);
    assertThat(tally.unanswered).isEqualTo(10);
    assertThat(tally.ack.summary().count()).isEqualTo(10);
    assertThat(tally.ack.summary().max()).isCloseTo(2_000, within(5.0));
  }

  @Test
  void warm_up_tasks_are_checked_but_not_timed() {
    WsPlan plan =
        new WsPlan(
            2,
            10,
            java.time.Duration.ofSeconds(1),
            java.time.Duration.ofSeconds(1),
            java.time.Duration.ofSeconds(1),
            "sim",
            2,
            20,
            0,
            "memory",
            true,
            0,
            0);
    WsLoad load = load(plan);
    load.tick(START + 2 * SECOND);
    for (long task = 0; task < 20; task++) {
      ack(load, task, START + 2 * SECOND);
    }
    assertThat(load.tally().acked).isEqualTo(20);
    assertThat(load.tally().ack.summary().count()).isEqualTo(10);
  }

  @Test
  void tokens_are_timed_against_the_interval_and_the_ends_against_the_due_time() {
    WsLoad load = load(Plans.ws(2, 1, 1, false));
    load.tick(START);
    ack(load, 0, START + MILLI);
    event(load, 0, "token", START + 10 * MILLI);
    event(load, 1, "token", START + 33 * MILLI);
    event(load, 2, "end", START + 53 * MILLI);
    WsTally tally = load.finish(START + SECOND);
    assertThat(tally.firstToken.summary().max()).isCloseTo(10, within(0.1));
    assertThat(tally.jitter.summary().count()).isEqualTo(1);
    assertThat(tally.jitter.summary().max()).isCloseTo(3, within(0.1));
    assertThat(tally.endToEnd.summary().max()).isCloseTo(53, within(0.1));
    assertThat(tally.violations()).isZero();
    assertThat(load.settled()).isTrue();
  }

  @Test
  void a_notice_takes_a_number_and_is_no_token() {
    WsLoad load = load(Plans.ws(2, 1, 1, false));
    load.tick(START);
    ack(load, 0, START);
    event(load, 0, "token", START);
    event(load, 1, "notice", START);
    event(load, 2, "token", START);
    event(load, 3, "end", START);
    assertThat(load.tally().violations()).isZero();
  }

  @Test
  void an_event_on_the_socket_of_another_task_is_unknown_there() {
    WsLoad load = load(Plans.ws(2, 1, 1, false));
    load.tick(START);
    hear(load, 1, START, "{\"op\":\"ack\",\"ref\":\"0\"}");
    assertThat(load.tally().violations(Violation.UNKNOWN_REF)).isEqualTo(1);
    assertThat(load.tally().acked).isZero();
  }

  @Test
  void a_second_ack_is_a_violation_and_not_counted() {
    WsLoad load = load(Plans.ws(2, 1, 1, true));
    load.tick(START);
    ack(load, 0, START);
    ack(load, 0, START);
    assertThat(load.tally().acked).isEqualTo(1);
    assertThat(load.tally().violations(Violation.SECOND_ANSWER)).isEqualTo(1);
  }

  @Test
  void an_event_without_a_number_is_unreadable() {
    WsLoad load = load(Plans.ws(2, 1, 1, false));
    load.tick(START);
    ack(load, 0, START);
    hear(load, 0, START, "{\"op\":\"event\",\"ref\":\"0\",\"kind\":\"token\"}");
    assertThat(load.tally().violations(Violation.UNREADABLE)).isEqualTo(1);
  }

  @Test
  void a_busy_answer_frees_the_place_and_an_error_after_the_ack_leaves_the_task_lost() {
    WsLoad load = load(Plans.ws(2, 2, 1, false));
    load.tick(START + SECOND);
    hear(load, 0, START, "{\"op\":\"busy\",\"ref\":\"0\",\"code\":\"overloaded\"}");
    assertThat(load.inFlight()).isEqualTo(1);
    ack(load, 1, START);
    hear(load, 1, START, "{\"op\":\"error\",\"ref\":\"1\",\"code\":\"internal\"}");
    WsTally tally = load.finish(START + SECOND);
    assertThat(tally.lost).isEqualTo(1);
    assertThat(tally.unanswered).isZero();
    assertThat(tally.errorsByCode.of("internal")).isEqualTo(1);
  }

  @Test
  void a_message_of_a_kind_that_is_not_known_is_left_alone() {
    WsLoad load = load(Plans.ws(2, 1, 1, false));
    hear(load, 0, START, "{\"op\":\"welcome\"}");
    assertThat(load.tally().violations()).isZero();
    assertThat(load.tally().frames).isEqualTo(1);
  }

  @Test
  void an_error_about_the_socket_is_counted_as_an_error() {
    WsLoad load = load(Plans.ws(2, 1, 1, false));
    hear(load, 0, START, "{\"op\":\"error\",\"code\":\"unauthenticated\"}");
    assertThat(load.tally().errorsByCode.of("unauthenticated")).isEqualTo(1);
  }
}
