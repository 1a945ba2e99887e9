package dev.millrace.scheduling;

import java.time.Duration;

/**
 * How lanes and leases are held.
 *
 * @param laneTasks places in one lane (pool and class), 1..10,000,000
 * @param laneWait the longest stay in a lane, 1 ms..24 h
 * @param lease how long a silent runtime keeps its leases, 100 ms..10 min
 * @param quarantineAfter worker deaths of a task that ran alone, 1..100
 * @param classShare a waiting class gets at least 1 of so many dispatches, 4..1,000
 * @param reports of runtimes that may wait for a pool's thread, 64..16,777,216; see {@code Inbox}
 *     for what happens when it is full
 * @param inputBytes of all tasks of a pool that have not ended, 1..2^50
 */
public record SchedulingConfig(
    int laneTasks,
    Duration laneWait,
    Duration lease,
    int quarantineAfter,
    int classShare,
    int reports,
    long inputBytes) {

  public static final SchedulingConfig DEFAULT =
      new SchedulingConfig(
          10_000, Duration.ofSeconds(60), Duration.ofSeconds(5), 3, 16, 1 << 16, 256L << 20);

  public SchedulingConfig {
    within("lanes.tasks", laneTasks, 1, 10_000_000);
    within("lanes.wait", laneWait, Duration.ofMillis(1), Duration.ofHours(24));
    within("leases.lease", lease, Duration.ofMillis(100), Duration.ofMinutes(10));
    within("leases.quarantine-after", quarantineAfter, 1, 100);
    within("lanes.class-share", classShare, 4, 1_000);
    within("leases.reports", reports, 64, 1 << 24);
    within("lanes.inputs", inputBytes, 1, 1L << 50);
  }

  private static void within(String name, long found, long least, long most) {
    if (found < least || found > most) {
      throw new IllegalArgumentException(
          name + ": " + found + " (expected: " + least + ".." + most + ")");
    }
  }

  private static void within(String name, Duration found, Duration least, Duration most) {
    if (found.compareTo(least) < 0 || found.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          name + ": " + found + " (expected: " + least + ".." + most + ")");
    }
  }
}
