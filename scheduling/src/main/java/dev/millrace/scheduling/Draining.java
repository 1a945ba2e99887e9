package dev.millrace.scheduling;

import dev.millrace.domain.port.Dispatcher.CancelReason;
import dev.millrace.kernel.timer.TimerWheel;
import java.util.concurrent.CompletableFuture;

/**
 * The orderly end of a pool. What runs may end until the deadline. A durable task that waits is
 * handed back at once: the log has it, and the next start of the node runs it. A task in memory
 * only cannot be handed back, so it still gets its turn. At the deadline durable attempts are
 * stopped and handed back with the tokens recorded so far, the others end as cancelled. Owned by
 * the pool's thread.
 */
final class Draining extends TimerWheel.Timer {

  private final Lanes lanes;
  private final LeaseTable leases;
  private final Endings endings;
  private final TimerWheel timers;
  private final CompletableFuture<Drained> done = new CompletableFuture<>();
  private boolean begun;
  private boolean over;
  private int handedBack;
  private int cancelled;

  Draining(Lanes lanes, LeaseTable leases, Endings endings, TimerWheel timers) {
    this.lanes = lanes;
    this.leases = leases;
    this.endings = endings;
    this.timers = timers;
  }

  /** Begins, once; a later call only waits for the same end. */
  void begin(Command.Drain drain) {
    done.thenAccept(drain.done()::complete);
    if (begun) {
      return;
    }
    begun = true;
    for (TaskRun run : lanes.waitingRuns()) {
      if (run.task.durable()) {
        handBack(run);
      }
    }
    timers.set(this, drain.deadlineNanos());
  }

  /** True when the newcomer was dealt with here, because the pool is going down. */
  boolean turnedAway(TaskRun run) {
    if (!begun || (!over && !run.task.durable())) {
      return false;
    }
    stop(run);
    return true;
  }

  @Override
  protected void fired(long nowNanos) {
    over = true;
    for (TaskRun run : lanes.waitingRuns()) {
      stop(run);
    }
    for (Lease lease : leases.all()) {
      if (lease.run != null) {
        stop(lease.run);
      }
    }
    finish();
  }

  /** Nothing runs and nothing waits: the drain is over before its deadline. */
  void look() {
    if (begun && !over && leases.size() == 0 && lanes.waiting() == 0) {
      over = true;
      timers.cancel(this);
      finish();
    }
  }

  private void stop(TaskRun run) {
    if (run.task.durable()) {
      handBack(run);
    } else {
      cancelled++;
      endings.cancelled(run, CancelReason.DRAINING);
    }
  }

  private void handBack(TaskRun run) {
    handedBack++;
    endings.handedBack(run);
  }

  private void finish() {
    done.complete(new Drained(handedBack, cancelled));
  }
}
