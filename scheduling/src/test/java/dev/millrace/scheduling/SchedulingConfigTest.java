package dev.millrace.scheduling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SchedulingConfigTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration LEASE = Duration.ofSeconds(5);

  @Test
  void the_defaults_are_the_documented_ones() {
    assertThat(SchedulingConfig.DEFAULT)
        .isEqualTo(new SchedulingConfig(10_000, MINUTE, LEASE, 3, 16, 65_536, 256L << 20));
  }

  @Test
  void a_value_out_of_bounds_is_refused_with_the_value_found_and_expected() {
    assertThatThrownBy(() -> new SchedulingConfig(0, MINUTE, LEASE, 3, 16, 64, 1))
        .hasMessage("lanes.tasks: 0 (expected: 1..10000000)");
    assertThatThrownBy(() -> new SchedulingConfig(1, Duration.ZERO, LEASE, 3, 16, 64, 1))
        .hasMessageContaining("lanes.wait: PT0S");
    assertThatThrownBy(() -> new SchedulingConfig(1, MINUTE, Duration.ofMillis(99), 3, 16, 64, 1))
        .hasMessageContaining("leases.lease: PT0.099S");
    assertThatThrownBy(() -> new SchedulingConfig(1, MINUTE, LEASE, 0, 16, 64, 1))
        .hasMessageContaining("leases.quarantine-after: 0");
    assertThatThrownBy(() -> new SchedulingConfig(1, MINUTE, LEASE, 3, 3, 64, 1))
        .hasMessageContaining("lanes.class-share: 3");
    assertThatThrownBy(() -> new SchedulingConfig(1, MINUTE, LEASE, 3, 16, 63, 1))
        .hasMessageContaining("leases.reports: 63");
  }
}
