package dev.millrace.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a client is told when a lane is full: an honest time to come back. */
class WaitEstimateTest {

  private static final long MILLI = 1_000_000;

  private final WaitEstimate estimate = new WaitEstimate(0);

  /** One task every so many milliseconds while others wait. */
  private long measured(int tasks, long everyMillis, int leases) {
    long now = 0;
    estimate.leased(tasks, true, now);
    for (int i = 0; i < leases; i++) {
      now += everyMillis * MILLI;
      estimate.leased(tasks, true, now);
    }
    return now;
  }

  @Test
  void nobody_ahead_is_no_wait_measured_or_not() {
    assertThat(estimate.millis(0, 5)).isZero();
    assertThat(estimate.millis(-1, 5)).isZero();
    long now = measured(1, 10, 5);
    assertThat(estimate.millis(0, now)).isZero();
  }

  @Test
  void before_anything_was_measured_it_is_a_second() {
    assertThat(estimate.millis(1, 0)).isEqualTo(1_000);
    assertThat(estimate.millis(10_000, 0)).isEqualTo(1_000);
  }

  @ParameterizedTest
  @CsvSource({"1, 10, 1, 10", "1, 10, 7, 70", "4, 10, 8, 20", "1, 200, 3, 600"})
  void it_is_the_time_of_those_ahead_at_the_pace_of_late(
      int batch, long everyMillis, int ahead, long expected) {
    long now = measured(batch, everyMillis, 50);
    assertThat(estimate.millis(ahead, now)).isEqualTo(expected);
  }

  @Test
  void it_follows_a_pace_that_changes() {
    long now = measured(1, 10, 50);
    for (int i = 0; i < 100; i++) {
      now += 40 * MILLI;
      estimate.leased(1, true, now);
    }
    assertThat(estimate.millis(10, now)).isBetween(390L, 400L);
  }

  @Test
  void time_in_which_nobody_waited_says_nothing_of_the_pace() {
    long now = measured(1, 10, 50);
    estimate.leased(1, false, now + 10 * MILLI);
    now += 3_600_000 * MILLI;
    estimate.leased(1, true, now);
    assertThat(estimate.millis(1, now)).isEqualTo(10);
  }

  @Test
  void while_nothing_is_leased_it_grows_with_the_standstill() {
    long now = measured(1, 10, 50);
    assertThat(estimate.millis(1, now + 5 * MILLI)).isEqualTo(10);
    assertThat(estimate.millis(1, now + 4_000 * MILLI)).isEqualTo(4_000);
  }

  @Test
  void it_is_at_least_a_millisecond_and_at_most_a_minute() {
    long now = 0;
    estimate.leased(1, true, now);
    estimate.leased(1, true, ++now);
    assertThat(estimate.millis(1, now)).isEqualTo(1);
    assertThat(estimate.millis(Integer.MAX_VALUE, now + 3_600_000 * MILLI)).isEqualTo(60_000);
  }
}
