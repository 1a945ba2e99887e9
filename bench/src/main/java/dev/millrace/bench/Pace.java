package dev.millrace.bench;

import java.time.Duration;

/**
 * How requests follow one another.
 *
 * @param slots connections or streams, each with one request at a time
 * @param rate requests a second, open loop; 0 for a closed loop: each slot sends its next request
 *     when it has its answer
 */
record Pace(int slots, double rate, Duration warmup, Duration duration) {

  boolean openLoop() {
    return rate > 0;
  }

  String loop() {
    return openLoop() ? "open" : "closed";
  }

  /** All requests of an open loop; no bound in a closed one. */
  long totalRequests() {
    return openLoop()
        ? Math.max(1, Math.round(rate * (warmup.toNanos() + duration.toNanos()) / 1e9))
        : Long.MAX_VALUE;
  }
}
