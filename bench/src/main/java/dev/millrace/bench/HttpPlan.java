package dev.millrace.bench;

import static dev.millrace.bench.UsageFailure.check;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code bench http} is to do; checked when made.
 *
 * @param rate requests a second, open loop; 0 for a closed loop: each connection sends its next
 *     request when it has its answer
 * @param tokens asked of a generator, or of a simulated task
 * @param rows in one V2 request
 * @param durability null for the door's own default
 */
record HttpPlan(
    HttpTarget target,
    String model,
    int connections,
    double rate,
    Duration warmup,
    Duration duration,
    Duration drain,
    int tokens,
    int rows,
    @Nullable String durability) {

  HttpPlan {
    check(connections >= 1 && connections <= 100_000, "--connections", connections, "1 to 100000");
    check(rate >= 0 && rate <= 1_000_000, "--rate", rate, "0 (closed loop) to 1000000 requests/s");
    Limits.times(warmup, duration, drain);
    check(tokens >= 0 && tokens <= 1_000_000, "--tokens", tokens, "0 to 1000000");
    check(rows >= 1 && rows <= 10_000, "--rows", rows, "1 to 10000");
    Limits.model(model);
    if (durability != null) {
      Limits.durability(durability);
    }
  }

  Pace pace() {
    return new Pace(connections, rate, warmup, duration);
  }

  Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("target", target.label());
    map.put("path", target.path(model));
    map.put("model", model);
    map.put("connections", connections);
    map.put("loop", pace().loop());
    if (pace().openLoop()) {
      map.put("rate_per_s", rate);
    }
    map.put("warmup_s", warmup.toMillis() / 1_000.0);
    map.put("duration_s", duration.toMillis() / 1_000.0);
    map.put("durability", durability == null ? "default" : durability);
    return map;
  }
}
