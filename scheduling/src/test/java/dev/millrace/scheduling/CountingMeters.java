package dev.millrace.scheduling;

import dev.millrace.kernel.metrics.Meters;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;

/** Meters that a test reads by {@code name{label=value,...}}; a timing counts its recordings. */
final class CountingMeters implements Meters {

  private final Map<String, AtomicLong> counts = new ConcurrentHashMap<>();
  private final Map<String, DoubleSupplier> gauges = new ConcurrentHashMap<>();

  long count(String key) {
    AtomicLong count = counts.get(key);
    return count == null ? 0 : count.get();
  }

  double gauge(String key) {
    return gauges.get(key).getAsDouble();
  }

  @Override
  public Count counter(String name, String help, String... labels) {
    return counts.computeIfAbsent(key(name, labels), fresh -> new AtomicLong())::addAndGet;
  }

  @Override
  public Timing timing(String name, String help, String... labels) {
    AtomicLong count = counts.computeIfAbsent(key(name, labels), fresh -> new AtomicLong());
    return nanos -> count.incrementAndGet();
  }

  @Override
  public void gauge(String name, String help, DoubleSupplier value, String... labels) {
    gauges.put(key(name, labels), value);
  }

  private static String key(String name, String... labels) {
    if (labels.length == 0) {
      return name;
    }
    StringBuilder key = new StringBuilder(name).append('{');
    for (int i = 0; i < labels.length; i += 2) {
      key.append(i == 0 ? "" : ",").append(labels[i]).append('=').append(labels[i + 1]);
    }
    return key.append('}').toString();
  }
}
