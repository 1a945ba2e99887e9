package dev.millrace.control.config;

import dev.millrace.domain.snapshot.RequestLimits;

/** What each request is held to; becomes the domain's {@link RequestLimits}. */
final class LimitsConfig {

  static final Key<Long> JSON =
      Key.size("json_body", "8MiB", "1KiB", "256MiB", "Largest JSON body.");
  static final Key<Long> TENSOR =
      Key.size("tensor_body", "64MiB", "1KiB", "1GiB", "Largest V2 body.");

  /** Nesting of JSON, at every door and in every runtime: a fixed limit. */
  private static final int DEPTH = 64;

  static final Key<Integer> TOKENS =
      Key.whole("max_tokens", 4_096, 1, 1_000_000, "tokens", "Most that a generator may be asked.");
  static final Key<Long> DEADLINE =
      Key.time("max_deadline", "1h", "1s", "7d", "Longest deadline that may be asked.");
  static final Key<Long> BODY =
      Key.time(
          "body_time", "30s", "1s", "10m", "Time in which a request's body must have arrived.");
  static final Key<Integer> TASKS =
      Key.whole(
          "tasks_per_socket", 1_024, 1, 100_000, "tasks", "Tasks in flight on one WebSocket.");
  static final Key<Long> SLOW =
      Key.time(
          "slow_reader", "30s", "1s", "10m", "After it a socket that takes nothing is closed.");

  static final Section SECTION =
      Section.of(
          "limits",
          "What every request is held to.",
          JSON,
          TENSOR,
          TOKENS,
          DEADLINE,
          BODY,
          TASKS,
          SLOW);

  private LimitsConfig() {}

  static RequestLimits of(Values values) {
    return new RequestLimits(
        Math.toIntExact(values.get(JSON)),
        Math.toIntExact(values.get(TENSOR)),
        DEPTH,
        values.get(TOKENS),
        values.get(DEADLINE),
        values.get(BODY),
        values.get(TASKS),
        values.get(SLOW));
  }
}
