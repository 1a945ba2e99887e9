package dev.millrace.runtime.worker.wire;

import dev.millrace.kernel.Mailbox;
import dev.millrace.kernel.Wakeup;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Frames that wait to be written, bounded in number and bytes. Any thread offers; the writer's
 * thread alone polls and releases.
 */
final class Outbox {

  private final Mailbox<Frame> frames;
  private final AtomicLong bytes = new AtomicLong();
  private final long mostBytes;

  Outbox(int mostFrames, long mostBytes, Wakeup writer) {
    this.frames = new Mailbox<>(mostFrames, writer);
    this.mostBytes = mostBytes;
  }

  /**
   * False when full. One frame alone always has room, and so has a small one, such as a cancel, as
   * far as bytes go: work that fills the outbox must not keep it from being stopped.
   */
  boolean offer(Frame frame) {
    long size = frame.size();
    long sum = bytes.addAndGet(size);
    boolean fits = sum <= mostBytes || sum == size || size <= FrameSizes.SMALL;
    if (fits && frames.offer(frame)) {
      return true;
    }
    bytes.addAndGet(-size);
    return false;
  }

  @Nullable Frame poll() {
    return frames.poll();
  }

  /** A polled frame is written: its bytes are free. */
  void release(long size) {
    bytes.addAndGet(-size);
  }
}
