package dev.millrace.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.model.ModelSpec;
import dev.millrace.domain.port.Dispatcher;
import dev.millrace.domain.port.LaneSpace;
import dev.millrace.domain.port.Plan;
import dev.millrace.domain.port.StreamWriter;
import dev.millrace.domain.snapshot.RequestLimits;
import dev.millrace.domain.snapshot.ServingSnapshot;
import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.domain.task.Durability;
import dev.millrace.domain.task.Input;
import dev.millrace.domain.task.OnDisconnect;
import dev.millrace.domain.task.Stamps;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskClass;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RoutingTest {

  private ServingSnapshot current = snapshot(1, deployment(1, "cat", "cpu"));
  private final RecentSnapshots snapshots = new RecentSnapshots(() -> current);
  private final List<Plan> dispatched = new ArrayList<>();
  private final List<String> released = new ArrayList<>();
  private final Router router =
      new Router(
          new SnapshotPlanner(snapshots),
          new Recorder(dispatched),
          new Places(released),
          snapshots::reservedPool);

  private Events accept(Task task) {
    Events stream = new Events(new ArrayList<>());
    router.accept(task, stream);
    return stream;
  }

  @Test
  void a_task_goes_to_the_deployment_that_serves_its_model() {
    Events stream = accept(admitted("cat"));
    assertThat(dispatched).hasSize(1);
    assertThat(dispatched.getFirst().steps().getFirst().deployment().id()).isEqualTo(1);
    assertThat(dispatched.getFirst().snapshot()).isEqualTo(1);
    assertThat(stream.events()).isEmpty();
    assertThat(released).as("the scheduler gives the place back").isEmpty();
  }

  @Test
  void the_snapshot_of_now_decides_and_not_that_of_admission() {
    Task task = admitted("cat");
    current = snapshot(2, deployment(2, "cat", "cpu"));
    accept(task);
    assertThat(dispatched.getFirst().steps().getFirst().deployment().id()).isEqualTo(2);
    assertThat(dispatched.getFirst().snapshot()).isEqualTo(2);
  }

  @Test
  void a_model_withdrawn_after_admission_ends_the_task_and_its_place_is_given_back() {
    Task task = admitted("cat");
    current = snapshot(2);
    Events stream = accept(task);
    assertThat(stream.end().state()).isEqualTo(TaskState.FAILED);
    assertThat(stream.end().problem().code()).isEqualTo(ErrorCode.NOT_FOUND);
    assertThat(stream.end().problem().message()).contains("cat", "snapshot 2");
    assertThat(dispatched).isEmpty();
    assertThat(released).containsExactly("cpu STANDARD");
  }

  @Test
  void the_place_lies_in_the_pool_of_admission_even_when_the_model_has_moved() {
    Task task = admitted("cat");
    current = snapshot(2, deployment(2, "cat", "gpu"));
    accept(task);
    assertThat(snapshots.reservedPool(task)).isEqualTo("cpu");
    assertThat(snapshots.reservedPool(admitted("cat"))).isEqualTo("gpu");
  }

  @Test
  void a_task_of_a_snapshot_that_is_gone_has_its_place_in_the_current_pool() {
    Task task = admitted("cat");
    for (long number = 2; number <= 1 + RecentSnapshots.KEPT; number++) {
      current = snapshot(number, deployment(2, "cat", "gpu"));
      snapshots.current();
    }
    assertThat(snapshots.numbered(1)).isNull();
    assertThat(snapshots.numbered(2)).isNotNull();
    assertThat(snapshots.reservedPool(task)).isEqualTo("gpu");
  }

  @Test
  void a_model_that_no_snapshot_knows_has_no_place_to_give_back() {
    Events stream = accept(admitted("dog"));
    assertThat(stream.end().problem().code()).isEqualTo(ErrorCode.NOT_FOUND);
    assertThat(released).isEmpty();
  }

  @Test
  void a_late_reader_does_not_bring_an_old_snapshot_back() {
    ServingSnapshot old = current;
    snapshots.current();
    current = snapshot(2);
    snapshots.current();
    current = old;
    snapshots.current();
    assertThat(snapshots.numbered(2)).isNotNull();
    assertThat(snapshots.numbered(1)).isSameAs(old);
  }

  private Task admitted(String model) {
    Task.Settings settings =
        new Task.Settings(
            TaskClass.STANDARD,
            Durability.MEMORY,
            OnDisconnect.DETACH,
            true,
            1_000,
            "tasks",
            null,
            null);
    return new Task(
        new TaskId(1, 2, true),
        1,
        model,
        new Input.Json(new byte[] {'{', '}'}),
        settings,
        0,
        1_000_000_000,
        snapshots.current().number(),
        new Stamps());
  }

  private static ServingSnapshot snapshot(long number, Deployment... deployments) {
    Map<String, Deployment> byModel = new java.util.HashMap<>();
    for (Deployment deployment : deployments) {
      byModel.put(deployment.model(), deployment);
    }
    return new ServingSnapshot(number, Map.copyOf(byModel), RequestLimits.DEFAULT, 0);
  }

  private static Deployment deployment(int id, String model, String pool) {
    ModelSpec spec =
        new ModelSpec(
            model,
            "1",
            ModelSpec.Kind.CLASSIFY,
            ModelSpec.RuntimeKind.SIM,
            "",
            "",
            Map.of(),
            List.of(),
            List.of(),
            List.of(),
            ModelSpec.Isolation.IN_PROCESS,
            new ModelSpec.Defaults(1_000, TaskClass.STANDARD, 1),
            0,
            null,
            null,
            null);
    return new Deployment(id, spec, pool, ModelSpec.Isolation.IN_PROCESS, 1, 1, false);
  }

  private record Recorder(List<Plan> plans) implements Dispatcher {
    @Override
    public void dispatch(Task task, Plan plan, StreamWriter stream) {
      plans.add(plan);
    }

    @Override
    public void cancel(TaskId id, CancelReason reason) {
      throw new AssertionError("nothing is cancelled here");
    }
  }

  private record Places(List<String> released) implements LaneSpace {
    @Override
    public Room reserve(String pool, TaskClass taskClass, long inputBytes) {
      throw new AssertionError("nothing is reserved here");
    }

    @Override
    public void release(String pool, TaskClass taskClass, long inputBytes) {
      released.add(pool + " " + taskClass);
    }

    @Override
    public long expectedWaitMillis(String pool, TaskClass taskClass) {
      return 0;
    }
  }

  private record Events(List<StreamEvent> events) implements StreamWriter {
    StreamEvent.End end() {
      return (StreamEvent.End) events.getLast();
    }

    @Override
    public int append(StreamEvent event) {
      events.add(event);
      return events.size() - 1;
    }

    @Override
    public int nextNumber() {
      return events.size();
    }

    @Override
    public int[] tokenIds() {
      return new int[0];
    }

    @Override
    public String text() {
      return "";
    }

    @Override
    public void running(int attempt) {
      throw new AssertionError("nothing runs here");
    }
  }
}
