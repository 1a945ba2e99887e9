package dev.millrace.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.port.ModelRuntime;
import dev.millrace.domain.task.TaskState;
import dev.millrace.domain.task.Usage;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;

/** A runtime on a thread of its own that reports faster than a narrow mailbox can be emptied. */
class InboxStressTest {

  private static final int TOKENS = 20_000;

  @RepeatedTest(20)
  void no_token_is_missing_or_doubled_when_reports_overrun_the_mailbox() throws Exception {
    var narrow =
        new SchedulingConfig(10, Duration.ofSeconds(60), Duration.ofSeconds(5), 3, 16, 64, 1 << 20);
    World world = new World(narrow);
    var generator = world.generator(1, 1);
    var reply = world.submit(generator);
    for (int seen = 0; !reply.ended(); seen++) {
      assertThat(seen).as("attempts").isLessThan(1_000);
      var attempt = world.runtime.batches.get(seen).attempts().getFirst();
      int from = attempt.recordedIds().length;
      // The last attempts are slow enough: no more tokens than the mailbox holds.
      int until = seen < 20 ? TOKENS : Math.min(TOKENS, from + 50);
      Thread reporter =
          Thread.ofPlatform().start(() -> report(world, attempt.lease(), from, until));
      while (reporter.isAlive()) {
        world.turn();
      }
      reporter.join();
      world.turn();
    }
    int[] ids = reply.tokenIds();
    assertThat(ids).isEqualTo(IntStream.range(0, ids.length).toArray());
    assertThat(reply.state()).isEqualTo(TaskState.SUCCEEDED);
    assertThat(world.scheduling.liveTasks()).isZero();
  }

  private static void report(World world, long lease, int from, int until) {
    for (int id = from; id < until; id++) {
      world.runtime.listener.token(lease, id, "t");
    }
    Usage usage = new Usage(1, until - from);
    world.runtime.listener.done(
        lease, new ModelRuntime.Result("stop", usage, List.of(), List.of()));
  }
}
