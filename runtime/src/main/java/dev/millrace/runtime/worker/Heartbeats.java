package dev.millrace.runtime.worker;

import dev.millrace.runtime.worker.wire.Frame;
import dev.millrace.runtime.worker.wire.Urgent;
import org.jspecify.annotations.Nullable;

/** A worker's sign of life, at once and then at its interval. The writer's thread owns it. */
final class Heartbeats implements Urgent {

  private static final Frame BEAT = new Frame.Heartbeat();

  private final long intervalNanos;
  private long due;

  Heartbeats(long intervalNanos, long nowNanos) {
    this.intervalNanos = intervalNanos;
    this.due = nowNanos;
  }

  @Override
  public @Nullable Frame next(long nowNanos) {
    if (nowNanos < due) {
      return null;
    }
    due = nowNanos + intervalNanos;
    return BEAT;
  }

  @Override
  public long nextDeadline() {
    return due;
  }
}
