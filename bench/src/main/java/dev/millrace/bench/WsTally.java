package dev.millrace.bench;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** Everything that a WebSocket run counts and times. One thread. */
final class WsTally {

  long submitted;
  long unsent;
  long acked;
  long ended;
  long frames;
  long ackedInWindow;
  long framesInWindow;
  long lost;
  long unanswered;
  final Counts endedByState = new Counts();
  final Counts busyByCode = new Counts();
  final Counts errorsByCode = new Counts();
  final Counts closedByReason = new Counts();

  final Latency ack = new Latency();
  final Latency ackLastSecond = new Latency();
  final Latency firstToken = new Latency();
  final Latency endToEnd = new Latency();
  final Latency jitter = new Latency();
  final Latency sendLag = new Latency();

  private final Map<Violation, Long> violations = new EnumMap<>(Violation.class);

  void violate(Violation kind) {
    violations.merge(kind, 1L, Long::sum);
  }

  long violations() {
    return violations.values().stream().mapToLong(Long::longValue).sum();
  }

  long violations(Violation kind) {
    return violations.getOrDefault(kind, 0L);
  }

  Map<String, Long> violationsByKind() {
    Map<String, Long> byLabel = new TreeMap<>();
    violations.forEach((kind, count) -> byLabel.put(kind.label(), count));
    return byLabel;
  }
}
