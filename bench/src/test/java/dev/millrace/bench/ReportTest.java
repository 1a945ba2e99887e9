package dev.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReportTest {

  private static Latency thousand() {
    Latency latency = new Latency();
    for (int millis = 1; millis <= 1_000; millis++) {
      latency.record(millis * 1_000_000L);
    }
    return latency;
  }

  private static Report report() {
    Report report = new Report("ws");
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("acked", 12_345L);
    members.put("busy_by_code", Map.of("overloaded", 1_000L));
    members.put("cores", 0.5);
    report.section("set_up", members);
    report.latency("ack", thousand().summary());
    report.latency("first_token", new Latency().summary());
    return report;
  }

  @Test
  void percentiles_reach_to_three_nines_within_a_thousandth() {
    Percentiles summary = thousand().summary();
    assertThat(summary.count()).isEqualTo(1_000);
    assertThat(summary.p50()).isCloseTo(500, within(0.5));
    assertThat(summary.p90()).isCloseTo(900, within(1.0));
    assertThat(summary.p99()).isCloseTo(990, within(1.0));
    assertThat(summary.p999()).isCloseTo(999, within(1.0));
    assertThat(summary.max()).isCloseTo(1_000, within(1.0));
  }

  @Test
  void nothing_recorded_is_zero_everywhere_and_what_is_too_long_counts_as_the_longest() {
    assertThat(new Latency().summary()).isEqualTo(new Percentiles(0, 0, 0, 0, 0, 0, 0));
    Latency latency = new Latency();
    latency.record(Long.MAX_VALUE);
    latency.record(-5);
    assertThat(latency.summary().max()).isCloseTo(300_000, within(300.0));
    assertThat(latency.take().count()).isEqualTo(2);
    assertThat(latency.take().count()).isZero();
  }

  @Test
  void the_table_has_a_row_for_what_was_measured_and_none_for_what_was_not() {
    String table = TableReport.render(report());
    assertThat(table)
        .contains("set up           acked 12,345, busy by code {overloaded: 1,000}, cores 0.500")
        .containsPattern("ack +1,000 +500\\.\\d{3} +\\d+\\.\\d{3} .*")
        .doesNotContain("first token")
        .endsWith("clean" + System.lineSeparator());
  }

  @Test
  void the_table_says_why_a_run_is_not_clean() {
    Report report = report();
    report.problem(0, "sessions refused");
    report.problem(3, "errors");
    assertThat(TableReport.render(report)).contains("NOT CLEAN: 3 errors");
  }

  @Test
  void a_warning_is_shown_and_leaves_the_run_clean() {
    Report report = report();
    report.warning("the generator was late itself");
    assertThat(TableReport.render(report)).contains("warning: the generator was late itself");
    assertThat(report.clean()).isTrue();
  }

  @Test
  void the_json_carries_the_same_in_milliseconds() {
    JsonNode json = new JsonMapper().readTree(JsonReport.render(report()));
    assertThat(json.at("/bench").asString()).isEqualTo("ws");
    assertThat(json.at("/set_up/acked").asInt()).isEqualTo(12_345);
    assertThat(json.at("/latency_ms/ack/p99_9").asDouble()).isCloseTo(999, within(1.0));
    assertThat(json.at("/clean").asBoolean()).isTrue();
  }

  @Test
  void rates_are_taken_over_the_time_since_the_last_line() {
    RateLine line = new RateLine("sent", "acked");
    assertThat(line.line(1_000_000_000L, 10, 5)).isEqualTo("10 sent/s, 5 acked/s");
    assertThat(line.line(3_000_000_000L, 4_010, 5)).isEqualTo("2,000 sent/s, 0 acked/s");
  }
}
