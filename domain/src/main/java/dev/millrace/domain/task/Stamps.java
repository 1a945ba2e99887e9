package dev.millrace.domain.task;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * When each hand-off of one task happened, in the monotonic clock's nanoseconds; 0 for not yet.
 * Each stamp has one writer, the thread that owns that hand-off; anybody may read, and sees old or
 * new.
 */
public final class Stamps {

  private static final VarHandle AT = MethodHandles.arrayElementVarHandle(long[].class);
  private static final int COUNT = Stamp.values().length;

  private final long[] nanos = new long[COUNT];

  /** Marks the hand-off; a later attempt overwrites what it does again. */
  public void mark(Stamp stamp, long nowNanos) {
    // 0 means absent, and a clock may read 0.
    AT.setOpaque(nanos, stamp.ordinal(), nowNanos == 0 ? 1 : nowNanos);
  }

  /** As {@link #mark}, but the first time only. */
  public void markOnce(Stamp stamp, long nowNanos) {
    if (at(stamp) == 0) {
      mark(stamp, nowNanos);
    }
  }

  public long at(Stamp stamp) {
    return (long) AT.getOpaque(nanos, stamp.ordinal());
  }
}
