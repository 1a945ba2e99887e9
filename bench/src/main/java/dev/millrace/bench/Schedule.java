package dev.millrace.bench;

/**
 * When each request of an open loop is due: evenly spaced, whatever the server does. Times are
 * monotonic nanoseconds.
 *
 * @param startNanos when request 0 is due
 * @param perSecond requests a second, above 0
 * @param total how many there are
 */
record Schedule(long startNanos, double perSecond, long total) {

  /** From the index, not by adding gaps up: rounding must not drift over a long run. */
  long dueAt(long index) {
    return startNanos + (long) (index * (1e9 / perSecond));
  }

  boolean isDue(long index, long nowNanos) {
    return index < total && dueAt(index) - nowNanos <= 0;
  }
}
