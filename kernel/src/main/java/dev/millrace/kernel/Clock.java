package dev.millrace.kernel;

/**
 * Time as every stage sees it. The monotonic reading orders and times things inside a process; the
 * wall reading is only for records and for people, and may jump.
 */
public interface Clock {

  /** Monotonic nanoseconds; only differences mean anything. */
  long nanoTime();

  /** Wall time in milliseconds since the epoch. */
  long wallMillis();

  /** The machine's clocks. */
  static Clock system() {
    return SystemClock.INSTANCE;
  }
}
