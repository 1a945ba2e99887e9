package dev.millrace.bench;

import org.HdrHistogram.Histogram;

/**
 * How long something took, from 1 µs to 5 min with three significant digits; what is longer counts
 * as 5 min. One thread.
 */
final class Latency {

  private static final long LOWEST_NANOS = 1_000;
  private static final long HIGHEST_NANOS = 300_000_000_000L;

  private final Histogram histogram = new Histogram(LOWEST_NANOS, HIGHEST_NANOS, 3);

  void record(long nanos) {
    histogram.recordValue(Math.max(0, Math.min(nanos, HIGHEST_NANOS)));
  }

  Percentiles summary() {
    return new Percentiles(
        histogram.getTotalCount(),
        histogram.getMean() / 1e6,
        at(50),
        at(90),
        at(99),
        at(99.9),
        histogram.getTotalCount() == 0 ? 0 : histogram.getMaxValue() / 1e6);
  }

  /** The summary since the last call; starts over. */
  Percentiles take() {
    Percentiles summary = summary();
    histogram.reset();
    return summary;
  }

  private double at(double percentile) {
    return histogram.getTotalCount() == 0 ? 0 : histogram.getValueAtPercentile(percentile) / 1e6;
  }
}
