package dev.millrace.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/** What a {@link Latency} saw, in milliseconds; all 0 where the count is 0. */
record Percentiles(
    long count, double mean, double p50, double p90, double p99, double p999, double max) {

  Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("count", count);
    map.put("mean", micros(mean));
    map.put("p50", micros(p50));
    map.put("p90", micros(p90));
    map.put("p99", micros(p99));
    map.put("p99_9", micros(p999));
    map.put("max", micros(max));
    return map;
  }

  private static double micros(double millis) {
    return Math.round(millis * 1_000) / 1_000.0;
  }
}
