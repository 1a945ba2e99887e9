package dev.millrace.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One process over a run: memory before, with all sockets open, and at the end; processor time
 * between the two marks of the measured window. Each mark reads two small files of the kernel.
 */
final class UsageMeter {

  private final Supplier<ProcessUsage> source;
  private ProcessUsage before;
  private @Nullable ProcessUsage connected;
  private @Nullable ProcessUsage windowStart;
  private long windowStartNanos;
  private @Nullable ProcessUsage windowEnd;
  private long windowEndNanos;

  UsageMeter(Supplier<ProcessUsage> source) {
    this.source = source;
    this.before = source.get();
  }

  /** Now is before: what was used until here is left out. */
  void begins() {
    before = source.get();
  }

  void connected() {
    connected = source.get();
  }

  void windowStarts(long nowNanos) {
    windowStart = source.get();
    windowStartNanos = nowNanos;
  }

  void windowEnds(long nowNanos) {
    windowEnd = source.get();
    windowEndNanos = nowNanos;
  }

  /**
   * @param requests answered in the window
   * @param sockets open ones, to share the memory's growth among
   */
  Map<String, Object> summary(long requests, int sockets) {
    Map<String, Object> map = new LinkedHashMap<>();
    ProcessUsage from = windowStart;
    ProcessUsage until = windowEnd;
    if (from != null && until != null && windowEndNanos > windowStartNanos) {
      double cpuMillis = until.cpuMillis() - from.cpuMillis();
      map.put("cores", rounded(cpuMillis * 1e6 / (windowEndNanos - windowStartNanos)));
      if (requests > 0) {
        map.put("cpu_ms_per_request", rounded(cpuMillis / requests));
      }
    }
    map.put("rss_before_mib", mib(before));
    if (connected != null) {
      map.put("rss_connected_mib", mib(connected));
      map.put("set_up_cpu_ms", connected.cpuMillis() - before.cpuMillis());
    }
    ProcessUsage last = until != null ? until : before;
    map.put("rss_end_mib", mib(last));
    if (sockets > 0) {
      map.put(
          "rss_growth_kib_per_connection",
          rounded((double) (last.residentKib() - before.residentKib()) / sockets));
    }
    return map;
  }

  private static double mib(ProcessUsage usage) {
    return rounded(usage.residentKib() / 1024.0);
  }

  private static double rounded(double value) {
    return Math.round(value * 10_000) / 10_000.0;
  }
}
