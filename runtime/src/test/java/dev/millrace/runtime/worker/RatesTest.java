package dev.millrace.runtime.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.kernel.sim.VirtualClock;
import dev.millrace.runtime.worker.wire.Frame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What bounds a worker that talks too much: lines of its log, tokens of its answers. */
class RatesTest {

  @Test
  void a_thousand_lines_a_second_pass_and_the_rest_is_counted_once() {
    VirtualClock clock = new VirtualClock();
    List<String> passed = new ArrayList<>();
    LineRate rate = new LineRate(clock, passed::add);
    for (int i = 0; i < 1_500; i++) {
      rate.accept("line " + i);
    }
    assertThat(passed).hasSize(1_000).endsWith("line 999");
    clock.advance(Duration.ofNanos(999_999_999));
    rate.accept("too early");
    assertThat(passed).hasSize(1_000);
    clock.advance(Duration.ofNanos(1));
    rate.accept("in the next second");
    assertThat(passed.subList(1_000, passed.size()))
        .containsExactly("(501 lines left out: more than 1,000 a second)", "in the next second");
    clock.advance(Duration.ofSeconds(5));
    rate.accept("nothing was left out since");
    assertThat(passed).endsWith("nothing was left out since").hasSize(1_003);
  }

  /** Forbidden: a credit that is lost, so that a stream stands still, or one that is made up. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 7, 64, 4_096})
  void a_worker_that_keeps_to_its_credits_never_stands_still_and_never_goes_beyond(int window) {
    Random random = new Random(window);
    Credits credits = new Credits(window);
    int mayUse = window;
    int unhandled = 0;
    for (int step = 0; step < 50_000; step++) {
      if (mayUse > 0 && random.nextBoolean()) {
        assertThat(credits.take()).as("step " + step).isTrue();
        mayUse--;
        unhandled++;
      } else if (unhandled > 0) {
        unhandled--;
        if (credits.handedOn() && credits.next(0) instanceof Frame.Credit(var tokens)) {
          mayUse += tokens;
        }
      }
      assertThat(mayUse + unhandled).isLessThanOrEqualTo(window);
    }
    while (unhandled-- > 0) {
      if (credits.handedOn() && credits.next(0) instanceof Frame.Credit(var tokens)) {
        mayUse += tokens;
      }
    }
    assertThat(mayUse).as("all but an ungiven portion is back").isGreaterThan(window * 3 / 4 - 1);
    for (int i = 0; i < mayUse; i++) {
      assertThat(credits.take()).isTrue();
    }
    while (mayUse++ < window) {
      credits.take();
    }
    assertThat(credits.take()).as("one beyond the window").isFalse();
  }
}
