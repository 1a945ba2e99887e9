package dev.millrace.bench;

import java.util.Locale;

/** Turns running totals into rates since the last line. One thread. */
final class RateLine {

  private final String[] names;
  private final long[] last;
  private long lastNanos;

  RateLine(String... names) {
    this.names = names.clone();
    this.last = new long[names.length];
  }

  /**
   * @param totals one for each name, in their order
   */
  String line(long nowNanos, long... totals) {
    // There is no line before the first: it speaks of a second, as all lines do.
    double seconds = lastNanos == 0 ? 1 : Math.max(1e-3, (nowNanos - lastNanos) / 1e9);
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < names.length; i++) {
      double rate = (totals[i] - last[i]) / seconds;
      line.append(i == 0 ? "" : ", ");
      line.append(String.format(Locale.ROOT, "%,.0f %s/s", rate, names[i]));
      last[i] = totals[i];
    }
    lastNanos = nowNanos;
    return line.toString();
  }
}
