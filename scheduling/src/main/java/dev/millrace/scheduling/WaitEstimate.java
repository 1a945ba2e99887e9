package dev.millrace.scheduling;

/**
 * How long a newcomer to a pool would wait: tasks ahead times the recent time between two leases
 * under backlog, and never less than the time for which nothing was leased while others waited.
 *
 * <p>The pool's thread tells; any thread asks and sees old or new.
 */
final class WaitEstimate {

  /** Before anything was measured. */
  private static final long UNKNOWN_MILLIS = 1_000;

  private static final long MOST_MILLIS = 60_000;
  private static final double WEIGHT = 0.1;

  private volatile double nanosPerTask;
  private volatile long lastLeaseNanos;
  private volatile boolean backlog;

  WaitEstimate(long nowNanos) {
    this.lastLeaseNanos = nowNanos;
  }

  /**
   * @param tasks leased at once
   * @param stillWaiting whether others wait, so that the time to the next lease is a service time
   */
  void leased(int tasks, boolean stillWaiting, long nowNanos) {
    if (backlog) {
      double sample = (double) (nowNanos - lastLeaseNanos) / tasks;
      double before = nanosPerTask;
      nanosPerTask = before == 0 ? sample : before + WEIGHT * (sample - before);
    }
    lastLeaseNanos = nowNanos;
    backlog = stillWaiting;
  }

  long millis(int ahead, long nowNanos) {
    if (ahead <= 0) {
      return 0;
    }
    double perTask = nanosPerTask;
    if (perTask == 0) {
      return UNKNOWN_MILLIS;
    }
    double stalled = backlog ? (double) (nowNanos - lastLeaseNanos) : 0;
    double wait = Math.max(perTask * ahead, stalled);
    return Math.clamp((long) (wait / 1e6), 1, MOST_MILLIS);
  }
}
