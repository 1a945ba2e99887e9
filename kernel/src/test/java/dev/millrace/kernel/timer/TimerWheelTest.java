package dev.millrace.kernel.timer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimerWheelTest {
  private static final long MILLI = 1_000_000;

  private final List<Long> fired = new ArrayList<>();

  @Test
  void a_timer_fires_at_its_time_and_not_before() {
    var wheel = TimerWheel.millis(0);
    wheel.set(timer(), 5 * MILLI);
    assertThat(wheel.fire(5 * MILLI - 1)).isZero();
    assertThat(wheel.fire(5 * MILLI)).isEqualTo(1);
    assertThat(wheel.size()).isZero();
  }

  @Test
  void a_time_that_is_past_fires_at_the_next_look() {
    var wheel = TimerWheel.millis(0);
    wheel.fire(100 * MILLI);
    wheel.set(timer(), 3 * MILLI);
    assertThat(wheel.fire(100 * MILLI)).isEqualTo(1);
  }

  @Test
  void a_cancelled_timer_never_fires() {
    var wheel = TimerWheel.millis(0);
    var timer = timer();
    wheel.set(timer, MILLI);
    wheel.cancel(timer);
    assertThat(timer.isSet()).isFalse();
    assertThat(wheel.fire(10 * MILLI)).isZero();
  }

  @Test
  void a_timer_farther_away_than_one_turn_waits_its_turns() {
    var wheel = new TimerWheel(MILLI, 8, 0);
    wheel.set(timer(), 20 * MILLI);
    for (long now = 0; now < 20; now++) {
      assertThat(wheel.fire(now * MILLI)).isZero();
    }
    assertThat(wheel.fire(20 * MILLI)).isEqualTo(1);
  }

  @Test
  void a_long_rest_fires_everything_that_became_due() {
    var wheel = new TimerWheel(MILLI, 8, 0);
    for (int i = 1; i <= 100; i++) {
      wheel.set(timer(), i * MILLI);
    }
    assertThat(wheel.fire(1_000 * MILLI)).isEqualTo(100);
  }

  @Test
  void a_timer_that_sets_itself_again_for_now_does_not_hold_the_owner() {
    var wheel = TimerWheel.millis(0);
    var again =
        new TimerWheel.Timer() {
          @Override
          protected void fired(long nowNanos) {
            fired.add(nowNanos);
            wheel.set(this, nowNanos);
          }
        };
    wheel.set(again, 0);
    wheel.fire(MILLI);
    assertThat(fired).hasSizeBetween(1, 2);
    assertThat(again.isSet()).isTrue();
  }

  @Test
  void a_timer_may_cancel_another_that_is_due_at_the_same_tick() {
    var wheel = TimerWheel.millis(0);
    var second = timer();
    var first =
        new TimerWheel.Timer() {
          @Override
          protected void fired(long nowNanos) {
            wheel.cancel(second);
          }
        };
    wheel.set(first, MILLI);
    wheel.set(second, MILLI);
    assertThat(wheel.fire(2 * MILLI)).isEqualTo(1);
    assertThat(fired).isEmpty();
  }

  @Test
  void a_timer_whole_turns_away_in_the_current_slot_lets_the_owner_rest() {
    var wheel = new TimerWheel(MILLI, 8, 0);
    wheel.set(timer(), 16 * MILLI);
    wheel.fire(0);
    assertThat(wheel.nextDeadline()).isEqualTo(8 * MILLI);
    wheel.fire(8 * MILLI);
    assertThat(wheel.nextDeadline()).isEqualTo(16 * MILLI);
    assertThat(wheel.fire(16 * MILLI)).isEqualTo(1);
  }

  @Test
  void a_timer_is_set_once_at_a_time() {
    var wheel = TimerWheel.millis(0);
    var timer = timer();
    wheel.set(timer, MILLI);
    assertThatThrownBy(() -> wheel.set(timer, MILLI)).isInstanceOf(IllegalStateException.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void nothing_is_due_before_the_next_deadline_and_nothing_is_forgotten(long seed) {
    var random = new Random(seed);
    var wheel = new TimerWheel(MILLI, 16, 0);
    long now = 0;
    int set = 0;
    for (int step = 0; step < 2_000; step++) {
      if (random.nextInt(3) == 0) {
        wheel.set(timer(), now + random.nextLong(100 * MILLI));
        set++;
      }
      long rest = wheel.nextDeadline();
      if (rest != Long.MAX_VALUE && rest > now) {
        assertThat(wheel.fire(rest - 1)).isZero();
        now = rest;
      }
      wheel.fire(now);
    }
    while (wheel.size() > 0) {
      now = Math.max(now, wheel.nextDeadline());
      wheel.fire(now);
      now += MILLI;
    }
    assertThat(fired).hasSize(set);
  }

  private TimerWheel.Timer timer() {
    return new TimerWheel.Timer() {
      @Override
      protected void fired(long nowNanos) {
        fired.add(nowNanos);
      }
    };
  }
}
