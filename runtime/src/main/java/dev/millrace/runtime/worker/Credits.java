package dev.millrace.runtime.worker;

import dev.millrace.runtime.worker.wire.Frame;
import dev.millrace.runtime.worker.wire.Urgent;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The node's account of one worker's token credits. The reader's thread counts what came; the
 * writer's gives back what is due, a quarter of the window at a time, in one frame.
 */
final class Credits implements Urgent {

  private final int window;
  private final int portion;
  private final AtomicInteger due = new AtomicInteger();
  private final AtomicLong granted = new AtomicLong();
  private long received;
  private int taken;

  Credits(int window) {
    this.window = window;
    this.portion = Math.max(1, window / 4);
  }

  /** Counts one token; false when the worker had no credit for it. Reader's thread. */
  boolean take() {
    received++;
    return received <= window + granted.get();
  }

  /** The token is handed on; true when the writer is to be woken. Reader's thread. */
  boolean handedOn() {
    if (++taken < portion) {
      return false;
    }
    due.addAndGet(taken);
    taken = 0;
    return true;
  }

  @Override
  public @Nullable Frame next(long nowNanos) {
    int tokens = due.getAndSet(0);
    if (tokens == 0) {
      return null;
    }
    // Before the write: the worker may use them before this thread runs again.
    granted.addAndGet(tokens);
    return new Frame.Credit(tokens);
  }
}
