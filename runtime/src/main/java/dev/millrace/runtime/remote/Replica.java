package dev.millrace.runtime.remote;

/**
 * One server of a model. Three failures in a row put it aside, for a second at first and twice as
 * long each time up to half a minute; after that one request at a time is let through to see, and
 * the first that ends well brings it back. Owned by one loop.
 */
final class Replica {

  static final int FAILURES = 3;
  private static final long FIRST_ASIDE_NANOS = 1_000_000_000L;
  private static final long LONGEST_ASIDE_NANOS = 30_000_000_000L;

  final Base base;
  private final int connections;
  private int inFlight;
  private int failures;
  private boolean aside;
  private long asideUntil;
  private long asideNanos = FIRST_ASIDE_NANOS;

  Replica(Base base, int connections) {
    this.base = base;
    this.connections = connections;
  }

  int inFlight() {
    return inFlight;
  }

  boolean isAside() {
    return aside;
  }

  /** Whether it may be asked at all: not aside, or due to be tried with one request. */
  boolean healthy(long nowNanos) {
    return !aside || (nowNanos - asideUntil >= 0 && inFlight == 0);
  }

  boolean hasRoom() {
    return inFlight < connections;
  }

  /** Until it may be asked again, nanoseconds; 0 when it may. */
  long asideFor(long nowNanos) {
    return aside ? Math.max(0, asideUntil - nowNanos) : 0;
  }

  void begin() {
    inFlight++;
  }

  void end() {
    inFlight--;
  }

  /** True when this brings it back. */
  boolean succeeded() {
    boolean back = aside;
    failures = 0;
    aside = false;
    asideNanos = FIRST_ASIDE_NANOS;
    return back;
  }

  /** True when this puts it aside. */
  boolean failed(long nowNanos) {
    failures++;
    if (aside) {
      // Requests from before it was put aside tell nothing new; only the probe does.
      if (nowNanos - asideUntil >= 0) {
        asideNanos = Math.min(LONGEST_ASIDE_NANOS, asideNanos * 2);
        asideUntil = nowNanos + asideNanos;
      }
      return false;
    }
    if (failures < FAILURES) {
      return false;
    }
    aside = true;
    asideUntil = nowNanos + asideNanos;
    return true;
  }
}
