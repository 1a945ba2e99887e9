package dev.millrace.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InputBytesTest {

  @Test
  void the_limit_itself_fits_and_one_byte_more_does_not() {
    InputBytes inputs = new InputBytes(100);
    assertThat(inputs.reserve(60)).isTrue();
    assertThat(inputs.reserve(41)).isFalse();
    assertThat(inputs.reserve(40)).isTrue();
    assertThat(inputs.reserve(1)).isFalse();
    assertThat(inputs.reserve(0)).isTrue();
    assertThat(inputs.held()).isEqualTo(100);
  }

  @Test
  void one_that_is_larger_than_the_whole_is_let_in_alone() {
    InputBytes inputs = new InputBytes(100);
    assertThat(inputs.reserve(1_000)).isTrue();
    assertThat(inputs.reserve(1)).isFalse();
    inputs.release(1_000);
    assertThat(inputs.reserve(1)).isTrue();
    assertThat(inputs.reserve(1_000)).isFalse();
  }

  @Test
  void what_was_acknowledged_before_takes_its_room_beyond_the_limit() {
    InputBytes inputs = new InputBytes(100);
    inputs.occupy(150);
    assertThat(inputs.reserve(1)).isFalse();
    inputs.release(60);
    assertThat(inputs.reserve(10)).isTrue();
    assertThat(inputs.held()).isEqualTo(100);
  }

  @Test
  void what_nobody_held_is_given_back_without_making_room_that_is_not_there() {
    InputBytes inputs = new InputBytes(100);
    inputs.release(50);
    assertThat(inputs.held()).isZero();
    assertThat(inputs.reserve(100)).isTrue();
    assertThat(inputs.reserve(1)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void it_never_holds_more_than_its_limit_but_for_one_alone(long seed) {
    Random random = new Random(seed);
    InputBytes inputs = new InputBytes(1_000);
    Deque<Long> held = new ArrayDeque<>();
    for (int i = 0; i < 20_000; i++) {
      long bytes = random.nextInt(random.nextInt(20) == 0 ? 5_000 : 300);
      long sum = held.stream().mapToLong(Long::longValue).sum();
      if (random.nextBoolean()) {
        boolean fits = sum == 0 || sum + bytes <= 1_000;
        assertThat(inputs.reserve(bytes)).as("seed %d, step %d", seed, i).isEqualTo(fits);
        if (fits) {
          held.add(bytes);
        }
      } else if (!held.isEmpty()) {
        inputs.release(held.remove());
      }
      assertThat(inputs.held())
          .as("seed %d, step %d", seed, i)
          .isEqualTo(held.stream().mapToLong(Long::longValue).sum());
    }
  }

  @Test
  void threads_that_reserve_at_once_never_overshoot() throws InterruptedException {
    InputBytes inputs = new InputBytes(1_000);
    AtomicLong most = new AtomicLong();
    CountDownLatch done = new CountDownLatch(3);
    for (int thread = 0; thread < 3; thread++) {
      Thread.ofPlatform()
          .start(
              () -> {
                for (int i = 0; i < 20_000; i++) {
                  if (inputs.reserve(400)) {
                    most.accumulateAndGet(inputs.held(), Math::max);
                    inputs.release(400);
                  }
                }
                done.countDown();
              });
    }
    done.await();
    assertThat(most.get()).isBetween(400L, 1_000L);
    assertThat(inputs.held()).isZero();
  }
}
