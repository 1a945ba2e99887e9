package dev.millrace.scheduling;

import dev.millrace.domain.port.ModelRuntime;
import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.domain.task.Stamp;
import dev.millrace.domain.task.Stamps;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What runtimes tell about their attempts, turned into events of the tasks' streams. A report on a
 * lease that is not live is dropped and counted; one on a lease whose task has ended is dropped.
 * Owned by the pool's thread.
 */
final class AttemptReports {

  private final LeaseTable leases;
  private final Lanes lanes;
  private final Endings endings;
  private final SchedulingMeters meters;
  private final Pace pace;

  AttemptReports(
      LeaseTable leases, Lanes lanes, Endings endings, SchedulingMeters meters, Pace pace) {
    this.leases = leases;
    this.lanes = lanes;
    this.endings = endings;
    this.meters = meters;
    this.pace = pace;
  }

  void take(Report report, long nowNanos) {
    Lease lease = leases.get(report.lease());
    if (lease == null) {
      meters.fencedReports.increment();
      return;
    }
    switch (report) {
      case Report.Token(var number, var token) -> token(lease, token, nowNanos);
      case Report.Started(var number) -> started(lease, nowNanos);
      case Report.Restarted(var number) -> restarted(lease);
      case Report.Done(var number, var result) -> {
        TaskRun run = close(lease, nowNanos);
        if (run != null) {
          timePerToken(run, lease);
          endings.succeeded(run, result);
        }
      }
      case Report.Failed(var number, var problem) -> {
        TaskRun run = close(lease, nowNanos);
        if (run != null) {
          endings.failed(run, problem);
        }
      }
    }
  }

  private static void started(Lease lease, long nowNanos) {
    TaskRun run = lease.run;
    if (run != null && !lease.started) {
      lease.started = true;
      run.task.stamps().mark(Stamp.MODEL_START, nowNanos);
    }
  }

  private void token(Lease lease, StreamEvent.Token token, long nowNanos) {
    started(lease, nowNanos);
    TaskRun run = lease.run;
    if (run == null) {
      return;
    }
    if (run.tokens++ == 0) {
      firstToken(run, lease, nowNanos);
    }
    run.stream.append(token);
    pace.token(lease, run, nowNanos);
  }

  private static void firstToken(TaskRun run, Lease lease, long nowNanos) {
    Stamps stamps = run.task.stamps();
    stamps.markOnce(Stamp.FIRST_TOKEN, nowNanos);
    long from = stamps.at(Stamp.ACCEPTED);
    if (from == 0) {
      from = stamps.at(Stamp.QUEUED); // a door that does not stamp, or a task from the log
    }
    lease.queue.meters.timeToFirstToken().record(nowNanos - from);
  }

  private static void restarted(Lease lease) {
    TaskRun run = lease.run;
    if (run != null) {
      run.stream.append(new StreamEvent.Notice(StreamEvent.Code.RESTART, run.attempt));
      run.restarted();
    }
  }

  /** The attempt is over; its task, unless that ended before. */
  private @Nullable TaskRun close(Lease lease, long nowNanos) {
    leases.close(lease);
    TaskRun run = lease.run;
    if (run != null) {
      run.lease = null;
      run.task.stamps().mark(Stamp.MODEL_FINISH, nowNanos);
    }
    return run;
  }

  private static void timePerToken(TaskRun run, Lease lease) {
    Stamps stamps = run.task.stamps();
    if (run.attempt == 1 && run.tokens > 1) {
      long generating = stamps.at(Stamp.MODEL_FINISH) - stamps.at(Stamp.FIRST_TOKEN);
      lease.queue.meters.timePerOutputToken().record(generating / (run.tokens - 1));
    }
  }

  /**
   * Leases of which a report was dropped: the task is given back to extend what it has, the runtime
   * is told to stop, and the slot is free once it has.
   *
   * @param overrun whether each has ended; those that have are taken out
   */
  void giveUp(Map<Long, Boolean> overrun, long nowNanos) {
    overrun.entrySet().removeIf(entry -> isSettled(entry.getKey(), entry.getValue(), nowNanos));
  }

  private boolean isSettled(long number, boolean ended, long nowNanos) {
    Lease lease = leases.get(number);
    if (lease == null) {
      return true;
    }
    if (lease.run != null) {
      detach(lease, lease.run, nowNanos);
    }
    if (ended) {
      leases.close(lease);
    }
    return ended;
  }

  private void detach(Lease lease, TaskRun run, long nowNanos) {
    meters.overrunLeases.increment();
    lease.run = null;
    run.lease = null;
    ModelRuntime runtime = lease.queue.runtime;
    runtime.cancel(lease.number);
    lanes.giveBack(List.of(run), nowNanos);
  }
}
