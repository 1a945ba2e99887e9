package dev.millrace.bench;

import static dev.millrace.bench.UsageFailure.check;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What {@code bench ws} is to do; checked when made.
 *
 * @param rate tasks a second over all sessions
 * @param serviceMillis real processor time of each simulated task, 0 for none
 * @param acksOnly ask for no events: only acknowledgements are measured
 * @param connectRate sessions opened a second, 0 for as fast as they are answered
 * @param connectWarmup sessions opened and closed before the set-up that is measured
 * @param drain how long after the last submission ends are waited for
 */
record WsPlan(
    int sessions,
    double rate,
    Duration warmup,
    Duration duration,
    Duration drain,
    String model,
    int tokens,
    int intervalMillis,
    double serviceMillis,
    String durability,
    boolean acksOnly,
    double connectRate,
    int connectWarmup) {

  static final long MAX_TASKS = 20_000_000;

  /** The model that answers with exactly the tokens that it is asked for. */
  static final String SIMULATED = "sim";

  WsPlan {
    check(sessions >= 1 && sessions <= 1_000_000, "--sessions", sessions, "1 to 1000000");
    check(rate > 0 && rate <= 1_000_000, "--rate", rate, "above 0, at most 1000000 tasks/s");
    Limits.times(warmup, duration, drain);
    check(tokens >= 0 && tokens <= 1_000_000, "--tokens", tokens, "0 to 1000000");
    check(
        intervalMillis >= 0 && intervalMillis <= 60_000,
        "--interval-ms",
        intervalMillis,
        "0 to 60000");
    check(
        serviceMillis >= 0 && serviceMillis <= 60_000, "--service-ms", serviceMillis, "0 to 60000");
    Limits.durability(durability);
    check(connectRate >= 0 && connectRate <= 1_000_000, "--connect-rate", connectRate, "0 to 1e6");
    check(
        connectWarmup >= 0 && connectWarmup <= 1_000_000,
        "--connect-warmup",
        connectWarmup,
        "0 to 1000000");
    check(
        rate * (warmup.toMillis() + duration.toMillis()) / 1_000 <= MAX_TASKS,
        "--rate",
        rate + " for " + warmup.plus(duration).toSeconds() + " s",
        "at most " + MAX_TASKS + " tasks in all");
  }

  StreamChecker.Promise promise() {
    boolean knowsTokens = model.equals(SIMULATED) && !acksOnly;
    return new StreamChecker.Promise(
        intervalMillis * 1_000_000L,
        knowsTokens ? tokens : StreamChecker.Promise.UNKNOWN,
        acksOnly);
  }

  long totalTasks() {
    return Math.max(1, Math.round(rate * (warmup.toNanos() + duration.toNanos()) / 1e9));
  }

  Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("sessions", sessions);
    map.put("rate_per_s", rate);
    map.put("warmup_s", warmup.toMillis() / 1_000.0);
    map.put("duration_s", duration.toMillis() / 1_000.0);
    map.put("model", model);
    map.put("tokens", acksOnly ? 0 : tokens);
    map.put("interval_ms", intervalMillis);
    map.put("service_ms", serviceMillis);
    map.put("durability", durability);
    map.put("acks_only", acksOnly);
    return map;
  }
}
