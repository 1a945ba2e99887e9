package dev.millrace.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/** Renders the tally of a run over gRPC as a {@link Report}. */
final class GrpcReport {

  private GrpcReport() {}

  static Report of(GrpcPlan plan, HttpTally tally, long reconnects, Meters meters) {
    Report report = new Report("grpc");
    report.section("settings", plan.toMap());
    report.section("requests", HttpReport.requests(plan.pace(), tally, reconnects));
    Map<String, Object> integrity = new LinkedHashMap<>();
    integrity.put("violations", tally.violations.total());
    integrity.put("by_kind", tally.violations.toMap());
    report.section("integrity", integrity);
    meters.addTo(report, tally.answeredInWindow, plan.connections());
    report.latency("request", tally.latency.summary());
    report.latency("send_lag", tally.sendLag.summary());
    report.problem(tally.failed(), "answers neither OK nor RESOURCE_EXHAUSTED or UNAVAILABLE");
    report.problem(tally.violations.total(), "answers that were not the request's");
    report.problem(tally.broken.total(), "requests broken");
    report.problem(tally.unanswered, "requests without an answer");
    report.problem(tally.unsent, "requests due but not sent: every stream was waiting");
    report.problem(tally.okInWindow == 0 ? 1 : 0, "run without a single success");
    return report;
  }
}
