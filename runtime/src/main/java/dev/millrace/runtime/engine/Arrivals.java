package dev.millrace.runtime.engine;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.port.ModelRuntime.Attempt;
import dev.millrace.domain.port.ModelRuntime.Listener;
import dev.millrace.kernel.Clock;
import dev.millrace.kernel.Mailbox;
import dev.millrace.kernel.Wakeup;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The way into a generator whose sequences one agent steps: attempts become sequences in its
 * mailbox, cancels find theirs, and whoever takes a lease out reports its end; nobody else does.
 *
 * <p>Ownership: any thread may call; {@link #drain} and {@link #poll} are the agent's.
 *
 * @param <S> a sequence of that generator
 */
public final class Arrivals<S extends Arrivals.Running> {

  private static final int MAILBOX = 1_024;
  private static final int RETRY_MILLIS = 100;
  private static final long LONGEST_MILLIS = 1L << 40;

  /** An attempt on its way. */
  public interface Running {

    long lease();

    /** Any thread; takes effect at the next step. */
    void cancel();

    /** Reports the end, which is this one. */
    void fail(Problem problem);
  }

  /** Makes the sequence of an attempt. */
  @FunctionalInterface
  public interface Maker<S> {

    /**
     * @param deadlineNanos by the clock given to {@link Arrivals}
     */
    S make(Attempt attempt, Listener listener, long deadlineNanos);
  }

  private final String model;
  private final Clock clock;
  private final Wakeup agent;
  private final Maker<S> maker;
  private final Mailbox<S> arriving;
  private final ConcurrentMap<Long, S> known = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /**
   * @param model its name, for refusals
   * @param agent who steps the sequences
   */
  public Arrivals(String model, Clock clock, Wakeup agent, Maker<S> maker) {
    this.model = model;
    this.clock = clock;
    this.agent = agent;
    this.maker = maker;
    this.arriving = new Mailbox<>(MAILBOX, agent);
  }

  public void run(List<Attempt> attempts, Listener listener) {
    long now = clock.nanoTime();
    for (Attempt attempt : attempts) {
      long remaining = Math.min(Math.max(0, attempt.remainingMillis()), LONGEST_MILLIS);
      S sequence = maker.make(attempt, listener, now + remaining * 1_000_000);
      known.put(attempt.lease(), sequence);
      if (closed) {
        refuse(sequence, unloaded());
      } else if (!arriving.offer(sequence)) {
        refuse(
            sequence,
            Problem.retryAfter(ErrorCode.OVERLOADED, model + ": too many wait", RETRY_MILLIS));
      } else if (closed) {
        // The agent may have looked into its mailbox for the last time just before the offer.
        refuse(sequence, unloaded());
      }
    }
  }

  public void cancel(long lease) {
    S sequence = known.get(lease);
    if (sequence != null) {
      sequence.cancel();
      agent.wake();
    }
  }

  /** Ends the sequence so, unless its end was told before. */
  public void refuse(S sequence, Problem problem) {
    if (known.remove(sequence.lease(), sequence)) {
      sequence.fail(problem);
    }
  }

  /** The sequence told its end itself; the lease may be another's by now. */
  public void forget(S sequence) {
    known.remove(sequence.lease(), sequence);
  }

  /** Hands over what has arrived, and says how many those were. */
  public int drain(Consumer<S> taker) {
    return arriving.drain(taker, MAILBOX);
  }

  public @Nullable S poll() {
    return arriving.poll();
  }

  /** From now on everything is refused as {@link #unloaded()}. */
  public void close() {
    closed = true;
  }

  public Problem unloaded() {
    return Problem.of(ErrorCode.CANCELLED, model + " was unloaded");
  }
}
