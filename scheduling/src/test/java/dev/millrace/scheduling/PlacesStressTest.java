package dev.millrace.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.task.TaskClass;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Many threads at one lane: never over its limit, and empty when all have given back. */
class PlacesStressTest {

  private static final int THREADS = 4;
  private static final int ROUNDS = 100_000;
  private static final int LIMIT = 3;

  private final AtomicInteger miscounted = new AtomicInteger();
  private final AtomicInteger inside = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();

  @Test
  void a_lane_never_holds_more_than_its_places_and_is_empty_in_the_end() throws Exception {
    Places places = new Places(LIMIT, amount -> miscounted.incrementAndGet());
    CyclicBarrier start = new CyclicBarrier(THREADS);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      threads.add(Thread.ofPlatform().start(() -> comeAndGo(places, start)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(most.get()).isBetween(1, LIMIT);
    assertThat(miscounted.get()).isZero();
    assertThat(places.taken(TaskClass.STANDARD)).isZero();
    assertThat(places.takenUpTo(TaskClass.SHEDDABLE)).isZero();
  }

  private void comeAndGo(Places places, CyclicBarrier start) {
    try {
      start.await();
    } catch (Exception broken) {
      throw new AssertionError(broken);
    }
    for (int i = 0; i < ROUNDS; i++) {
      if (places.reserve(TaskClass.STANDARD)) {
        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
        inside.decrementAndGet();
        places.release(TaskClass.STANDARD);
      } else {
        refused.incrementAndGet();
      }
    }
  }
}
