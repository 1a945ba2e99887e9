package dev.millrace.scheduling;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes that the inputs of one pool's tasks hold, from admission to the end: a lane that is
 * bounded by its number of tasks alone could fill the memory many times over.
 *
 * <p>Any thread, no lock: a reservation is one compare-and-set and never overshoots, but that a
 * single input which is larger than the whole is let in when there is no other.
 */
final class InputBytes {

  private final AtomicLong held = new AtomicLong();
  private final long limit;

  InputBytes(long limit) {
    this.limit = limit;
  }

  boolean reserve(long bytes) {
    for (long now = held.get(); now == 0 || now + bytes <= limit; now = held.get()) {
      if (held.compareAndSet(now, now + bytes)) {
        return true;
      }
    }
    return false;
  }

  /** Takes the bytes whether or not there is room. */
  void occupy(long bytes) {
    held.addAndGet(bytes);
  }

  void release(long bytes) {
    held.updateAndGet(now -> Math.max(0, now - bytes));
  }

  long held() {
    return held.get();
  }
}
