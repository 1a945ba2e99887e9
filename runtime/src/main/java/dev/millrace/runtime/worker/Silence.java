package dev.millrace.runtime.worker;

/**
 * How long a worker has shown no sign of life. One look adds no more than the longest step, so a
 * pause of this process, during which it could not hear, is not held against the worker.
 */
final class Silence {

  private final long limitNanos;
  private final long longestStepNanos;
  private long beatsSeen;
  private long lastLook;
  private long silentNanos;

  Silence(long limitNanos, long longestStepNanos, long nowNanos) {
    this.limitNanos = limitNanos;
    this.longestStepNanos = longestStepNanos;
    this.lastLook = nowNanos;
  }

  /**
   * @param beats signs of life so far
   */
  boolean tooLong(long beats, long nowNanos) {
    long step = Math.min(longestStepNanos, nowNanos - lastLook);
    lastLook = nowNanos;
    silentNanos = beats == beatsSeen ? silentNanos + step : 0;
    beatsSeen = beats;
    return silentNanos >= limitNanos;
  }
}
