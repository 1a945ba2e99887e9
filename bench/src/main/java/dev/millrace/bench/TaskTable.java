package dev.millrace.bench;

import org.jspecify.annotations.Nullable;

/**
 * What is known of every task of a run, by its number; flat arrays in segments that are made when
 * the first task of a segment is sent: 21 bytes a task, no object each. One thread.
 */
final class TaskTable {

  static final byte SENT = 1;
  static final byte ACKED = 2;
  static final byte REFUSED = 4;
  static final byte ENDED = 8;

  private static final int SEGMENT_BITS = 16;
  private static final int SEGMENT = 1 << SEGMENT_BITS;
  private static final int MASK = SEGMENT - 1;

  private final @Nullable Segment[] segments;

  TaskTable(long tasks) {
    segments = new @Nullable Segment[Math.toIntExact((tasks >> SEGMENT_BITS) + 1)];
  }

  private static final class Segment {
    final long[] lastEventAt = new long[SEGMENT];
    final int[] nextSeq = new int[SEGMENT];
    final int[] tokens = new int[SEGMENT];
    final byte[] flags = new byte[SEGMENT];
  }

  private Segment segment(long task) {
    int index = (int) (task >> SEGMENT_BITS);
    Segment segment = segments[index];
    if (segment == null) {
      segment = new Segment();
      segments[index] = segment;
    }
    return segment;
  }

  /** The flags, 0 for a task that was never sent. */
  byte flags(long task) {
    Segment segment = segments[(int) (task >> SEGMENT_BITS)];
    return segment == null ? 0 : segment.flags[(int) task & MASK];
  }

  void raise(long task, byte flag) {
    segment(task).flags[(int) task & MASK] |= flag;
  }

  int nextSeq(long task) {
    return segment(task).nextSeq[(int) task & MASK];
  }

  void nextSeq(long task, int seq) {
    segment(task).nextSeq[(int) task & MASK] = seq;
  }

  /** Counts a token in; gives how many came before it. */
  int countToken(long task) {
    return segment(task).tokens[(int) task & MASK]++;
  }

  int tokens(long task) {
    return segment(task).tokens[(int) task & MASK];
  }

  /** Notes when the newest token came; gives when the one before it did. */
  long tokenAt(long task, long nowNanos) {
    long[] times = segment(task).lastEventAt;
    long before = times[(int) task & MASK];
    times[(int) task & MASK] = nowNanos;
    return before;
  }
}
