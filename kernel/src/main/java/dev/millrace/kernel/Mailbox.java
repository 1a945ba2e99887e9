package dev.millrace.kernel;

import java.util.function.Consumer;
import org.jctools.queues.atomic.MpscAtomicArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * The bounded way into an agent.
 *
 * <p>Ownership: any thread may {@link #offer}; only the owner may {@link #poll} and {@link #drain}.
 *
 * <p>Visibility: what a sender wrote before {@code offer} is visible to the owner that polls it.
 *
 * @param <M> the messages, best a sealed type
 */
public final class Mailbox<M> {

  private final MpscAtomicArrayQueue<M> queue;
  private final Wakeup owner;

  /**
   * @param capacity how many messages may wait, rounded up to a power of two
   * @param owner is woken after each accepted message
   */
  public Mailbox(int capacity, Wakeup owner) {
    this.queue = new MpscAtomicArrayQueue<>(capacity);
    this.owner = owner;
  }

  /** False when full: the sender sheds or slows down; nothing here blocks. */
  public boolean offer(M message) {
    if (!queue.offer(message)) {
      return false;
    }
    owner.wake();
    return true;
  }

  public @Nullable M poll() {
    return queue.relaxedPoll();
  }

  /** Hands over at most {@code limit} messages and says how many there were. */
  public int drain(Consumer<? super M> handler, int limit) {
    int done = 0;
    for (M message; done < limit && (message = queue.relaxedPoll()) != null; done++) {
      handler.accept(message);
    }
    return done;
  }

  /** Near enough for a gauge; any thread. */
  public int size() {
    return queue.size();
  }

  public int capacity() {
    return queue.capacity();
  }
}
