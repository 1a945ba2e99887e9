package dev.millrace.journal;

import dev.millrace.domain.task.TaskId;
import dev.millrace.kernel.log.LogPosition;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Where the transcripts of tasks lie that ended lately, in the order of the log; 32 bytes a task,
 * since minutes at thousands a second make millions.
 */
final class EndedTasks {

  private static final int CHUNK = 1_024;
  private static final int FIELDS = 4;

  private final Deque<long[]> chunks = new ArrayDeque<>();
  private int firstOfOldest;
  private int size;

  /** Takes an entry. */
  @FunctionalInterface
  interface Visitor<X extends Exception> {
    void visit(TaskId id, long position, long endedWallMillis) throws X;
  }

  void add(TaskId id, long position, long endedWallMillis) {
    int slot = (firstOfOldest + size) % CHUNK;
    if (slot == 0) {
      chunks.addLast(new long[CHUNK * FIELDS]);
    }
    long[] chunk = chunks.getLast();
    int at = slot * FIELDS;
    chunk[at] = id.high();
    chunk[at + 1] = id.low();
    chunk[at + 2] = position;
    chunk[at + 3] = endedWallMillis;
    size++;
  }

  /** Forgets the oldest as long as they ended before a moment. */
  void dropBefore(long wallMillis) {
    while (size > 0 && chunks.getFirst()[firstOfOldest * FIELDS + 3] < wallMillis) {
      size--;
      if (++firstOfOldest == CHUNK) {
        firstOfOldest = 0;
        chunks.removeFirst();
      }
    }
  }

  /** The position of the oldest, or {@link LogPosition#NONE}. */
  long oldest() {
    return size == 0 ? LogPosition.NONE : chunks.getFirst()[firstOfOldest * FIELDS + 2];
  }

  int size() {
    return size;
  }

  <X extends Exception> void forEach(Visitor<X> visitor) throws X {
    int slot = firstOfOldest;
    int left = size;
    for (long[] chunk : chunks) {
      for (; slot < CHUNK && left > 0; slot++, left--) {
        int at = slot * FIELDS;
        TaskId id = new TaskId(chunk[at], chunk[at + 1], false);
        visitor.visit(id, chunk[at + 2], chunk[at + 3]);
      }
      slot = 0;
    }
  }
}
