package dev.millrace.scheduling;

import dev.millrace.domain.port.ModelRuntime.Attempt;
import dev.millrace.domain.task.Stamp;
import dev.millrace.kernel.timer.TimerWheel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Forms batches and gives leases.
 *
 * <p>The first adaptive form: a batch never waits. A task that finds a free slot goes at once,
 * alone; while all slots are busy tasks gather, and the next free slot takes up to {@code maxBatch}
 * of them. A generator takes no batches but sequences: as many as have a slot.
 *
 * <p>A task that was in a worker's death goes in a batch of its own; after a second death only when
 * nothing else runs in that worker, which is then held free for it. Owned by the pool's thread.
 */
final class Assigner {

  private final Lanes lanes;
  private final LeaseTable leases;
  private final Hosts hosts;
  private final Endings endings;
  private final TimerWheel timers;
  private final SchedulingMeters meters;
  private final WaitEstimate wait;

  Assigner(
      Lanes lanes,
      LeaseTable leases,
      Hosts hosts,
      Endings endings,
      TimerWheel timers,
      SchedulingMeters meters,
      WaitEstimate wait) {
    this.lanes = lanes;
    this.leases = leases;
    this.hosts = hosts;
    this.endings = endings;
    this.timers = timers;
    this.meters = meters;
    this.wait = wait;
  }

  /** Gives every free slot what waits for it, and says how many tasks were leased. */
  int assign(long nowNanos) {
    int leased = 0;
    for (DeploymentQueue queue : lanes.queues()) {
      if (queue.waiting() > 0) {
        Host host = hosts.serving(queue.deployment.id());
        leased += host == null ? 0 : assignAll(queue, host, nowNanos);
      }
    }
    return leased;
  }

  private int assignAll(DeploymentQueue queue, Host host, long nowNanos) {
    int leased = 0;
    while (queue.freeSlots() > 0 && host.takesWork()) {
      List<TaskRun> batch = take(queue, host, nowNanos);
      if (batch.isEmpty()) {
        break;
      }
      start(queue, host, batch, nowNanos);
      leased += batch.size();
    }
    return leased;
  }

  private List<TaskRun> take(DeploymentQueue queue, Host host, long nowNanos) {
    int limit = sequences(queue) ? queue.freeSlots() : queue.deployment.maxBatch();
    List<TaskRun> batch = new ArrayList<>(Math.min(limit, queue.waiting()));
    TaskRun next;
    while (batch.size() < limit && (next = whoseTurn(queue, host)) != null) {
      if (next.late(nowNanos)) {
        endings.timeUp(next, nowNanos); // its timer would fire within a tick: it never runs
        continue;
      }
      if (next.runsAlone() && !batch.isEmpty()) {
        break;
      }
      if (next.needsWholeHost() && host.leases() > 0) {
        host.holdFor(next);
        break;
      }
      queue.take(next);
      batch.add(next);
      if (next.runsAlone()) {
        break;
      }
    }
    return batch;
  }

  private static @Nullable TaskRun whoseTurn(DeploymentQueue queue, Host host) {
    TaskRun held = host.heldFor();
    if (held == null) {
      return queue.next();
    }
    return held.queue == queue ? held : null;
  }

  private static boolean sequences(DeploymentQueue queue) {
    return queue.deployment.spec().generates();
  }

  private void start(DeploymentQueue queue, Host host, List<TaskRun> batch, long nowNanos) {
    List<Attempt> attempts = new ArrayList<>(batch.size());
    Lease.Slot slot = null;
    for (TaskRun run : batch) {
      if (slot == null || sequences(queue)) {
        slot = new Lease.Slot();
        queue.slotTaken();
      }
      if (run.needsWholeHost()) {
        host.takeWhole();
      }
      attempts.add(lease(run, leases.open(queue, host, slot, run), nowNanos));
    }
    queue.meters.batches().increment();
    queue.meters.tally().batch();
    queue.meters.batchTasks().add(batch.size());
    wait.leased(batch.size(), queue.waiting() > 0, nowNanos);
    queue.runtime.assign(queue.deployment, attempts);
  }

  private Attempt lease(TaskRun run, Lease lease, long nowNanos) {
    long deadline = run.task.deadlineNanos();
    run.lease = lease;
    run.phase = TaskRun.Phase.RUNNING;
    run.attempt++;
    run.earlierTokens = run.tokens;
    run.releasePlace();
    timers.cancel(run);
    timers.set(run, deadline);
    run.task.stamps().mark(Stamp.LEASED, nowNanos);
    count(run, nowNanos);
    run.stream.running(run.attempt);
    // At least one: a runtime may take 0 for no deadline.
    long remaining = Math.max(1, (deadline - nowNanos) / 1_000_000);
    return new Attempt(lease.number, run.attempt, run.task, run.recordedIds(), remaining);
  }

  private void count(TaskRun run, long nowNanos) {
    meters.dequeued(run.taskClass());
    meters.leased(run.taskClass(), nowNanos - run.laneSince);
    meters.attempts.increment();
    if (run.attempt > 1) {
      meters.retries.increment();
    }
  }
}
