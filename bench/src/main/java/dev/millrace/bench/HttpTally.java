package dev.millrace.bench;

import java.util.Map;
import java.util.TreeMap;

/** Everything that a run of requests and answers counts and times. One thread. */
final class HttpTally {

  private static final int STATUSES = 1_000;

  long sent;
  long answered;
  long answeredInWindow;
  long okInWindow;
  long unanswered;
  long unsent;
  final Counts broken = new Counts();
  final Violations violations = new Violations();
  final Latency latency = new Latency();
  final Latency lastSecond = new Latency();
  final Latency sendLag = new Latency();

  private final StatusKind kind;
  private final long[] byStatus = new long[STATUSES];

  HttpTally(StatusKind kind) {
    this.kind = kind;
  }

  boolean isOk(int status) {
    return kind.isOk(status);
  }

  void status(int status) {
    byStatus[status % STATUSES]++;
  }

  long count(int status) {
    return byStatus[status];
  }

  /** Answers that are neither a success nor an honest refusal. */
  long failed() {
    long failed = 0;
    for (int status = 0; status < STATUSES; status++) {
      if (!kind.isOk(status) && !kind.isRefusal(status)) {
        failed += byStatus[status];
      }
    }
    return failed;
  }

  Map<String, Long> statuses() {
    Map<String, Long> map = new TreeMap<>();
    for (int status = 0; status < STATUSES; status++) {
      if (byStatus[status] > 0) {
        map.put(kind.label(status), byStatus[status]);
      }
    }
    return map;
  }
}
