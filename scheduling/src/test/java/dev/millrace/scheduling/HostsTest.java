package dev.millrace.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import org.junit.jupiter.api.Test;

class HostsTest {

  private static final Problem BROKEN = Problem.of(ErrorCode.RUNTIME_FAILED, "it broke");

  private final Hosts hosts = new Hosts();

  private String serving(int deployment) {
    Host host = hosts.serving(deployment);
    return host == null ? "nobody" : host.name;
  }

  @Test
  void who_said_last_that_it_is_ready_serves() {
    hosts.ready(1, "w-0#1", 5);
    assertThat(serving(1)).isEqualTo("w-0#1");
    hosts.ready(1, "w-0#2", 9);
    assertThat(serving(1)).isEqualTo("w-0#2");
    assertThat(hosts.all()).hasSize(2);
    assertThat(serving(2)).isEqualTo("nobody");
  }

  @Test
  void one_host_serves_several_and_is_one() {
    hosts.ready(1, "w-0", 5);
    hosts.ready(2, "w-0", 7);
    assertThat(hosts.serving(1)).isSameAs(hosts.serving(2));
    assertThat(hosts.serving(1).lastBeat).isEqualTo(7);
  }

  @Test
  void a_silent_host_that_says_it_is_ready_is_heard_again() {
    hosts.ready(1, "w-0", 5);
    Host host = hosts.serving(1);
    host.silent = true;
    assertThat(host.takesWork()).isFalse();
    hosts.ready(2, "w-0", 6);
    assertThat(host.takesWork()).isTrue();
  }

  @Test
  void what_is_unavailable_has_a_reason_until_somebody_serves_it() {
    assertThat(hosts.unavailable(1, "w-0", BROKEN)).isTrue();
    assertThat(hosts.whyUnavailable(1)).isEqualTo(BROKEN);
    hosts.ready(1, "w-0", 5);
    assertThat(hosts.whyUnavailable(1)).isNull();
    assertThat(hosts.unavailable(1, "w-0", BROKEN)).isTrue();
    assertThat(serving(1)).isEqualTo("nobody");
  }

  @Test
  void a_late_word_of_a_replaced_host_changes_nothing() {
    hosts.ready(1, "w-0#1", 5);
    hosts.ready(1, "w-0#2", 6);
    assertThat(hosts.unavailable(1, "w-0#1", BROKEN)).isFalse();
    assertThat(serving(1)).isEqualTo("w-0#2");
    assertThat(hosts.whyUnavailable(1)).isNull();
    assertThat(hosts.lost("w-0#1")).isNotNull();
    assertThat(serving(1)).isEqualTo("w-0#2");
  }

  @Test
  void with_a_lost_host_goes_all_that_it_served_and_nothing_else() {
    hosts.ready(1, "w-0", 5);
    hosts.ready(2, "w-0", 5);
    hosts.ready(3, "w-1", 5);
    Host lost = hosts.lost("w-0");
    assertThat(lost).isNotNull();
    assertThat(lost.name).isEqualTo("w-0");
    assertThat(serving(1)).isEqualTo("nobody");
    assertThat(serving(2)).isEqualTo("nobody");
    assertThat(serving(3)).isEqualTo("w-1");
    assertThat(hosts.lost("w-0")).as("a second time").isNull();
    assertThat(hosts.lost("never heard of")).isNull();
  }
}
