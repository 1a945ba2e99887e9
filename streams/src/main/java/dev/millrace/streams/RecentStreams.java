package dev.millrace.streams;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The streams that ended last, whole: what a client asks for right after the end (the receipt with
 * the moment of delivery) is answered from here. A ring; who is pushed out is shelved. Any thread.
 */
final class RecentStreams {

  private final AtomicReferenceArray<@Nullable TaskStream> ring;
  private final AtomicLong ended = new AtomicLong();

  RecentStreams(int capacity) {
    this.ring = new AtomicReferenceArray<>(Integer.highestOneBit(capacity));
  }

  /** Adds a stream and gives the one that it pushes out, if any. */
  @Nullable TaskStream push(TaskStream stream) {
    int slot = (int) ended.getAndIncrement() & (ring.length() - 1);
    return ring.getAndSet(slot, stream);
  }
}
