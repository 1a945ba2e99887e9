package dev.millrace.journal;

import dev.millrace.kernel.Clock;
import dev.millrace.kernel.Mailbox;
import dev.millrace.kernel.Wakeup;
import dev.millrace.kernel.bytes.ByteSink;
import dev.millrace.kernel.log.LogWriter;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The way of stream records into the log, in order. Their own mailbox, because they may be neither
 * refused, as new tasks are when too many wait, nor overtaken.
 *
 * <p>When the disk is full, what fails is held here with all that was handed to the log behind it,
 * in order, and tried again after a while; meanwhile nothing of it is shown to readers.
 *
 * <p>Bound: the mailbox. Tasks in flight are bounded, so only a log that takes nothing for many
 * seconds fills it; then the node stops, as for any disk that fails.
 *
 * <p>Ownership: any thread offers; the rest is the log's thread's.
 */
final class EventFeed {

  private static final int MOST_A_TURN = 16_384;
  private static final long RETRY_NANOS = 100_000_000;

  /** Thrown inside the log's encoding: an entry waits behind one that failed. No defect. */
  static final class Held extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private Held() {
      super("held back", null, false, false);
    }
  }

  private final Mailbox<StreamEntry> inbox;
  private final Clock clock;
  private final LogFailure onFailure;
  private final ByteSink sink = new ByteSink(64 << 10);

  /** Failed since the last try, in order; while there are any, nothing passes. */
  private final Deque<StreamEntry> held = new ArrayDeque<>();

  /** To be fed before anything newer, in order. */
  private final Deque<StreamEntry> again = new ArrayDeque<>();

  private int outstanding; // handed to the log and neither written nor failed
  private long retryAt;

  EventFeed(int capacity, Wakeup wakeup, Clock clock, LogFailure onFailure) {
    this.inbox = new Mailbox<>(capacity, wakeup);
    this.clock = clock;
    this.onFailure = onFailure;
  }

  /** Any thread. */
  void offer(StreamEntry entry) {
    if (!inbox.offer(entry)) {
      onFailure.failed(
          new IllegalStateException(
              inbox.capacity() + " events wait for the log, which takes none: the disk hangs"));
    }
  }

  /** Hands what may go to the log; returns how many. */
  int feed(LogWriter writer, long nowNanos) {
    if (!held.isEmpty()) {
      if (outstanding > 0 || nowNanos - retryAt < 0) {
        return 0;
      }
      while (!held.isEmpty()) {
        again.addFirst(held.removeLast());
      }
    }
    int fed = 0;
    for (StreamEntry next; fed < MOST_A_TURN && (next = take()) != null; fed++) {
      if (!writer.append(next)) {
        again.addFirst(next);
        break;
      }
      outstanding++;
    }
    return fed;
  }

  private @Nullable StreamEntry take() {
    StreamEntry first = again.pollFirst();
    return first != null ? first : inbox.poll();
  }

  /** When to try again what found no room. */
  long nextDeadline() {
    return held.isEmpty() ? Long.MAX_VALUE : retryAt;
  }

  int waiting() {
    return inbox.size();
  }

  // ---- for the entries ----

  /** For one encoding, cleared. */
  ByteSink sink() {
    return sink.clear();
  }

  void passOrHold() {
    if (!held.isEmpty()) {
      throw new Held();
    }
  }

  void passed() {
    outstanding--;
  }

  void hold(StreamEntry entry) {
    outstanding--;
    held.addLast(entry);
    retryAt = clock.nanoTime() + RETRY_NANOS;
  }

  void lost(StreamEntry entry, Exception reason) {
    outstanding--;
    onFailure.failed(
        new IllegalStateException(entry.task.id() + ": an event cannot be recorded", reason));
  }
}
