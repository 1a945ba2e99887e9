package dev.millrace.scheduling;

import dev.millrace.kernel.timer.TimerWheel;
import java.util.ArrayList;
import java.util.List;

/**
 * Slows attempts whose clients read slower than they answer. One that is far ahead of its reader is
 * paused, and goes on once the reader has caught up; that is looked for on a timer, since readers
 * take events without telling. So what waits for a slow client stays where it comes from. Owned by
 * the pool's thread.
 */
final class Pace extends TimerWheel.Timer {

  /** Events that no reader took, beyond which an attempt is paused. */
  static final int MOST_AHEAD = 1_024;

  /** And the number at which it goes on: enough that a reader does not run dry meanwhile. */
  static final int GO_ON = 512;

  static final long LOOK_NANOS = 20_000_000;

  /** Looking costs a walk over the readers, so not every token does. */
  private static final int EVERY = 64;

  private final LeaseTable leases;
  private final TimerWheel timers;
  private final List<Lease> paused = new ArrayList<>();

  Pace(LeaseTable leases, TimerWheel timers) {
    this.leases = leases;
    this.timers = timers;
  }

  /** One more token was appended. */
  void token(Lease lease, TaskRun run, long nowNanos) {
    if (lease.paused || run.tokens % EVERY != 0 || run.stream.lead() < MOST_AHEAD) {
      return;
    }
    lease.paused = true;
    lease.queue.runtime.pace(lease.number, false);
    if (paused.isEmpty()) {
      timers.set(this, nowNanos + LOOK_NANOS);
    }
    paused.add(lease);
  }

  @Override
  protected void fired(long nowNanos) {
    paused.removeIf(this::goesOn);
    if (!paused.isEmpty()) {
      timers.set(this, nowNanos + LOOK_NANOS);
    }
  }

  private boolean goesOn(Lease lease) {
    TaskRun run = lease.run;
    if (run == null || leases.get(lease.number) == null) {
      // It is over, or winds up after a cancel, which needs no pace.
      return true;
    }
    if (run.stream.lead() > GO_ON) {
      return false;
    }
    lease.paused = false;
    lease.queue.runtime.pace(lease.number, true);
    return true;
  }
}
