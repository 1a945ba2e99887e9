package dev.millrace.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.model.ModelSpec;
import dev.millrace.domain.port.TaskIntake;
import dev.millrace.domain.snapshot.RequestLimits;
import dev.millrace.domain.snapshot.ServingSnapshot;
import dev.millrace.domain.task.Durability;
import dev.millrace.domain.task.Input;
import dev.millrace.domain.task.OnDisconnect;
import dev.millrace.domain.task.Stamp;
import dev.millrace.domain.task.Stamps;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskClass;
import dev.millrace.domain.task.TaskIds;
import dev.millrace.kernel.sim.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdmissionTest {

  private final VirtualClock clock = new VirtualClock();
  private final TaskIds ids = new TaskIds(clock, new Random(1), 0);
  private final Fakes.Lanes lanes = new Fakes.Lanes();
  private final Fakes.Door door = new Fakes.Door();
  private final Fakes.Counters counters = new Fakes.Counters();
  private final List<Task> taken = new ArrayList<>();
  private TaskIntake journal =
      (task, listener) -> {
        taken.add(task);
        listener.acknowledged(task);
      };
  private final Admission admission =
      new Admission(
          () -> snapshot("fraud"),
          lanes,
          (task, listener) -> journal.submit(task, listener),
          clock,
          counters);

  private static ServingSnapshot snapshot(String model) {
    ModelSpec spec =
        new ModelSpec(
            model,
            "1",
            ModelSpec.Kind.TABULAR,
            ModelSpec.RuntimeKind.ONNX,
            "",
            "",
            Map.of(),
            List.of(),
            List.of(),
            List.of(),
            ModelSpec.Isolation.WORKER,
            new ModelSpec.Defaults(1_000, TaskClass.STANDARD, 8),
            0,
            null,
            null,
            null);
    Deployment deployment =
        new Deployment(1, spec, "pool-a", ModelSpec.Isolation.WORKER, 8, 1, true);
    return new ServingSnapshot(1, Map.of(model, deployment), RequestLimits.DEFAULT, 0);
  }

  private Task task(String model) {
    Task.Settings settings =
        new Task.Settings(
            TaskClass.CRITICAL,
            Durability.FSYNC,
            OnDisconnect.DETACH,
            false,
            1_000,
            "tasks",
            null,
            null);
    return new Task(
        ids.next(Durability.FSYNC),
        0,
        model,
        new Input.Json(new byte[] {'{', '}'}),
        settings,
        clock.wallMillis(),
        clock.nanoTime() + 1_000_000_000L,
        1,
        new Stamps());
  }

  private long count(String decision) {
    return counters.counts.getOrDefault("millrace_admission_total{decision=" + decision + "}", 0L);
  }

  @Test
  void a_task_is_let_in_with_a_place_in_its_lane_and_its_stamps() {
    clock.advance(Duration.ofSeconds(2));
    Task task = task("fraud");
    admission.submit(task, door);
    assertThat(door.heard).containsExactly("acknowledged " + task.id());
    assertThat(taken).containsExactly(task);
    assertThat(lanes.lastLane).isEqualTo("pool-a/critical");
    assertThat(lanes.releases).hasValue(0);
    assertThat(task.stamps().at(Stamp.ADMITTED)).isEqualTo(clock.nanoTime());
    assertThat(task.stamps().at(Stamp.FAST_PATH_DONE)).isEqualTo(clock.nanoTime());
    assertThat(count("admitted")).isEqualTo(1);
  }

  @Test
  void inputs_that_fill_their_pool_refuse_a_task_with_the_bytes_and_a_time_to_come_back() {
    lanes.freeBytes.set(1);
    admission.submit(task("fraud"), door);
    assertThat(door.problem.code()).isEqualTo(ErrorCode.OVERLOADED);
    assertThat(door.problem.message()).contains("pool-a", "2 bytes");
    assertThat(door.problem.retryAfterMillis()).isEqualTo(300);
    assertThat(lanes.free).hasValue(2);
    assertThat(count("inputs_full")).isEqualTo(1);
  }

  @Test
  void an_unknown_model_is_not_found_and_takes_no_place() {
    admission.submit(task("other"), door);
    assertThat(door.problem.code()).isEqualTo(ErrorCode.NOT_FOUND);
    assertThat(door.problem.field()).isEqualTo("/model");
    assertThat(door.problem.message()).contains("other").contains("/v1/models");
    assertThat(lanes.free).hasValue(2);
    assertThat(count("not_found")).isEqualTo(1);
  }

  @Test
  void a_very_long_model_name_is_not_echoed_whole() {
    admission.submit(task("x".repeat(5_000)), door);
    assertThat(door.problem.message()).hasSizeLessThan(200);
  }

  @ParameterizedTest
  @CsvSource({"0, 50", "49, 50", "300, 300", "8001, 8000", "9223372036854775807, 8000"})
  void a_full_lane_refuses_with_an_honest_time_to_come_back(long wait, long told) {
    lanes.free.set(0);
    lanes.waitMillis = wait;
    admission.submit(task("fraud"), door);
    assertThat(door.problem.code()).isEqualTo(ErrorCode.OVERLOADED);
    assertThat(door.problem.retryAfterMillis()).isEqualTo(told);
    assertThat(taken).isEmpty();
    assertThat(lanes.releases).hasValue(0);
    assertThat(count("overloaded")).isEqualTo(1);
  }

  @Test
  void while_draining_nothing_is_let_in() {
    admission.submit(task("fraud"), door);
    admission.drain();
    assertThat(admission.draining()).isTrue();
    admission.submit(task("fraud"), door);
    assertThat(door.heard).hasSize(2).last().isEqualTo("refused draining");
    assertThat(door.problem.retryAfterMillis()).isEqualTo(8_000);
    assertThat(taken).hasSize(1);
    assertThat(count("draining")).isEqualTo(1);
  }

  @Test
  void a_place_is_given_back_once_when_the_next_stage_refuses() {
    journal =
        (task, listener) -> {
          listener.refused(Problem.of(ErrorCode.STORAGE_FULL, "full"));
          listener.refused(Problem.of(ErrorCode.STORAGE_FULL, "a second time, which is a defect"));
        };
    admission.submit(task("fraud"), door);
    assertThat(door.heard).containsExactly("refused storage_full");
    assertThat(lanes.releases).hasValue(1);
    assertThat(lanes.free).hasValue(2);
    assertThat(lanes.freeBytes).hasValue(4);
  }

  @Test
  void a_duplicate_gives_its_place_back_too() {
    Task task = task("fraud");
    journal = (submitted, listener) -> listener.duplicate(task.id());
    admission.submit(task("fraud"), door);
    assertThat(door.heard).containsExactly("duplicate " + task.id());
    assertThat(lanes.releases).hasValue(1);
  }

  @Test
  void after_an_acknowledgement_the_place_is_the_schedulers() {
    journal =
        (task, listener) -> {
          listener.acknowledged(task);
          listener.refused(Problem.of(ErrorCode.INTERNAL, "too late"));
        };
    admission.submit(task("fraud"), door);
    assertThat(door.heard).hasSize(1);
    assertThat(lanes.releases).hasValue(0);
  }

  @Test
  void an_answer_may_come_later() {
    List<TaskIntake.Listener> waiting = new ArrayList<>();
    journal = (task, listener) -> waiting.add(listener);
    Task task = task("fraud");
    admission.submit(task, door);
    assertThat(door.heard).isEmpty();
    waiting.getFirst().acknowledged(task);
    assertThat(door.heard).hasSize(1);
  }

  @Test
  void a_next_stage_that_throws_costs_no_place_and_leaves_no_door_waiting() {
    journal =
        (task, listener) -> {
          throw new IllegalStateException("planted");
        };
    admission.submit(task("fraud"), door);
    assertThat(door.heard).containsExactly("refused internal");
    assertThat(door.problem.message()).doesNotContain("planted");
    assertThat(lanes.free).hasValue(2);
  }

  @Test
  void a_door_that_throws_is_not_answered_twice() {
    TaskIntake.Listener broken =
        new TaskIntake.Listener() {
          @Override
          public void acknowledged(Task task) {
            throw new IllegalStateException("planted");
          }

          @Override
          public void duplicate(dev.millrace.domain.task.TaskId original) {
            door.duplicate(original);
          }

          @Override
          public void refused(Problem problem) {
            door.refused(problem);
          }
        };
    assertThatThrownBy(() -> admission.submit(task("fraud"), broken)).hasMessage("planted");
    assertThat(door.heard).isEmpty();
    assertThat(lanes.releases).hasValue(0);
  }
}
