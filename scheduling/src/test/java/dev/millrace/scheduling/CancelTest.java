package dev.millrace.scheduling;

import static dev.millrace.domain.port.Dispatcher.CancelReason.CLIENT_GONE;
import static dev.millrace.domain.port.Dispatcher.CancelReason.REQUESTED;
import static dev.millrace.domain.task.TaskClass.STANDARD;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.task.Durability;
import dev.millrace.domain.task.TaskState;
import org.junit.jupiter.api.Test;

class CancelTest {

  private final World world = new World();

  @Test
  void a_queued_task_ends_at_once_and_its_place_is_free() {
    var function = world.function(1, 1, 1);
    world.submit(function);
    var reply = world.submit(function);
    world.cancel(reply);
    assertThat(reply.state()).isEqualTo(TaskState.CANCELLED);
    assertThat(reply.end().problem().code()).isEqualTo(ErrorCode.CANCELLED);
    assertThat(world.placesTaken()).isZero();
    world.done(world.runtime.last().lease());
    assertThat(world.runtime.batches).hasSize(1);
  }

  @Test
  void a_running_task_ends_at_once_and_no_token_follows() {
    var generator = world.generator(1, 1);
    var reply = world.submit(generator);
    long lease = world.runtime.last().lease();
    world.token(lease, 1);
    world.cancel(reply);
    assertThat(reply.state()).isEqualTo(TaskState.CANCELLED);
    assertThat(world.runtime.cancelled).containsExactly(lease);
    world.token(lease, 2);
    assertThat(reply.events).hasSize(2);
  }

  @Test
  void the_slot_of_a_cancelled_task_is_free_when_the_runtime_confirms() {
    var generator = world.generator(1, 1);
    var first = world.submit(generator);
    var second = world.submit(generator);
    long lease = world.runtime.last().lease();
    world.cancel(first);
    assertThat(second.attempts).isEmpty();
    world.runtime.failed(lease, ErrorCode.CANCELLED);
    world.turn();
    assertThat(second.attempts).containsExactly(1);
  }

  @Test
  void the_slot_of_a_cancelled_task_is_free_when_its_worker_dies() {
    var generator = world.generator(1, 1);
    var first = world.submit(generator);
    var second = world.submit(generator);
    world.cancel(first);
    world.dies();
    world.becomesReady(generator);
    assertThat(second.attempts).containsExactly(1);
    assertThat(first.events).hasSize(1);
  }

  @Test
  void one_task_of_a_batch_is_cancelled_and_the_others_end_well() {
    var function = world.function(1, 8, 1);
    world.submit(function);
    var gone = world.submit(function);
    var stays = world.submit(function);
    world.done(world.runtime.last().lease());
    var batch = world.runtime.last();
    world.cancel(gone);
    world.runtime.allDone(batch);
    world.turn();
    assertThat(gone.state()).isEqualTo(TaskState.CANCELLED);
    assertThat(stays.state()).isEqualTo(TaskState.SUCCEEDED);
  }

  @Test
  void a_cancel_that_overtakes_its_task_is_kept_for_it() {
    var function = world.function(1, 1, 1);
    var task = world.task(function, STANDARD, ofSeconds(60), Durability.MEMORY);
    world.scheduling.cancel(task.id(), CLIENT_GONE);
    var reply = world.submit(function, task);
    assertThat(reply.state()).isEqualTo(TaskState.CANCELLED);
    assertThat(reply.end().problem().message()).contains("client_gone");
    assertThat(world.runtime.batches).isEmpty();
    assertThat(world.placesTaken()).isZero();
  }

  @Test
  void a_cancel_between_dispatch_and_arrival_finds_the_task() {
    var function = world.function(1, 1, 1);
    assertThat(world.reserve(STANDARD)).isTrue();
    var reply =
        world.dispatch(function, world.task(function, STANDARD, ofSeconds(60), Durability.MEMORY));
    world.cancel(reply);
    assertThat(reply.state()).isEqualTo(TaskState.CANCELLED);
    assertThat(reply.events).hasSize(1);
    assertThat(world.runtime.batches).isEmpty();
  }

  @Test
  void only_the_newest_cancels_of_unknown_tasks_are_kept() {
    var function = world.function(1, 1, 1);
    var eldest = world.task(function, STANDARD, ofSeconds(60), Durability.MEMORY);
    world.scheduling.cancel(eldest.id(), REQUESTED);
    for (int i = 0; i < LiveTasks.EARLY_CANCELS; i++) {
      var other = world.task(function, STANDARD, ofSeconds(60), Durability.MEMORY);
      world.scheduling.cancel(other.id(), REQUESTED);
    }
    assertThat(world.submit(function, eldest).ended()).isFalse();
  }

  @Test
  void a_second_cancel_and_a_cancel_after_the_end_change_nothing() {
    var function = world.function(1, 1, 1);
    var reply = world.submit(function);
    world.cancel(reply);
    world.cancel(reply);
    world.done(world.runtime.last().lease());
    world.cancel(reply);
    assertThat(reply.events).hasSize(1);
    assertThat(world.runtime.cancelled).hasSize(1);
  }

  @Test
  void an_answer_and_a_cancel_in_one_turn_give_one_end() {
    var function = world.function(1, 1, 1);
    var reply = world.submit(function);
    world.runtime.done(world.runtime.last().lease());
    world.scheduling.cancel(reply.task.id(), REQUESTED);
    world.turn();
    assertThat(reply.events).hasSize(1);
    assertThat(world.submit(function).attempts).containsExactly(1);
  }
}
