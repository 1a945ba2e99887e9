package dev.millrace.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.port.TaskIntake;
import dev.millrace.domain.task.Durability;
import dev.millrace.domain.task.Stamp;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskId;
import dev.millrace.kernel.log.LogSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class IntakeTest {

  private final JournalWorld world = JournalWorld.started();

  private final class Story implements TaskIntake.Listener {
    final List<String> steps = new ArrayList<>();

    @Override
    public void acknowledged(Task task) {
      steps.add(world.streams.open.containsKey(task.id()) ? "opened, acknowledged" : "too early");
    }

    @Override
    public void duplicate(TaskId original) {
      steps.add("duplicate");
    }

    @Override
    public void refused(dev.millrace.domain.error.Problem problem) {
      steps.add("refused");
    }
  }

  @Test
  void a_durable_task_is_acknowledged_only_after_its_record_is_synced() {
    world.settle();
    int before = world.disk.syncs();
    List<Integer> syncsAtAck = new ArrayList<>();
    Task task = world.task();
    world.journal.submit(
        task,
        new TaskIntake.Listener() {
          @Override
          public void acknowledged(Task which) {
            syncsAtAck.add(world.disk.syncs());
          }

          @Override
          public void duplicate(TaskId original) {
            throw new AssertionError();
          }

          @Override
          public void refused(dev.millrace.domain.error.Problem problem) {
            throw new AssertionError(problem);
          }
        });
    assertThat(syncsAtAck).isEmpty();
    world.turn();
    assertThat(syncsAtAck).hasSize(1);
    assertThat(syncsAtAck.getFirst()).isGreaterThan(before);

    world.crashAndRestart();
    assertThat(world.dispatchedIds()).containsExactly(task.id());
  }

  @Test
  void the_stream_is_open_before_the_door_hears_and_the_task_goes_on_after() {
    for (Durability durability : Durability.values()) {
      Story story = new Story();
      world.next = (task, stream) -> story.steps.add("dispatched");
      world.journal.submit(world.task(durability, null, "{}"), story);
      world.settle();
      assertThat(story.steps).containsExactly("opened, acknowledged", "dispatched");
    }
  }

  @Test
  void a_memory_task_is_acknowledged_at_once_and_never_sees_the_log() {
    TestDoor door = world.submit(world.task(Durability.MEMORY, null, "{}"));

    assertThat(door.acknowledged).isTrue();
    assertThat(world.dispatchedIds()).containsExactly(door.task.id());
    assertThat(world.killAndRestart().dispatched).isEmpty();
  }

  @Test
  void a_durable_task_bears_the_moment_at_which_it_became_durable() {
    world.clock.advance(Duration.ofMillis(3));
    Task task = world.accepted();

    assertThat(task.stamps().at(Stamp.DURABLE)).isEqualTo(world.clock.nanoTime());
  }

  @Test
  void tasks_that_wait_together_are_synced_together() {
    world.settle();
    int before = world.disk.syncs();
    List<TestDoor> doors = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      doors.add(world.submit(world.task()));
    }
    world.turn();

    assertThat(doors).allMatch(door -> door.acknowledged);
    assertThat(world.disk.syncs() - before).isEqualTo(1);
  }

  @Test
  void when_too_many_wait_for_the_log_one_more_is_refused_and_never_reappears() {
    TestDoor refused = null;
    List<TaskId> kept = new ArrayList<>();
    while (refused == null) {
      TestDoor door = world.submit(world.task());
      if (door.isAnswered()) {
        refused = door;
      } else {
        kept.add(door.task.id());
      }
    }
    assertThat(refused.refusal.code()).isEqualTo(ErrorCode.OVERLOADED);
    assertThat(refused.refusal.retryAfterMillis()).isPositive();
    world.settle();

    assertThat(world.dispatchedIds()).isEqualTo(kept);
    assertThat(world.killAndRestart().dispatchedIds()).isEqualTo(kept);
  }

  @Test
  void a_full_disk_refuses_new_tasks_and_takes_them_again_when_there_is_room() {
    JournalWorld full = new JournalWorld();
    full.settings = withReserve(8 << 10);
    full.start();
    Task before = full.accepted();
    full.disk.setCapacity(full.disk.usedBytes() + 1_000);
    full.advance(Duration.ofMillis(101));

    TestDoor refused = full.submit(full.task());
    full.settle();
    assertThat(refused.refusal.code()).isEqualTo(ErrorCode.STORAGE_FULL);
    assertThat(refused.refusal.retryAfterMillis()).isPositive();
    assertThat(full.journal.isWritable()).isFalse();
    full.stream(before).end();
    full.settle();
    assertThat(full.streams.ended).containsKey(before.id());

    full.disk.setCapacity(1L << 40);
    full.advance(Duration.ofMillis(101));
    assertThat(full.journal.isWritable()).isTrue();
    Task after = full.accepted();
    assertThat(full.crashAndRestart().dispatchedIds()).containsExactly(after.id());
    assertThat(full.failures).isEmpty();
  }

  static JournalSettings withReserve(long bytes) {
    LogSettings log = JournalWorld.SMALL_LOG;
    return settings(
        new LogSettings(
            log.segmentBytes(),
            log.maxBlockBytes(),
            log.maxRecordBytes(),
            log.mailboxEntries(),
            log.markInterval(),
            bytes),
        JournalWorld.SMALL.snapshotEveryBytes());
  }

  static JournalSettings settings(LogSettings log, long snapshotEveryBytes) {
    JournalSettings small = JournalWorld.SMALL;
    return new JournalSettings(
        log,
        small.inlineBytes(),
        small.maxBlobBytes(),
        small.inputsInFlight(),
        small.waitingEvents(),
        small.idempotencyKeep(),
        small.idempotencyKeys(),
        small.transcriptKeep(),
        snapshotEveryBytes,
        small.logKeep(),
        small.logKeepBytes());
  }

  @Test
  void a_sync_that_fails_stops_the_node_and_acknowledges_nothing() {
    world.settle();
    world.disk.onSync(
        (path, count) -> {
          throw new IOException("simulated: EIO");
        });
    TestDoor door = world.submit(world.task());
    world.settle();

    assertThat(door.acknowledged).isFalse();
    assertThat(door.refusal.code()).isEqualTo(ErrorCode.INTERNAL);
    assertThat(world.failures).hasSize(1);
    assertThat(world.journal.isWritable()).isFalse();
    assertThat(world.submit(world.task()).refusal.code()).isEqualTo(ErrorCode.DRAINING);
  }

  @Test
  void nothing_is_taken_before_the_recovery_and_after_the_close() throws IOException {
    JournalWorld other = new JournalWorld();
    other.journal =
        Journal.open(
            other.disk,
            JournalWorld.DIRECTORY,
            other.settings,
            other.clock,
            Runnable::run,
            other.meters,
            other.failures::add);
    assertThat(other.submit(other.task()).refusal.code()).isEqualTo(ErrorCode.DRAINING);
    other.agent = other.journal.start(() -> {});
    assertThat(other.submit(other.task()).refusal.code()).isEqualTo(ErrorCode.DRAINING);
    other.streams = new FakeStreams(other.journal);
    other.journal.recover(other.streams, other.streams, other.next, other.next);
    TestDoor waiting = other.submit(other.task());
    other.close();
    assertThat(waiting.acknowledged).isTrue();
    assertThat(other.submit(other.task()).refusal.code()).isEqualTo(ErrorCode.DRAINING);
  }

  @Test
  void a_door_that_throws_costs_neither_its_task_nor_the_log() {
    Task task = world.task();
    world.journal.submit(
        task,
        new TaskIntake.Listener() {
          @Override
          public void acknowledged(Task which) {
            throw new IllegalStateException("a defect");
          }

          @Override
          public void duplicate(TaskId original) {
            throw new IllegalStateException("a defect");
          }

          @Override
          public void refused(dev.millrace.domain.error.Problem problem) {
            throw new IllegalStateException("a defect");
          }
        });
    world.settle();

    assertThat(world.dispatchedIds()).containsExactly(task.id());
    assertThat(world.failures).isEmpty();
    world.accepted();
  }

  @Test
  void a_large_input_lies_in_a_blob_before_its_task_is_acknowledged() {
    String input = "{\"text\":\"" + "x".repeat(5_000) + "\"}";
    Task task = world.task(Durability.FSYNC, "k", input);
    world.deferred = true;
    TestDoor door = world.submit(task);
    world.settle();
    assertThat(door.isAnswered()).isFalse();
    world.runLater();
    world.settle();
    assertThat(door.acknowledged).isTrue();

    world.deferred = false;
    world.crashAndRestart();
    assertThat(world.dispatched).hasSize(1);
    assertThat(world.dispatched.getFirst().input())
        .usingRecursiveComparison()
        .isEqualTo(task.input());
    assertThat(world.submit(world.task(Durability.FSYNC, "k", input)).duplicateOf)
        .isEqualTo(task.id());
  }

  @Test
  void no_more_large_inputs_are_under_way_than_set() {
    world.deferred = true;
    String input = "x".repeat(500);
    for (int i = 0; i < world.settings.inputsInFlight(); i++) {
      assertThat(world.submit(world.keyed(null, input)).isAnswered()).isFalse();
    }
    assertThat(world.submit(world.keyed(null, input)).refusal.code())
        .isEqualTo(ErrorCode.OVERLOADED);
    world.runLater();
    assertThat(world.submit(world.keyed(null, input)).isAnswered()).isFalse();
  }
}
