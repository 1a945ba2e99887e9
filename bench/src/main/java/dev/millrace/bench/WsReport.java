package dev.millrace.bench;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Renders a WebSocket run's tally as a {@link Report}. */
final class WsReport {

  /** Beyond this the generator itself stands in the latencies. */
  private static final double LATE_MILLIS = 2;

  private WsReport() {}

  static Report of(WsPlan plan, WsConnector connector, WsTally tally, Meters meters) {
    Report report = new Report("ws");
    report.section("settings", plan.toMap());
    report.section("set_up", connector.summary());
    report.section("tasks", tasks(tally, "sessions_closed"));
    report.section("rates", rates(tally, plan.duration()));
    report.section("integrity", integrity(tally));
    // Of the window, as the processor time is.
    meters.addTo(report, tally.ackedInWindow, connector.sessions().size());
    report.latency("ack", tally.ack.summary());
    report.latency("first_token", tally.firstToken.summary());
    report.latency("end_to_end", tally.endToEnd.summary());
    report.latency("token_jitter", tally.jitter.summary());
    report.latency("send_lag", tally.sendLag.summary());
    report.latency("handshake", connector.handshakes());
    problems(report, connector, tally);
    warnings(report, tally.sendLag.summary());
    return report;
  }

  static Map<String, Object> tasks(WsTally tally, String closed) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("submitted", tally.submitted);
    map.put("acked", tally.acked);
    map.put("ended", tally.ended);
    map.put("ended_by_state", tally.endedByState.toMap());
    map.put("busy", tally.busyByCode.total());
    map.put("busy_by_code", tally.busyByCode.toMap());
    map.put("errors", tally.errorsByCode.total());
    map.put("errors_by_code", tally.errorsByCode.toMap());
    map.put("unsent", tally.unsent);
    map.put("unanswered", tally.unanswered);
    map.put("lost", tally.lost);
    map.put(closed, tally.closedByReason.toMap());
    return map;
  }

  static Map<String, Object> rates(WsTally tally, Duration duration) {
    double seconds = duration.toNanos() / 1e9;
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("acked_per_s", Math.round(tally.ackedInWindow / seconds));
    map.put("frames_per_s", Math.round(tally.framesInWindow / seconds));
    map.put("frames", tally.frames);
    return map;
  }

  static Map<String, Object> integrity(WsTally tally) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("streams_ended", tally.ended);
    map.put("violations", tally.violations());
    map.put("by_kind", tally.violationsByKind());
    return map;
  }

  private static void problems(Report report, WsConnector connector, WsTally tally) {
    report.problem(connector.refusals().total(), "sessions refused");
    report.problem(tally.closedByReason.total(), "sessions closed by the server");
    report.problem(tally.violations(), "violations of stream integrity");
    report.problem(tally.lost, "tasks acknowledged but not ended");
    report.problem(tally.unanswered, "tasks without an answer");
    report.problem(tally.unsent, "tasks not sent: session closed or not reading");
    report.problem(tally.errorsByCode.total(), "errors");
    report.problem(
        tally.ended - tally.endedByState.of("succeeded"), "tasks ended, but not succeeded");
  }

  static void warnings(Report report, Percentiles sendLag) {
    if (sendLag.p99() > LATE_MILLIS) {
      report.warning(
          String.format(
              Locale.ROOT,
              "the generator was late itself (send lag p99 %.1f ms, expected at most %.0f):"
                  + " give it a core of its own, or a lower rate",
              sendLag.p99(),
              LATE_MILLIS));
    }
  }
}
