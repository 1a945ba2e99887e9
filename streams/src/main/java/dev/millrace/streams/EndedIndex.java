package dev.millrace.streams;

import dev.millrace.domain.task.TaskId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.function.LongConsumer;

/**
 * Where the transcripts of ended durable tasks lie in the log, and when each was delivered, which
 * no record can tell that is written before: 36 bytes a task, since at thousands a second, ten
 * minutes hold a million of them.
 *
 * <p>Entries live in generations, each a fifth of the keeping time; a whole generation is dropped
 * at once, so an entry is kept at least the keeping time and at most a fifth longer. Any thread;
 * the lock is held for a probe of flat arrays, never for input or output.
 */
final class EndedIndex {

  static final long ABSENT = -1;
  static final float NOT_DELIVERED = 0;

  /** In place of a position: found before any other that the id may get. */
  private static final long FORGOTTEN = -2;

  private static final int GENERATIONS = 5;

  private final long generationNanos;
  private final Deque<Generation> generations = new ArrayDeque<>();
  private long newestBegan;

  EndedIndex(long keepNanos, long nowNanos) {
    this.generationNanos = Math.max(1, keepNanos / GENERATIONS);
    this.newestBegan = nowNanos;
    generations.addFirst(new Generation());
  }

  synchronized void put(TaskId id, long position, long nowNanos) {
    expire(nowNanos);
    generations.getFirst().put(id.high(), id.low(), position);
  }

  synchronized long position(TaskId id, long nowNanos) {
    expire(nowNanos);
    for (Generation generation : generations) {
      long position = generation.get(id.high(), id.low());
      if (position != ABSENT) {
        return position == FORGOTTEN ? ABSENT : position;
      }
    }
    return ABSENT;
  }

  /** The id is absent from now on, even where its position comes only later. */
  synchronized void forget(TaskId id, long nowNanos) {
    expire(nowNanos);
    for (Generation generation : generations) {
      if (generation.replace(id.high(), id.low(), FORGOTTEN)) {
        return;
      }
    }
    generations.getFirst().put(id.high(), id.low(), FORGOTTEN);
  }

  /**
   * @param millis from acceptance to delivery
   */
  synchronized void deliver(TaskId id, float millis) {
    for (Generation generation : generations) {
      if (generation.deliver(id.high(), id.low(), millis)) {
        return;
      }
    }
  }

  /** Milliseconds from acceptance to delivery; {@link #NOT_DELIVERED} when that is not known. */
  synchronized float deliveredMillis(TaskId id) {
    for (Generation generation : generations) {
      float millis = generation.delivered(id.high(), id.low());
      if (millis != NOT_DELIVERED) {
        return millis;
      }
    }
    return NOT_DELIVERED;
  }

  synchronized int size() {
    int size = 0;
    for (Generation generation : generations) {
      size += generation.size();
    }
    return size;
  }

  /** Positions of at most {@code limit} entries, the newest first. */
  synchronized void newest(int limit, long nowNanos, LongConsumer positions) {
    expire(nowNanos);
    int left = limit;
    for (Iterator<Generation> each = generations.iterator(); each.hasNext() && left > 0; ) {
      left -=
          each.next()
              .newest(
                  left,
                  position -> {
                    if (position != FORGOTTEN) {
                      positions.accept(position);
                    }
                  });
    }
  }

  private void expire(long nowNanos) {
    while (nowNanos - newestBegan >= generationNanos) {
      newestBegan += generationNanos;
      generations.addFirst(new Generation());
      if (generations.size() > GENERATIONS + 1) {
        generations.removeLast();
      }
    }
  }
}
