package dev.millrace.bench;

import java.util.Map;

/** Renders the tally of a run over Server-Sent Events as a {@link Report}. */
final class SseReport {

  private SseReport() {}

  static Report of(SsePlan plan, WsTally tally, long reconnects, Meters meters) {
    Report report = new Report("sse");
    report.section("settings", plan.toMap());
    Map<String, Object> tasks = WsReport.tasks(tally, "connections_cut");
    tasks.put("reconnects", reconnects);
    report.section("tasks", tasks);
    report.section("rates", WsReport.rates(tally, plan.duration()));
    report.section("integrity", WsReport.integrity(tally));
    meters.addTo(report, tally.ackedInWindow, plan.connections());
    report.latency("ack", tally.ack.summary());
    report.latency("first_token", tally.firstToken.summary());
    report.latency("end_to_end", tally.endToEnd.summary());
    // Without a known interval it is the gap itself.
    report.latency(plan.simulated() ? "token_jitter" : "token_gap", tally.jitter.summary());
    report.latency("send_lag", tally.sendLag.summary());
    problems(report, tally);
    WsReport.warnings(report, tally.sendLag.summary());
    return report;
  }

  private static void problems(Report report, WsTally tally) {
    report.problem(tally.closedByReason.total(), "connections cut in mid-stream");
    report.problem(tally.violations(), "violations of stream integrity");
    report.problem(tally.lost, "streams begun but not ended");
    report.problem(tally.unanswered, "streams without an answer");
    report.problem(tally.unsent, "streams due but not begun: every connection had one");
    report.problem(tally.errorsByCode.total(), "errors");
    report.problem(
        tally.ended - tally.endedByState.of("succeeded"), "streams ended, but not succeeded");
    report.problem(tally.acked == 0 ? 1 : 0, "run without a single success");
  }
}
