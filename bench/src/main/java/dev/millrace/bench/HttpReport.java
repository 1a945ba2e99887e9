package dev.millrace.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/** Renders an HTTP run's tally as a {@link Report}. */
final class HttpReport {

  private HttpReport() {}

  static Report of(HttpPlan plan, HttpTally tally, long reconnects, Meters meters) {
    Report report = new Report("http");
    report.section("settings", plan.toMap());
    report.section("requests", requests(plan.pace(), tally, reconnects));
    meters.addTo(report, tally.answeredInWindow, plan.connections());
    report.latency("request", tally.latency.summary());
    report.latency("send_lag", tally.sendLag.summary());
    report.problem(tally.failed(), "answers neither 2xx nor 429 or 503");
    report.problem(tally.broken.total(), "requests broken");
    report.problem(tally.unanswered, "requests without an answer");
    report.problem(tally.unsent, "requests due but not sent: every connection was waiting");
    report.problem(tally.okInWindow == 0 ? 1 : 0, "run without a single success");
    return report;
  }

  static Map<String, Object> requests(Pace pace, HttpTally tally, long reconnects) {
    double seconds = pace.duration().toNanos() / 1e9;
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("answered_per_s", Math.round(tally.answeredInWindow / seconds));
    map.put("ok_per_s", Math.round(tally.okInWindow / seconds));
    map.put("sent", tally.sent);
    map.put("answered", tally.answered);
    map.put("by_status", tally.statuses());
    map.put("broken", tally.broken.toMap());
    map.put("unanswered", tally.unanswered);
    map.put("unsent", tally.unsent);
    map.put("reconnects", reconnects);
    return map;
  }
}
