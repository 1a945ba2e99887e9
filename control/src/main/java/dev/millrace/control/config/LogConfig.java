package dev.millrace.control.config;

import dev.millrace.domain.task.Durability;

/**
 * The durable log, and who uses it.
 *
 * @param tasks durability of a task that asks for none
 * @param calls durability of a plain synchronous call that asks for none
 * @param segmentBytes of one file
 * @param idleMarkMillis after which an idle log marks what is durable
 * @param reserveBytes of free disk below which nothing is accepted
 */
public record LogConfig(
    Durability tasks,
    Durability calls,
    long segmentBytes,
    long idleMarkMillis,
    long reserveBytes,
    long idempotencyMillis) {

  static final Key<Durability> TASKS =
      Key.choice(
          "tasks", Durability.class, Durability.FSYNC, "Durability of a task that asks for none.");
  static final Key<Durability> CALLS =
      Key.choice(
          "calls",
          Durability.class,
          Durability.MEMORY,
          "Durability of a plain synchronous call that asks for none.");
  static final Key<Long> SEGMENT =
      Key.size("segment_size", "64MiB", "1MiB", "1GiB", "Size of one log file.");
  static final Key<Long> IDLE_MARK =
      Key.time("idle_mark", "100ms", "1ms", "1s", "After it an idle log marks what is durable.");
  static final Key<Long> RESERVE =
      Key.size(
          "reserve", "256MiB", "1MiB", "1TiB", "Free disk below which nothing new is accepted.");
  static final Key<Long> IDEMPOTENCY =
      Key.time("idempotency", "24h", "1m", "30d", "How long an idempotency key is remembered.");

  static final Section SECTION =
      Section.of(
          "log",
          "What is kept, and how surely.",
          TASKS,
          CALLS,
          SEGMENT,
          IDLE_MARK,
          RESERVE,
          IDEMPOTENCY);

  static LogConfig of(Values values) {
    return new LogConfig(
        values.get(TASKS),
        values.get(CALLS),
        values.get(SEGMENT),
        values.get(IDLE_MARK),
        values.get(RESERVE),
        values.get(IDEMPOTENCY));
  }
}
