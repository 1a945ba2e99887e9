package dev.millrace.verify.scenario;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** Waits for a condition, never for a time. */
final class Eventually {

  private static final long LOOK_NANOS = 2_000_000;

  private Eventually() {}

  /** What is looked at; looking may fail, as while a node starts. */
  @FunctionalInterface
  interface Look<T> {
    T look() throws Exception;
  }

  /** Returns the first look that is as wanted. */
  static <T> T see(String what, Duration limit, Look<T> look, Predicate<T> wanted)
      throws Exception {
    long end = System.nanoTime() + limit.toNanos();
    while (true) {
      T seen = look.look();
      if (wanted.test(seen)) {
        return seen;
      }
      if (System.nanoTime() > end) {
        throw new AssertionError("not within " + limit + ": " + what + "; last seen: " + seen);
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  static void holds(String what, Duration limit, Look<Boolean> look) throws Exception {
    see(what, limit, look, Boolean::booleanValue);
  }
}
