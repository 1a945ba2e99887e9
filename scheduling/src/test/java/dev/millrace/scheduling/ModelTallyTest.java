package dev.millrace.scheduling;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.port.ModelStatistics.Counts;
import dev.millrace.domain.task.TaskClass;
import dev.millrace.domain.task.TaskState;
import org.junit.jupiter.api.Test;

class ModelTallyTest {

  private final World world = new World();

  @Test
  void a_model_of_which_nothing_ended_has_nothing_to_tell() {
    assertThat(world.scheduling.of("nobody")).isEqualTo(Counts.NONE);
  }

  @Test
  void what_succeeded_and_what_failed_is_told_apart_with_its_times() {
    var function = world.function(1, 1, 1);
    world.submit(function);
    var late = world.submit(function, TaskClass.STANDARD, ofMillis(30));
    world.advance(ofMillis(20));
    world.done(world.runtime.batches.getFirst().lease());
    world.advance(ofMillis(20));
    assertThat(late.state()).isEqualTo(TaskState.EXPIRED);

    Counts counts = world.scheduling.of(function.model());
    assertThat(counts.succeeded().count()).isEqualTo(1);
    assertThat(counts.failed().count()).isEqualTo(1);
    assertThat(counts.queued().count()).isEqualTo(2);
    // 0 is stamped as 1: round.
    assertThat(Math.round(counts.queued().nanos() / 1e6)).isEqualTo(20);
    assertThat(counts.batches()).isEqualTo(2);
    assertThat(counts.lastWallMillis()).isPositive();
  }
}
