package dev.millrace.scheduling;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.task.TaskState;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class DrainTest {

  private final World world = new World();

  private CompletableFuture<Drained> drain() {
    var done = world.scheduling.drain(world.clock.nanoTime() + ofSeconds(30).toNanos());
    world.turn();
    return done;
  }

  @Test
  void an_idle_node_is_drained_at_once() {
    assertThat(drain()).isCompletedWithValue(new Drained(0, 0));
  }

  @Test
  void what_runs_may_end_and_a_memory_task_still_gets_its_turn() {
    var function = world.function(1, 1, 1);
    var running = world.submitDurable(function);
    var waiting = world.submit(function);
    var drained = drain();
    world.done(world.runtime.last().lease());
    assertThat(drained).isNotDone();
    world.done(world.runtime.last().lease());
    assertThat(drained).isCompletedWithValue(new Drained(0, 0));
    assertThat(running.state()).isEqualTo(TaskState.SUCCEEDED);
    assertThat(waiting.state()).isEqualTo(TaskState.SUCCEEDED);
  }

  @Test
  void a_durable_task_that_waits_is_handed_back_without_an_end() {
    var function = world.function(1, 1, 1);
    world.submit(function);
    var waiting = world.submitDurable(function);
    var drained = drain();
    var late = world.submitDurable(function);
    world.done(world.runtime.last().lease());
    assertThat(drained).isCompletedWithValue(new Drained(2, 0));
    assertThat(waiting.events).isEmpty();
    assertThat(late.events).isEmpty();
    assertThat(world.placesTaken()).isZero();
    assertThat(world.scheduling.liveTasks()).isZero();
  }

  @Test
  void at_the_deadline_durable_attempts_are_handed_back_and_the_others_end_as_cancelled() {
    var generator = world.generator(1, 2);
    var durable = world.submitDurable(generator);
    var memory = world.submit(generator);
    var waiting = world.submit(generator);
    world.token(world.runtime.batches.getFirst().lease(), 1);
    var drained = drain();
    world.advance(ofSeconds(29));
    assertThat(drained).isNotDone();
    world.advance(ofSeconds(2));
    assertThat(drained).isCompletedWithValue(new Drained(1, 2));
    assertThat(durable.events).as("its tokens, no end").hasSize(1);
    assertThat(memory.state()).isEqualTo(TaskState.CANCELLED);
    assertThat(waiting.end().problem().code()).isEqualTo(ErrorCode.DRAINING);
    assertThat(world.runtime.cancelled).hasSize(2);
    assertThat(world.submit(generator).state()).isEqualTo(TaskState.CANCELLED);
  }

  @Test
  void a_second_drain_waits_for_the_same_end() {
    var function = world.function(1, 1, 1);
    world.submit(function);
    var first = drain();
    var second = drain();
    world.done(world.runtime.last().lease());
    assertThat(first).isCompletedWithValue(new Drained(0, 0));
    assertThat(second).isCompletedWithValue(new Drained(0, 0));
  }
}
