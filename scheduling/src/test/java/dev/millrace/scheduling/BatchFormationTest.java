package dev.millrace.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.port.ModelRuntime.Attempt;
import dev.millrace.domain.task.TaskClass;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who goes together, when, and who does not: the first adaptive form, in which nobody waits. */
class BatchFormationTest {

  private static final Duration TIGHT = Duration.ofMillis(50);

  private final World world = new World();

  private static List<TaskId> ids(FakeRuntime.Batch batch) {
    return batch.attempts().stream().map(attempt -> attempt.task().id()).toList();
  }

  @Test
  void a_task_alone_goes_in_the_instant_in_which_it_comes_however_large_a_batch_may_be() {
    Deployment deployment = world.function(1, 64, 4);
    long came = world.clock.nanoTime();
    world.submit(deployment);
    assertThat(world.runtime.batches).hasSize(1);
    assertThat(world.runtime.last().size()).isOne();
    assertThat(world.clock.nanoTime()).as("no time had to pass").isEqualTo(came);
    assertThat(world.pool.nextDeadline()).as("no timer but its deadline").isGreaterThan(came);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, '1 1 1 1 1'",
    "4, 1, '1 4'",
    "2, 1, '1 2 2'",
    "64, 1, '1 4'",
    "2, 2, '1 1 2 1'"
  })
  void what_gathered_goes_as_full_as_it_may(int maxBatch, int concurrency, String sizes) {
    Deployment deployment = world.function(1, maxBatch, concurrency);
    for (int i = 0; i < 5; i++) {
      world.submit(deployment);
    }
    for (int next = 0; next < world.runtime.batches.size(); next++) {
      world.runtime.allDone(world.runtime.batches.get(next));
      world.turn();
    }
    List<String> found =
        world.runtime.batches.stream().map(batch -> Integer.toString(batch.size())).toList();
    assertThat(String.join(" ", found)).isEqualTo(sizes);
  }

  @Test
  void
      the_tightest_deadline_ends_on_time_while_the_slot_is_busy_and_leaves_the_batch_to_the_rest() {
    Deployment deployment = world.function(1, 8, 1);
    world.submit(deployment);
    RecordingStream before = world.submit(deployment);
    RecordingStream tight = world.submit(deployment, TaskClass.STANDARD, TIGHT);
    RecordingStream behind = world.submit(deployment);
    world.advance(TIGHT.plusMillis(10));
    assertThat(tight.state()).isEqualTo(TaskState.EXPIRED);
    world.runtime.allDone(world.runtime.last());
    world.turn();
    assertThat(ids(world.runtime.last())).containsExactly(before.task.id(), behind.task.id());
  }

  @Test
  void a_batch_mixes_classes_by_their_turn_and_never_deployments() {
    Deployment one = world.function(1, 3, 1);
    Deployment two = world.function(2, 3, 1);
    world.submit(one);
    world.submit(two);
    RecordingStream shed = world.submit(one, TaskClass.SHEDDABLE);
    RecordingStream standard = world.submit(one, TaskClass.STANDARD);
    RecordingStream other = world.submit(two, TaskClass.CRITICAL);
    RecordingStream critical = world.submit(one, TaskClass.CRITICAL);
    world.runtime.allDone(world.runtime.batches.get(0));
    world.turn();
    assertThat(ids(world.runtime.last()))
        .containsExactly(critical.task.id(), standard.task.id(), shed.task.id());
    world.runtime.allDone(world.runtime.batches.get(1));
    world.turn();
    assertThat(ids(world.runtime.last())).containsExactly(other.task.id());
  }

  @Test
  void a_batch_of_which_all_have_left_is_not_assigned() {
    Deployment deployment = world.function(1, 8, 1);
    world.submit(deployment);
    List<RecordingStream> waiting = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      waiting.add(world.submit(deployment));
    }
    waiting.forEach(world::cancel);
    world.runtime.allDone(world.runtime.last());
    world.turn();
    assertThat(world.runtime.batches).hasSize(1);
    assertThat(waiting).allMatch(stream -> stream.state() == TaskState.CANCELLED);
    assertThat(world.placesTaken()).isZero();
  }

  @Test
  void a_sequence_that_ends_makes_room_for_one_more_beside_those_that_run() {
    Deployment deployment = world.generator(1, 2);
    for (int i = 0; i < 4; i++) {
      world.submit(deployment);
    }
    assertThat(world.runtime.live).hasSize(2);
    world.done(world.runtime.batches.get(1).lease());
    assertThat(world.runtime.live).hasSize(2);
    assertThat(world.runtime.last().size()).isOne();
  }

  /** What must hold after every step, whatever happens in which order. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void no_slot_is_idle_while_somebody_waits_and_everybody_goes_once(long seed) {
    Random random = new Random(seed);
    int maxBatch = 1 + random.nextInt(6);
    int concurrency = 1 + random.nextInt(3);
    Deployment deployment = world.function(1, maxBatch, concurrency);
    List<RecordingStream> all = new ArrayList<>();
    Map<TaskId, Long> deadlines = new HashMap<>();
    Set<TaskId> assigned = new HashSet<>();
    int seen = 0;
    for (int step = 0; step < 600; step++) {
      switch (random.nextInt(6)) {
        case 0, 1, 2 -> {
          TaskClass taskClass = TaskClass.values()[random.nextInt(3)];
          Duration deadline = Duration.ofMillis(5 + random.nextInt(400));
          RecordingStream stream = world.submit(deployment, taskClass, deadline);
          all.add(stream);
          deadlines.put(stream.task.id(), stream.task.deadlineNanos());
        }
        case 3 -> {
          List<Long> live = new ArrayList<>(world.runtime.live.keySet());
          if (!live.isEmpty()) {
            world.done(live.get(random.nextInt(live.size())));
          }
        }
        case 4 -> {
          if (!all.isEmpty()) {
            world.cancel(all.get(random.nextInt(all.size())));
          }
        }
        default -> world.advance(Duration.ofMillis(random.nextInt(60)));
      }
      String where = "seed " + seed + ", step " + step;
      for (; seen < world.runtime.batches.size(); seen++) {
        FakeRuntime.Batch batch = world.runtime.batches.get(seen);
        assertThat(batch.size()).as(where).isBetween(1, maxBatch);
        for (Attempt attempt : batch.attempts()) {
          TaskId id = attempt.task().id();
          assertThat(assigned.add(id)).as(where + ": once").isTrue();
          assertThat(deadlines.get(id))
              .as(where + ": in time")
              .isGreaterThan(world.clock.nanoTime() - 60_000_000L);
          assertThat(attempt.remainingMillis()).as(where).isPositive();
        }
      }
      checkWaiting(all, assigned, concurrency, where);
    }
  }

  private void checkWaiting(
      List<RecordingStream> all, Set<TaskId> assigned, int concurrency, String where) {
    long waiting =
        all.stream()
            .filter(stream -> !stream.ended() && !assigned.contains(stream.task.id()))
            .count();
    if (waiting > 0) {
      long busy =
          world.runtime.batches.stream()
              .filter(
                  batch ->
                      batch.attempts().stream()
                          .anyMatch(attempt -> world.runtime.live.containsKey(attempt.lease())))
              .count();
      assertThat(busy).as(where + ": " + waiting + " wait").isGreaterThanOrEqualTo(concurrency);
    }
    long now = world.clock.nanoTime();
    assertThat(all)
        .as(where + ": nobody is late and has not ended")
        .noneMatch(stream -> !stream.ended() && stream.task.deadlineNanos() < now - 10_000_000L);
  }
}
