package dev.millrace.kernel;

/**
 * One owner of state, turned by one thread at a time: the unit of concurrency of every stage that
 * is not an event loop. Others reach it only through its {@link Mailbox}.
 *
 * <p>An agent never waits inside a turn except for what it exists to wait for (the log's writer for
 * its disk). In production an {@link AgentThread} turns it; in a simulation the seeded executor
 * does, under a virtual clock.
 */
public interface Agent {

  /** The name of its thread, in logs and dumps. */
  String name();

  /**
   * One bounded piece of work.
   *
   * @param nowNanos the clock, read once for the whole turn
   * @return how much was done; 0 means that the owner may rest until {@link #nextDeadline()} or a
   *     wake-up
   */
  int turn(long nowNanos);

  /**
   * When the next timer is due, in the clock's nanoseconds, or {@link Long#MAX_VALUE} for never.
   */
  default long nextDeadline() {
    return Long.MAX_VALUE;
  }

  /** Called once, on the owner's thread, after the last turn. */
  default void closed() {}
}
