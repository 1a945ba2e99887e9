package dev.millrace.bench;

import java.time.Duration;

/** Plans for tests that move time themselves. */
final class Plans {

  static final long MILLI = 1_000_000;
  static final long SECOND = 1_000 * MILLI;

  private Plans() {}

  static WsPlan ws(int sessions, double rate, int seconds, boolean acksOnly) {
    return new WsPlan(
        sessions,
        rate,
        Duration.ZERO,
        Duration.ofSeconds(seconds),
        Duration.ofSeconds(1),
        "sim",
        2,
        20,
        0,
        "memory",
        acksOnly,
        0,
        0);
  }

  static HttpPlan http(int connections, double rate, int seconds) {
    return new HttpPlan(
        HttpTarget.TASKS,
        "sim",
        connections,
        rate,
        Duration.ZERO,
        Duration.ofSeconds(seconds),
        Duration.ofSeconds(1),
        0,
        1,
        null);
  }
}
