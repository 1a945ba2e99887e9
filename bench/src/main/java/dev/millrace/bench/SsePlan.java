package dev.millrace.bench;

import static dev.millrace.bench.UsageFailure.check;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code bench sse} is to do; checked when made.
 *
 * @param connections open, each with one stream at a time
 * @param rate streams begun a second over all connections
 * @param durability null for the door's own default
 */
record SsePlan(
    SseTarget target,
    String model,
    int connections,
    double rate,
    Duration warmup,
    Duration duration,
    Duration drain,
    int tokens,
    int intervalMillis,
    @Nullable String durability) {

  SsePlan {
    check(connections >= 1 && connections <= 100_000, "--connections", connections, "1 to 100000");
    check(rate > 0 && rate <= 1_000_000, "--rate", rate, "above 0, at most 1000000 streams/s");
    Limits.times(warmup, duration, drain);
    Limits.model(model);
    check(tokens >= 1 && tokens <= 1_000_000, "--tokens", tokens, "1 to 1000000");
    check(
        intervalMillis >= 0 && intervalMillis <= 60_000,
        "--interval-ms",
        intervalMillis,
        "0 to 60000");
    if (durability != null) {
      Limits.durability(durability);
    }
    check(
        rate * (warmup.toMillis() + duration.toMillis()) / 1_000 <= WsPlan.MAX_TASKS,
        "--rate",
        rate + " for " + warmup.plus(duration).toSeconds() + " s",
        "at most " + WsPlan.MAX_TASKS + " streams in all");
  }

  Pace pace() {
    return new Pace(connections, rate, warmup, duration);
  }

  boolean simulated() {
    return model.equals(WsPlan.SIMULATED);
  }

  /** Only the simulated model keeps to a number of tokens and to an interval. */
  StreamChecker.Promise promise() {
    return new StreamChecker.Promise(
        simulated() ? intervalMillis * 1_000_000L : 0,
        simulated() ? tokens : StreamChecker.Promise.UNKNOWN,
        /* acksOnly= */ false);
  }

  Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("target", target.label());
    map.put("path", target.path());
    map.put("model", model);
    map.put("connections", connections);
    map.put("rate_per_s", rate);
    map.put("warmup_s", warmup.toMillis() / 1_000.0);
    map.put("duration_s", duration.toMillis() / 1_000.0);
    map.put("tokens", tokens);
    if (simulated()) {
      map.put("interval_ms", intervalMillis);
    }
    map.put("durability", durability == null ? "default" : durability);
    return map;
  }
}
