package dev.millrace.scheduling;

import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.model.ModelSpec;
import dev.millrace.domain.port.Dispatcher.CancelReason;
import dev.millrace.domain.port.LaneSpace.Room;
import dev.millrace.domain.port.Plan;
import dev.millrace.domain.task.Durability;
import dev.millrace.domain.task.Input;
import dev.millrace.domain.task.OnDisconnect;
import dev.millrace.domain.task.Stamps;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskClass;
import dev.millrace.domain.task.TaskIds;
import dev.millrace.kernel.sim.VirtualClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** One pool, a runtime that the test plays, and time that the test moves. */
final class World {

  static final String POOL = "default";
  static final String WORKER = "worker-1";

  final VirtualClock clock = new VirtualClock();
  final FakeRuntime runtime = new FakeRuntime();
  final CountingMeters meters = new CountingMeters();
  final Scheduling scheduling;
  final PoolScheduler pool;
  private final TaskIds ids = new TaskIds(clock, new SplittableRandom(7), 0);

  World() {
    this(SchedulingConfig.DEFAULT);
  }

  World(SchedulingConfig config) {
    this(config, 1);
  }

  World(SchedulingConfig config, long nodeEpoch) {
    this.scheduling =
        new Scheduling(
            config,
            nodeEpoch,
            clock,
            meters,
            deployment -> runtime,
            task -> POOL,
            name -> () -> {});
    this.pool = scheduling.pool(POOL);
    this.runtime.listener = pool.listener();
  }

  /** A function whose runtime is ready. */
  Deployment function(int id, int maxBatch, int concurrency) {
    return ready(deployment(id, ModelSpec.Kind.CLASSIFY, maxBatch, concurrency));
  }

  /** A generator whose runtime is ready. */
  Deployment generator(int id, int concurrency) {
    return ready(deployment(id, ModelSpec.Kind.GENERATE, 1, concurrency));
  }

  private Deployment ready(Deployment deployment) {
    becomesReady(deployment);
    return deployment;
  }

  void becomesReady(Deployment deployment) {
    runtime.listener.ready(deployment.id(), WORKER);
    turn();
  }

  static Deployment deployment(int id, ModelSpec.Kind kind, int maxBatch, int concurrency) {
    ModelSpec spec =
        new ModelSpec(
            "model-" + id,
            "1",
            kind,
            ModelSpec.RuntimeKind.ONNX,
            "",
            "",
            Map.of(),
            List.of(),
            List.of(),
            List.of(),
            ModelSpec.Isolation.WORKER,
            new ModelSpec.Defaults(30_000, TaskClass.STANDARD, maxBatch),
            0,
            null,
            null,
            null);
    return new Deployment(id, spec, POOL, ModelSpec.Isolation.WORKER, maxBatch, concurrency, false);
  }

  Task task(Deployment deployment, TaskClass taskClass, Duration deadline, Durability durability) {
    Task.Settings settings =
        new Task.Settings(
            taskClass,
            durability,
            OnDisconnect.DETACH,
            true,
            deadline.toMillis(),
            "tasks",
            null,
            null);
    return new Task(
        ids.next(durability),
        1,
        deployment.model(),
        new Input.Json(new byte[] {'{', '}'}),
        settings,
        clock.wallMillis(),
        clock.nanoTime() + deadline.toNanos(),
        1,
        new Stamps());
  }

  RecordingStream submit(Deployment deployment) {
    return submit(deployment, TaskClass.STANDARD);
  }

  RecordingStream submit(Deployment deployment, TaskClass taskClass) {
    return submit(deployment, taskClass, Duration.ofSeconds(300));
  }

  RecordingStream submit(Deployment deployment, TaskClass taskClass, Duration deadline) {
    return submit(deployment, task(deployment, taskClass, deadline, Durability.MEMORY));
  }

  RecordingStream submitDurable(Deployment deployment) {
    return submit(
        deployment,
        task(deployment, TaskClass.STANDARD, Duration.ofSeconds(300), Durability.FSYNC));
  }

  /** Room for a task with an input of two bytes, as they are here. */
  boolean reserve(TaskClass taskClass) {
    return reserve(taskClass, 2);
  }

  private boolean reserve(TaskClass taskClass, long inputBytes) {
    return scheduling.reserve(POOL, taskClass, inputBytes) == Room.RESERVED;
  }

  /** Reserves, dispatches, and lets the pool see it. */
  RecordingStream submit(Deployment deployment, Task task) {
    if (!reserve(task.taskClass(), task.input().size())) {
      throw new AssertionError("the lane is full");
    }
    RecordingStream stream = dispatch(deployment, task);
    turn();
    return stream;
  }

  RecordingStream dispatch(Deployment deployment, Task task) {
    RecordingStream stream = new RecordingStream(task);
    scheduling.dispatch(task, new Plan(List.of(new Plan.Step(deployment)), 1), stream);
    return stream;
  }

  void cancel(RecordingStream stream) {
    scheduling.cancel(stream.task.id(), CancelReason.REQUESTED);
    turn();
  }

  void token(long lease, int id) {
    runtime.listener.token(lease, id, "t" + id);
    turn();
  }

  void done(long lease) {
    runtime.done(lease);
    turn();
  }

  void dies() {
    runtime.dies(WORKER);
    turn();
  }

  /** As the pool's thread does: turns until there is nothing to do. */
  void turn() {
    int turns = 0;
    while (pool.turn(clock.nanoTime()) > 0) {
      if (++turns > 100_000) {
        throw new AssertionError("the pool never rests");
      }
    }
  }

  /** Moves time, waking the pool whenever it asks for it, as its thread does. */
  void advance(Duration by) {
    long until = clock.nanoTime() + by.toNanos();
    while (true) {
      long next = pool.nextDeadline();
      if (next <= clock.nanoTime()) {
        throw new AssertionError("the pool would spin");
      }
      if (next > until) {
        break;
      }
      clock.advanceNanos(next - clock.nanoTime());
      turn();
    }
    clock.advanceNanos(until - clock.nanoTime());
    turn();
  }

  int placesTaken() {
    int sum = 0;
    for (TaskClass taskClass : TaskClass.values()) {
      sum += scheduling.taken(POOL, taskClass);
    }
    return sum;
  }
}
