package dev.millrace.runtime.worker;

/** How long to wait before the next start: doubling from 100 ms to 5 s, anew after 30 s of life. */
final class Backoff {

  private static final long FIRST_MILLIS = 100;
  private static final long LONGEST_MILLIS = 5_000;
  private static final long HEALTHY_MILLIS = 30_000;

  private long nextMillis = FIRST_MILLIS;

  /**
   * @param livedMillis how long the process that just ended lived
   */
  long afterLifeOf(long livedMillis) {
    if (livedMillis >= HEALTHY_MILLIS) {
      nextMillis = FIRST_MILLIS;
    }
    long wait = nextMillis;
    nextMillis = Math.min(LONGEST_MILLIS, nextMillis * 2);
    return wait;
  }
}
