package dev.millrace.bench;

import java.time.Duration;

/**
 * The part of a run whose requests are measured. A request belongs to it by the time at which it
 * was due, so a late one is not moved out of it.
 */
record Window(long fromNanos, long untilNanos) {

  static Window after(long startNanos, Duration warmup, Duration duration) {
    long from = startNanos + warmup.toNanos();
    return new Window(from, from + duration.toNanos());
  }

  boolean contains(long nanos) {
    return nanos - fromNanos >= 0 && nanos - untilNanos < 0;
  }

  /** Where in the run a time lies, for people. */
  String phase(long nanos) {
    if (nanos - fromNanos < 0) {
      return "warming up";
    }
    long second = (nanos - fromNanos) / 1_000_000_000L;
    long seconds = (untilNanos - fromNanos) / 1_000_000_000L;
    return contains(nanos) ? "measuring " + second + "/" + seconds + " s" : "draining";
  }
}
