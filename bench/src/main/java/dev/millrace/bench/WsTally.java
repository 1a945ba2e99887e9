package dev.millrace.bench;

import java.util.Map;

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

  private final Violations violations = new Violations();

  void violate(Violation kind) {
    violations.add(kind);
  }

  long violations() {
    return violations.total();
  }

  long violations(Violation kind) {
    return violations.of(kind);
  }

  Map<String, Long> violationsByKind() {
    return violations.toMap();
  }
}
