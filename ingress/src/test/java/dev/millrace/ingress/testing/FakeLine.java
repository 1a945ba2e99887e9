package dev.millrace.ingress.testing;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.model.ModelSpec;
import dev.millrace.domain.port.Dispatcher;
import dev.millrace.domain.port.Plan;
import dev.millrace.domain.port.StreamView;
import dev.millrace.domain.port.StreamWriter;
import dev.millrace.domain.port.Streams;
import dev.millrace.domain.port.TaskIntake;
import dev.millrace.domain.snapshot.RequestLimits;
import dev.millrace.domain.snapshot.ServingSnapshot;
import dev.millrace.domain.snapshot.SnapshotSource;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskState;
import dev.millrace.ingress.call.Line;
import dev.millrace.kernel.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The whole line behind the doors, in memory: accepts what it is given on a thread of its own, lets
 * the test write each stream, and tells what was cancelled and why.
 */
public final class FakeLine
    implements TaskIntake, Streams, Dispatcher, SnapshotSource, AutoCloseable {

  private static final long PATIENCE_SECONDS = 10;

  /** A cancel as the dispatcher saw it. */
  public record Cancel(TaskId id, CancelReason reason) {}

  private final Clock clock;
  private final ExecutorService thread = Executors.newSingleThreadExecutor(Thread::new);
  private final Map<TaskId, FakeStream> streams = new ConcurrentHashMap<>();
  private final Map<String, Task> byIdempotencyKey = new ConcurrentHashMap<>();
  private final BlockingQueue<FakeStream> accepted = new LinkedBlockingQueue<>();
  private final BlockingQueue<Cancel> cancels = new LinkedBlockingQueue<>();
  private volatile ServingSnapshot snapshot;
  private volatile @Nullable Problem refusal;
  private volatile Consumer<FakeStream> behaviour = stream -> {};

  public FakeLine(Clock clock, RequestLimits limits, List<ModelSpec> models) {
    this.clock = clock;
    Map<String, Deployment> deployments = new LinkedHashMap<>();
    for (ModelSpec spec : models) {
      int id = deployments.size();
      deployments.put(spec.name(), new Deployment(id, spec, "main", spec.isolation(), 16, 8, true));
    }
    this.snapshot = new ServingSnapshot(1, deployments, limits, 1_767_225_600_000L);
  }

  public Line line() {
    return new Line(this, this, this, this, clock);
  }

  /** From now on every task is refused with this; null to accept again. */
  public void refuse(@Nullable Problem problem) {
    refusal = problem;
  }

  /** From now on this happens to each accepted task, on the line's thread. */
  public void behave(Consumer<FakeStream> each) {
    behaviour = each;
  }

  /** The stream of the task with this id. */
  public FakeStream byId(String id) {
    for (FakeStream stream : streams.values()) {
      if (stream.task().id().toString().equals(id)) {
        return stream;
      }
    }
    throw new AssertionError("no stream " + id);
  }

  /** The stream of the next task that was accepted. */
  public FakeStream next() {
    return taken(accepted, "no task was accepted");
  }

  public Cancel nextCancel() {
    return taken(cancels, "nothing was cancelled");
  }

  /** The next task that is cancelled while this is done about once a second. */
  public TaskId cancelledWhile(Runnable done) {
    try {
      for (int tries = 0; tries < PATIENCE_SECONDS; tries++) {
        done.run();
        Cancel cancel = cancels.poll(1_100, TimeUnit.MILLISECONDS);
        if (cancel != null) {
          return cancel.id();
        }
      }
      throw new AssertionError("nothing was cancelled");
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }

  /** Does this about once a second until that holds. */
  public void until(BooleanSupplier holds, Runnable done) {
    until(holds, done, (int) PATIENCE_SECONDS);
  }

  public void until(BooleanSupplier holds, Runnable done, int tries) {
    CountDownLatch never = new CountDownLatch(1);
    try {
      for (int i = 0; i < tries; i++) {
        done.run();
        assert !never.await(1_100, TimeUnit.MILLISECONDS);
        if (holds.getAsBoolean()) {
          return;
        }
      }
      throw new AssertionError("it did not come to hold");
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }

  public boolean nothingCancelled() {
    return cancels.isEmpty();
  }

  public boolean nothingAccepted() {
    return accepted.isEmpty();
  }

  private static <T> T taken(BlockingQueue<T> queue, String otherwise) {
    try {
      T taken = queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (taken == null) {
        throw new AssertionError(otherwise + " within " + PATIENCE_SECONDS + " s");
      }
      return taken;
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }

  @Override
  public void submit(Task task, Listener listener) {
    thread.execute(() -> decide(task, listener));
  }

  private void decide(Task task, Listener listener) {
    Problem problem = refusal;
    String key = task.settings().idempotencyKey();
    Task earlier =
        key == null
            ? null
            : byIdempotencyKey.putIfAbsent(
                task.tenant() + "/" + task.settings().door() + "/" + key, task);
    if (problem != null) {
      listener.refused(problem);
    } else if (earlier != null && !earlier.model().equals(task.model())) {
      listener.refused(
          Problem.of(ErrorCode.IDEMPOTENCY_MISMATCH, "another request had this key before"));
    } else if (earlier != null) {
      listener.duplicate(earlier.id());
    } else {
      FakeStream stream = new FakeStream(task);
      streams.put(task.id(), stream);
      listener.acknowledged(task);
      accepted.add(stream);
      behaviour.accept(stream);
    }
  }

  @Override
  public StreamWriter open(Task task) {
    throw new UnsupportedOperationException("doors do not open streams");
  }

  @Override
  public void find(TaskId id, int tenant, Consumer<@Nullable StreamView> found) {
    FakeStream stream = streams.get(id);
    found.accept(stream == null || stream.task().tenant() != tenant ? null : stream);
  }

  @Override
  public void forget(TaskId id) {
    streams.remove(id);
  }

  @Override
  public List<StreamView> list(
      int tenant,
      @Nullable TaskState state,
      @Nullable String model,
      @Nullable TaskId after,
      int limit) {
    List<StreamView> found = new ArrayList<>(streams.values());
    found.removeIf(
        stream ->
            stream.task().tenant() != tenant
                || (state != null && stream.state() != state)
                || (model != null && !stream.task().model().equals(model))
                || (after != null && stream.task().id().compareTo(after) >= 0));
    found.sort(Comparator.comparing((StreamView stream) -> stream.task().id()).reversed());
    return found.subList(0, Math.min(limit, found.size()));
  }

  @Override
  public void dispatch(Task task, Plan plan, StreamWriter stream) {
    throw new UnsupportedOperationException("doors do not dispatch");
  }

  @Override
  public void cancel(TaskId id, CancelReason reason) {
    cancels.add(new Cancel(id, reason));
    FakeStream stream = streams.get(id);
    if (stream != null) {
      stream.fail(TaskState.CANCELLED, Problem.of(ErrorCode.CANCELLED, "cancelled: " + reason));
    }
  }

  @Override
  public ServingSnapshot current() {
    return snapshot;
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
