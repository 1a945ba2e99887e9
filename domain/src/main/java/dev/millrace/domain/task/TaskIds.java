package dev.millrace.domain.task;

import dev.millrace.kernel.Clock;
import java.util.random.RandomGenerator;

/** Makes task ids. One a thread: the random source is not shared. */
public final class TaskIds {

  private final Clock clock;
  private final RandomGenerator random;
  private final int partition;

  /**
   * @param random unguessable in production; ids are no secret, but 68 bits are asked for
   * @param partition of the log, 0..4095
   */
  public TaskIds(Clock clock, RandomGenerator random, int partition) {
    if (partition < 0 || partition > 0xFFF) {
      throw new IllegalArgumentException("partition: " + partition + " (expected: 0..4095)");
    }
    this.clock = clock;
    this.random = random;
    this.partition = partition;
  }

  public TaskId next(Durability durability) {
    long high = (clock.wallMillis() << 16) | ((long) partition << 4) | (random.nextInt() & 0xF);
    return new TaskId(high, random.nextLong(), durability == Durability.MEMORY);
  }
}
