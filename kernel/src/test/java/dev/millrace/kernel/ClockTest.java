package dev.millrace.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ClockTest {
  @Test
  void the_systems_monotonic_clock_never_goes_back() {
    long before = Clock.system().nanoTime();
    assertThat(Clock.system().nanoTime()).isGreaterThanOrEqualTo(before);
  }
}
