package dev.millrace.admission;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.port.LaneSpace;
import dev.millrace.domain.port.TaskIntake;
import dev.millrace.domain.snapshot.SnapshotSource;
import dev.millrace.domain.task.Stamp;
import dev.millrace.domain.task.Task;
import dev.millrace.kernel.Clock;
import dev.millrace.kernel.metrics.Meters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The step before the acknowledgement: lets a task in with a place reserved in its lane, or refuses
 * it at once with a reason and a time to come back.
 *
 * <p>Any thread may {@link #submit}; nothing here waits or locks. The reserved place is given back
 * exactly once when the task is not kept after all; once it is acknowledged the scheduler owns it.
 */
public final class Admission implements TaskIntake {

  private static final Logger LOG = LoggerFactory.getLogger(Admission.class);
  private static final long SOONEST_RETRY_MILLIS = 50;
  private static final long LATEST_RETRY_MILLIS = 8_000;
  private static final int LONGEST_ECHO = 64;

  private final SnapshotSource snapshots;
  private final LaneSpace lanes;
  private final TaskIntake next;
  private final Clock clock;
  private final Meters.Count admitted;
  private final Meters.Count unknown;
  private final Meters.Count overloaded;
  private final Meters.Count inputsFull;
  private final Meters.Count turnedAway;
  private volatile boolean draining;

  /**
   * @param next takes what was let in: the journal
   */
  public Admission(
      SnapshotSource snapshots, LaneSpace lanes, TaskIntake next, Clock clock, Meters meters) {
    this.snapshots = snapshots;
    this.lanes = lanes;
    this.next = next;
    this.clock = clock;
    this.admitted = decision(meters, "admitted");
    this.unknown = decision(meters, "not_found");
    this.overloaded = decision(meters, "overloaded");
    this.inputsFull = decision(meters, "inputs_full");
    this.turnedAway = decision(meters, "draining");
  }

  private static Meters.Count decision(Meters meters, String decision) {
    return meters.counter(
        "millrace_admission_total", "Tasks let in or refused.", "decision", decision);
  }

  /** From now on nothing new is let in; what was let in goes on. There is no way back. */
  public void drain() {
    draining = true;
  }

  public boolean draining() {
    return draining;
  }

  @Override
  public void submit(Task task, Listener listener) {
    if (draining) {
      turnedAway.increment();
      listener.refused(
          Problem.retryAfter(ErrorCode.DRAINING, "the node is about to stop", LATEST_RETRY_MILLIS));
      return;
    }
    Deployment deployment = snapshots.current().deployment(task.model());
    if (deployment == null) {
      unknown.increment();
      Problem damage = snapshots.current().whyNot(task.model());
      listener.refused(damage != null ? damage : unknownModel(task.model()));
    } else {
      place(task, deployment.pool(), listener);
    }
  }

  private void place(Task task, String pool, Listener listener) {
    switch (lanes.reserve(pool, task.taskClass(), task.input().size())) {
      case RESERVED -> {
        admitted.increment();
        forward(task, new Reservation(lanes, pool, task, listener));
      }
      case LANE_FULL -> {
        overloaded.increment();
        String lane = pool + "/" + task.taskClass().wireName();
        listener.refused(full("the lane " + lane + " is full", pool, task));
      }
      case INPUTS_FULL -> {
        inputsFull.increment();
        long bytes = task.input().size();
        String what = "the inputs in pool " + pool + " leave no room for " + bytes + " bytes more";
        listener.refused(full(what, pool, task));
      }
    }
  }

  private void forward(Task task, Reservation reservation) {
    long now = clock.nanoTime();
    task.stamps().mark(Stamp.ADMITTED, now);
    // No rules, verdicts or caches stand between the two yet; the receipt shows both hand-offs.
    task.stamps().mark(Stamp.FAST_PATH_DONE, now);
    try {
      next.submit(task, reservation);
    } catch (RuntimeException defect) {
      if (!reservation.settle()) {
        throw defect;
      }
      LOG.error("{}: the next stage failed to take it", task.id(), defect);
      reservation.giveUp(Problem.of(ErrorCode.INTERNAL, "the task could not be taken"));
    }
  }

  private static Problem unknownModel(String model) {
    String shown = model.length() <= LONGEST_ECHO ? model : model.substring(0, LONGEST_ECHO) + "…";
    return new Problem(
        ErrorCode.NOT_FOUND,
        "model: " + shown + " (expected: a model that /v1/models lists)",
        "/model",
        0);
  }

  private Problem full(String what, String pool, Task task) {
    long wait =
        Math.clamp(
            lanes.expectedWaitMillis(pool, task.taskClass()),
            SOONEST_RETRY_MILLIS,
            LATEST_RETRY_MILLIS);
    return Problem.retryAfter(ErrorCode.OVERLOADED, what, wait);
  }
}
