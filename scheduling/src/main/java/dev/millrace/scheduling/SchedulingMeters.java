package dev.millrace.scheduling;

import dev.millrace.domain.port.ModelStatistics;
import dev.millrace.domain.task.TaskClass;
import dev.millrace.domain.task.TaskState;
import dev.millrace.kernel.Clock;
import dev.millrace.kernel.metrics.Meters;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the scheduler counts, of all pools together, under the names of OPERATIONS.md. Any thread.
 */
final class SchedulingMeters {

  private static final TaskClass[] CLASSES = TaskClass.values();

  final Meters.Count attempts;
  final Meters.Count retries;
  final Meters.Count fencedReports;
  final Meters.Count overrunLeases;
  final Meters.Count lostRuntimes;
  final Meters.Count miscountedPlaces;
  private final Meters meters;
  private final Clock clock;
  private final Meters.Timing[] queueWait = new Meters.Timing[CLASSES.length];
  private final Map<String, Meters.Count> requests = new HashMap<>();
  private final Meters.Count otherRequests;
  private final Map<String, ModelMeters> models = new ConcurrentHashMap<>();
  private final AtomicIntegerArray queued = new AtomicIntegerArray(CLASSES.length);
  private final AtomicIntegerArray running = new AtomicIntegerArray(CLASSES.length);

  SchedulingMeters(Meters meters, Clock clock) {
    this.meters = meters;
    this.clock = clock;
    this.attempts = meters.counter("millrace_attempts_total", "Attempts given to a runtime");
    this.retries = meters.counter("millrace_retries_total", "Attempts after a task's first");
    this.fencedReports =
        meters.counter(
            "millrace_fenced_reports_total", "Reports on leases that are not live; dropped");
    this.overrunLeases =
        meters.counter(
            "millrace_overrun_leases_total",
            "Leases given up because their reports came faster than they could be taken");
    this.lostRuntimes =
        meters.counter("millrace_lost_runtimes_total", "Workers that died or fell silent");
    this.miscountedPlaces =
        meters.counter(
            "millrace_miscounted_places_total", "Places given back that nobody held; a defect");
    for (TaskClass taskClass : CLASSES) {
      byClass(taskClass);
    }
    for (String reason : new String[] {"stop", "length", "succeeded"}) {
      requests.put(reason, finished(reason));
    }
    for (TaskState state : TaskState.values()) {
      if (state.isTerminal()) {
        requests.put(state.wireName(), finished(state.wireName()));
      }
    }
    this.otherRequests = finished("other");
  }

  private void byClass(TaskClass taskClass) {
    int at = taskClass.ordinal();
    String name = taskClass.wireName();
    queueWait[at] =
        meters.timing("millrace_queue_wait_seconds", "From lane to lease", "class", name);
    gauge("queued", name, queued, at);
    gauge("running", name, running, at);
  }

  private void gauge(String state, String taskClass, AtomicIntegerArray values, int at) {
    meters.gauge(
        "millrace_tasks",
        "Tasks in the scheduler",
        () -> values.get(at),
        "state",
        state,
        "class",
        taskClass);
  }

  void inputs(String pool, DoubleSupplier held) {
    meters.gauge("millrace_input_bytes", "Inputs of tasks that have not ended", held, "pool", pool);
  }

  private Meters.Count finished(String reason) {
    return meters.counter("millrace_requests_total", "Tasks that ended", "finish_reason", reason);
  }

  ModelMeters ofModel(String model) {
    return models.computeIfAbsent(model, name -> ModelMeters.of(meters, name, clock));
  }

  /** Of a model that nobody asked for yet there is nothing to tell, and nothing is kept. */
  ModelStatistics.Counts tallyOf(String model) {
    ModelMeters known = models.get(model);
    return known == null ? ModelStatistics.Counts.NONE : known.tally().counts();
  }

  void enqueued(TaskClass taskClass) {
    queued.incrementAndGet(taskClass.ordinal());
  }

  void dequeued(TaskClass taskClass) {
    queued.decrementAndGet(taskClass.ordinal());
  }

  void leased(TaskClass taskClass, long waitNanos) {
    running.incrementAndGet(taskClass.ordinal());
    queueWait[taskClass.ordinal()].record(waitNanos);
  }

  void unleased(TaskClass taskClass) {
    running.decrementAndGet(taskClass.ordinal());
  }

  /**
   * @param finishReason of a generator that succeeded; what runtimes may invent is counted as
   *     {@code other}, so that no label grows without bound
   */
  void ended(TaskState state, @Nullable String finishReason) {
    boolean byReason = state == TaskState.SUCCEEDED && finishReason != null;
    requests.getOrDefault(byReason ? finishReason : state.wireName(), otherRequests).increment();
  }
}
