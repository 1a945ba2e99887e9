package dev.millrace.ingress.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LoopTest {

  private static final int PATIENCE_SECONDS = 30;

  private final Vertx vertx = Vertx.vertx();
  private Loop loop;

  @BeforeEach
  void start() throws Exception {
    Context context = vertx.getOrCreateContext();
    CompletableFuture<Loop> made = new CompletableFuture<>();
    context.runOnContext(_ -> made.complete(new Loop(context)));
    loop = made.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  @AfterEach
  void stop() {
    vertx.close().await();
  }

  @Test
  void what_other_threads_give_runs_on_the_loop_in_order() throws Exception {
    List<Integer> ran = new CopyOnWriteArrayList<>();
    CountDownLatch last = new CountDownLatch(1);
    for (int i = 0; i < 5_000; i++) {
      int number = i;
      loop.enqueue(() -> ran.add(loop.isCurrent() ? number : -1));
    }
    loop.enqueue(last::countDown);
    assertThat(last.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(ran).hasSize(5_000).isSorted().doesNotContain(-1);
  }

  @Test
  void work_that_fails_does_not_stop_what_follows() throws Exception {
    CountDownLatch last = new CountDownLatch(2);
    loop.enqueue(
        () -> {
          throw new IllegalStateException("meant");
        });
    loop.enqueue(last::countDown);
    loop.gather(
        () -> {
          throw new IllegalStateException("meant");
        });
    loop.gather(last::countDown);
    assertThat(last.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void gathered_work_that_comes_alone_runs_each_time() throws Exception {
    for (int i = 0; i < 50; i++) {
      CountDownLatch alone = new CountDownLatch(1);
      loop.gather(alone::countDown);
      assertThat(alone.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("number %d", i).isTrue();
    }
  }

  /**
   * Forbidden: work that was offered while the loop was about to stop gathering, and never runs.
   */
  @Test
  void no_gathered_work_is_forgotten_between_two_turns() throws Exception {
    int each = 20_000;
    AtomicInteger ran = new AtomicInteger();
    CountDownLatch all = new CountDownLatch(2 * each);
    Runnable one =
        () -> {
          ran.incrementAndGet();
          all.countDown();
        };
    Runnable giver =
        () -> {
          for (int i = 0; i < each; i++) {
            loop.gather(one);
            if (i % 64 == 0) {
              Thread.onSpinWait();
            }
          }
        };
    Thread first = Thread.ofPlatform().start(giver);
    Thread second = Thread.ofPlatform().start(giver);
    first.join();
    second.join();
    assertThat(all.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("ran %d", ran.get()).isTrue();
  }
}
