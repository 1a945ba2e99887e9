package dev.millrace.scheduling;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.port.Dispatcher;
import dev.millrace.domain.port.LaneSpace;
import dev.millrace.domain.port.ModelRuntime;
import dev.millrace.domain.port.ModelStatistics;
import dev.millrace.domain.port.Plan;
import dev.millrace.domain.port.StreamWriter;
import dev.millrace.domain.stream.StreamEvent.End;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskClass;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskState;
import dev.millrace.kernel.Clock;
import dev.millrace.kernel.Wakeup;
import dev.millrace.kernel.metrics.Meters;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The pools of a node, as the rest of it sees them. Any thread; nothing waits.
 *
 * <p>A pool must be opened by {@link #pool} before a snapshot that names it is served: a task for a
 * pool that is not there ends as failed, with {@code internal}.
 */
public final class Scheduling implements Dispatcher, LaneSpace, ModelStatistics {

  private final SchedulingConfig config;
  private final Clock clock;
  private final SchedulingMeters meters;
  private final Function<Deployment, ModelRuntime> runtimes;
  private final Function<Task, @Nullable String> reservedPool;
  private final Function<String, Wakeup> wakeups;
  private final AtomicLong leaseNumbers;
  private final LiveTasks live = new LiveTasks();
  private final Map<String, Pool> pools = new ConcurrentHashMap<>();

  private record Pool(
      PoolScheduler scheduler,
      Inbox inbox,
      Places places,
      InputBytes inputs,
      WaitEstimate estimate) {}

  /**
   * @param nodeEpoch raised at each start of the node, 0..8,388,607: leases of earlier ones are
   *     void
   * @param runtimes which runtime runs a deployment; called on the pool's thread, once a deployment
   * @param reservedPool under which pool a task's place was reserved, or null for none
   * @param wakeups what wakes the thread that turns the pool of that name
   */
  public Scheduling(
      SchedulingConfig config,
      long nodeEpoch,
      Clock clock,
      Meters meters,
      Function<Deployment, ModelRuntime> runtimes,
      Function<Task, @Nullable String> reservedPool,
      Function<String, Wakeup> wakeups) {
    this.config = config;
    this.clock = clock;
    this.meters = new SchedulingMeters(meters, clock);
    this.runtimes = runtimes;
    this.reservedPool = reservedPool;
    this.wakeups = wakeups;
    this.leaseNumbers = new AtomicLong(LeaseTable.firstOf(nodeEpoch));
  }

  /** The pool of that name, opened by the first call; the caller has a thread turn it. */
  public PoolScheduler pool(String name) {
    return pools.computeIfAbsent(name, this::open).scheduler();
  }

  private Pool open(String name) {
    Inbox inbox = new Inbox(config.reports(), wakeups.apply(name), clock);
    Places places = new Places(config.laneTasks(), meters.miscountedPlaces);
    InputBytes inputs = new InputBytes(config.inputBytes());
    meters.inputs(name, inputs::held);
    WaitEstimate wait = new WaitEstimate(clock.nanoTime());
    PoolScheduler scheduler =
        new PoolScheduler(
            name,
            config,
            inbox,
            clock,
            runtimes,
            leaseNumbers::incrementAndGet,
            live,
            wait,
            meters);
    return new Pool(scheduler, inbox, places, inputs, wait);
  }

  @Override
  public void dispatch(Task task, Plan plan, StreamWriter stream) {
    Deployment deployment = plan.steps().getFirst().deployment();
    TaskRun run = run(task, deployment, stream);
    Pool pool = pools.get(deployment.pool());
    if (pool == null) {
      run.releasePlace();
      run.releaseInput();
      String what = "the pool " + deployment.pool() + " is not open";
      stream.append(End.failed(TaskState.FAILED, Problem.of(ErrorCode.INTERNAL, what)));
      meters.ended(TaskState.FAILED, null);
      return;
    }
    live.add(run);
    pool.inbox().send(new Command.Arrive(run));
  }

  /** With what is given back to the pool that it was taken from, whichever pool runs the task. */
  private TaskRun run(Task task, Deployment deployment, StreamWriter stream) {
    String name = reservedPool.apply(task);
    Pool pool = name == null ? null : pools.get(name);
    return pool == null
        ? new TaskRun(task, deployment, stream, null, null)
        : new TaskRun(task, deployment, stream, pool.places(), pool.inputs());
  }

  @Override
  public void cancel(TaskId id, CancelReason reason) {
    TaskRun run = live.cancel(id, reason);
    Pool pool = run == null ? null : pools.get(run.deployment.pool());
    if (run != null && pool != null) {
      pool.inbox().send(new Command.Cancel(run));
    }
  }

  @Override
  public Room reserve(String pool, TaskClass taskClass, long inputBytes) {
    Pool known = pools.get(pool);
    if (known == null || !known.places().reserve(taskClass)) {
      return Room.LANE_FULL;
    }
    if (!known.inputs().reserve(inputBytes)) {
      known.places().release(taskClass);
      return Room.INPUTS_FULL;
    }
    return Room.RESERVED;
  }

  /**
   * Takes a place whether or not there is room: for a task that was acknowledged before a restart
   * and is dispatched again. The lane is over its limit until it has drained.
   */
  public void occupy(String pool, TaskClass taskClass, long inputBytes) {
    Pool known = pools.get(pool);
    if (known != null) {
      known.places().occupy(taskClass);
      known.inputs().occupy(inputBytes);
    }
  }

  @Override
  public void release(String pool, TaskClass taskClass, long inputBytes) {
    Pool known = pools.get(pool);
    if (known != null) {
      known.places().release(taskClass);
      known.inputs().release(inputBytes);
    }
  }

  @Override
  public long expectedWaitMillis(String pool, TaskClass taskClass) {
    Pool known = pools.get(pool);
    return known == null
        ? 0
        : known.estimate().millis(known.places().takenUpTo(taskClass), clock.nanoTime());
  }

  /** Places taken in a lane; near enough for a gauge. */
  public int taken(String pool, TaskClass taskClass) {
    Pool known = pools.get(pool);
    return known == null ? 0 : known.places().taken(taskClass);
  }

  @Override
  public Counts of(String model) {
    return meters.tallyOf(model);
  }

  /** Tasks dispatched and not yet ended; near enough for a gauge. */
  public int liveTasks() {
    return live.size();
  }

  /**
   * Brings all pools to rest: running tasks may end, tasks in memory only get their turn, durable
   * ones that wait are handed back to the log without an end. At the deadline durable attempts are
   * stopped and handed back too, and what is in memory only ends as cancelled.
   *
   * @param deadlineNanos in this process's monotonic clock
   * @return completed, on a pool's thread, when nothing runs or the deadline has come
   */
  public CompletableFuture<Drained> drain(long deadlineNanos) {
    CompletableFuture<Drained> all = CompletableFuture.completedFuture(new Drained(0, 0));
    for (Pool pool : pools.values()) {
      CompletableFuture<Drained> one = new CompletableFuture<>();
      pool.inbox().send(new Command.Drain(deadlineNanos, one));
      all = all.thenCombine(one, Drained::plus);
    }
    return all;
  }
}
