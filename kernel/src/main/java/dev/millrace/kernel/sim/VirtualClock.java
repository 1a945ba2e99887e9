package dev.millrace.kernel.sim;

import dev.millrace.kernel.Clock;
import java.time.Duration;

/** Time that stands still until it is moved. Both readings move together unless told otherwise. */
public final class VirtualClock implements Clock {

  private volatile long nanos;
  private volatile long wallNanos;

  /** Starts at a fixed wall time (2026-01-01T00:00:00Z), so that runs are alike. */
  public VirtualClock() {
    this(1_767_225_600_000L);
  }

  public VirtualClock(long wallMillis) {
    this.wallNanos = wallMillis * 1_000_000;
  }

  @Override
  public long nanoTime() {
    return nanos;
  }

  @Override
  public long wallMillis() {
    return wallNanos / 1_000_000;
  }

  public void advance(Duration by) {
    advanceNanos(by.toNanos());
  }

  public synchronized void advanceNanos(long by) {
    if (by < 0) {
      throw new IllegalArgumentException("time moved by " + by + " ns (expected: not backwards)");
    }
    nanos += by;
    wallNanos += by;
  }

  /** The wall clock alone jumps, as after a correction by the network; may be backwards. */
  public synchronized void jumpWall(Duration by) {
    wallNanos += by.toNanos();
  }
}
