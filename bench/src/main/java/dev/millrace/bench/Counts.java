package dev.millrace.bench;

import java.util.Map;
import java.util.TreeMap;

/** Counts by name, for what is rare or ends a request: codes, states, reasons. One thread. */
final class Counts {

  /** A server that makes up names must not fill our memory; the rest is counted as other. */
  private static final int MAX_NAMES = 64;

  private final Map<String, Long> byName = new TreeMap<>();
  private long total;

  void add(String name) {
    total++;
    String known = byName.containsKey(name) || byName.size() < MAX_NAMES ? name : "other";
    byName.merge(known, 1L, Long::sum);
  }

  long total() {
    return total;
  }

  long of(String name) {
    return byName.getOrDefault(name, 0L);
  }

  Map<String, Long> toMap() {
    return new TreeMap<>(byName);
  }
}
