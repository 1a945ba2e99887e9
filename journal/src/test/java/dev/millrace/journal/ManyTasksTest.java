package dev.millrace.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskId;
import dev.millrace.kernel.log.LogSettings;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ManyTasksTest {

  private static final int TASKS = 100_000;

  /** A node that was killed with a full queue starts with all of it, in order. */
  @Test
  void a_hundred_thousand_queued_tasks_come_back_in_order_from_snapshot_and_log() {
    JournalWorld world = new JournalWorld();
    world.settings =
        IntakeTest.settings(
            new LogSettings(
                4 << 20, 1 << 20, 256 << 10, 1 << 14, JournalWorld.SMALL_LOG.markInterval(), 0),
            16L << 20);
    world.start();
    List<TaskId> accepted = new ArrayList<>();
    for (int i = 0; i < TASKS; i++) {
      Task task = world.keyed(i % 10 == 0 ? "key-" + i : null, "{\"prompt\":\"task " + i + "\"}");
      TestDoor door = world.submit(task);
      accepted.add(task.id());
      if (i % 10_000 == 9_999) {
        world.settle();
        assertThat(door.acknowledged).isTrue();
      }
    }
    world.stream(world.dispatched.getFirst()).token("begun");
    world.settle();
    world.killAndRestart();

    assertThat(world.dispatchedIds()).isEqualTo(accepted);
    assertThat(world.recovered.tasks()).isEqualTo(TASKS);
    assertThat(world.stream(world.dispatched.getFirst()).shown).hasSize(1);
    assertThat(world.failures).isEmpty();
  }
}
