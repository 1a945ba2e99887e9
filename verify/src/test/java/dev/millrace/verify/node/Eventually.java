package dev.millrace.verify.node;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** Waits for a condition, never for a time. */
public final class Eventually {

  private static final long LOOK_NANOS = 2_000_000;

  private Eventually() {}

  /** What is looked at; looking may fail, as while a node starts. */
  @FunctionalInterface
  public interface Look<T> {
    T look() throws Exception;
  }

  /** Returns the first look that is as wanted. */
  public static <T> T see(String what, Duration limit, Look<T> look, Predicate<T> wanted) {
    long end = System.nanoTime() + limit.toNanos();
    while (true) {
      T seen = looked(what, look);
      if (wanted.test(seen)) {
        return seen;
      }
      if (System.nanoTime() > end) {
        throw new AssertionError("not within " + limit + ": " + what + "; last seen: " + seen);
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  public static void holds(String what, Duration limit, Look<Boolean> look) {
    see(what, limit, look, Boolean::booleanValue);
  }

  private static <T> T looked(String what, Look<T> look) {
    try {
      return look.look();
    } catch (RuntimeException failed) {
      throw failed;
    } catch (Exception failed) {
      throw new AssertionError("could not look: " + what, failed);
    }
  }
}
