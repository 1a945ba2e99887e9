package dev.millrace.bench;

import static dev.millrace.bench.UsageFailure.check;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code bench grpc} is to do; checked when made.
 *
 * @param streams calls that are open at a time, over all connections
 * @param connections that the streams are spread over
 * @param rate requests a second, open loop; 0 for a closed loop
 * @param rows in one request
 * @param streaming whether each stream is one call that carries all its requests
 * @param durability null for the door's own default
 */
record GrpcPlan(
    String model,
    int streams,
    int connections,
    double rate,
    Duration warmup,
    Duration duration,
    Duration drain,
    int rows,
    boolean streaming,
    @Nullable String durability) {

  static final String UNARY_PATH = "/inference.GRPCInferenceService/ModelInfer";
  static final String STREAM_PATH = "/inference.GRPCInferenceService/ModelStreamInfer";

  GrpcPlan {
    check(streams >= 1 && streams <= 100_000, "--streams", streams, "1 to 100000");
    check(
        connections >= 1 && connections <= streams,
        "--connections",
        connections,
        "1 to " + streams + ", the number of streams");
    check(rate >= 0 && rate <= 1_000_000, "--rate", rate, "0 (closed loop) to 1000000 requests/s");
    Limits.times(warmup, duration, drain);
    check(rows >= 1 && rows <= 10_000, "--rows", rows, "1 to 10000");
    Limits.model(model);
    if (durability != null) {
      Limits.durability(durability);
    }
  }

  Pace pace() {
    return new Pace(streams, rate, warmup, duration);
  }

  String path() {
    return streaming ? STREAM_PATH : UNARY_PATH;
  }

  Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("method", streaming ? "ModelStreamInfer" : "ModelInfer");
    map.put("model", model);
    map.put("streams", streams);
    map.put("connections", connections);
    map.put("rows", rows);
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
