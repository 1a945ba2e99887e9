package dev.millrace.bench;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** Counts of what may never be. One thread. */
final class Violations {

  private final Map<Violation, Long> byKind = new EnumMap<>(Violation.class);

  void add(Violation kind) {
    byKind.merge(kind, 1L, Long::sum);
  }

  long total() {
    return byKind.values().stream().mapToLong(Long::longValue).sum();
  }

  long of(Violation kind) {
    return byKind.getOrDefault(kind, 0L);
  }

  Map<String, Long> toMap() {
    Map<String, Long> byLabel = new TreeMap<>();
    byKind.forEach((kind, count) -> byLabel.put(kind.label(), count));
    return byLabel;
  }
}
