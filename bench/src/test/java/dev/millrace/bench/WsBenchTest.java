package dev.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** {@code bench ws} against a node that does right, or one thing wrong. */
class WsBenchTest {

  /** 40 tasks of 3 tokens over 4 sessions, in 0.2 s. */
  private static Bench against(FakeNode node, String... more) {
    return Bench.runWith(
        List.of(
            "ws",
            "--url",
            node.url(),
            "--key",
            "secret",
            "--json",
            "--sessions",
            "4",
            "--rate",
            "200",
            "--warmup",
            "0",
            "--duration",
            "0.2",
            "--drain",
            "0.3",
            "--tokens",
            "3",
            "--interval-ms",
            "1"),
        more);
  }

  @Test
  void a_sound_node_is_clean_and_every_task_and_frame_is_counted() {
    try (FakeNode node = new FakeNode(Fault.NONE)) {
      Bench bench = against(node, "--drain", "5");
      JsonNode json = bench.json();
      assertThat(bench.exit()).isZero();
      assertThat(json.at("/clean").asBoolean()).isTrue();
      assertThat(json.at("/set_up/opened").asInt()).isEqualTo(4);
      assertThat(json.at("/tasks/submitted").asInt()).isEqualTo(40);
      assertThat(json.at("/tasks/acked").asInt()).isEqualTo(40);
      assertThat(json.at("/tasks/ended_by_state/succeeded").asInt()).isEqualTo(40);
      assertThat(json.at("/rates/frames").asInt()).isEqualTo(40 * (1 + 3 + 1));
      assertThat(json.at("/latency_ms/ack/count").asInt()).isEqualTo(40);
      assertThat(json.at("/latency_ms/first_token/count").asInt()).isEqualTo(40);
      assertThat(json.at("/latency_ms/token_jitter/count").asInt()).isEqualTo(80);
      assertThat(json.at("/latency_ms/end_to_end/count").asInt()).isEqualTo(40);
      assertThat(json.at("/integrity/violations").asInt()).isZero();
      assertThat(node.authorizations).contains("Bearer secret");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "DROPS_A_TOKEN, gap, 40",
    "DOUBLES_A_TOKEN, duplicate, 40",
    "ENDS_TWICE, after_end, 40",
    "SPEAKS_OF_OTHERS, unknown_ref, 40",
    "SENDS_NO_JSON, unreadable, 40"
  })
  void a_stream_that_breaks_its_promise_is_a_violation(Fault fault, String kind, int count) {
    try (FakeNode node = new FakeNode(fault)) {
      Bench bench = against(node, "--drain", "5");
      assertThat(bench.exit()).isEqualTo(1);
      assertThat(bench.json().at("/integrity/by_kind/" + kind).asInt()).isEqualTo(count);
      assertThat(bench.json().at("/clean").asBoolean()).isFalse();
    }
  }

  @Test
  void a_dropped_token_is_also_missing_from_the_number_that_was_asked_for() {
    try (FakeNode node = new FakeNode(Fault.DROPS_A_TOKEN)) {
      JsonNode json = against(node, "--drain", "5").json();
      assertThat(json.at("/integrity/by_kind/wrong_token_count").asInt()).isEqualTo(40);
    }
  }

  @Test
  void an_event_that_comes_before_its_ack_is_a_violation_and_the_task_still_counts() {
    try (FakeNode node = new FakeNode(Fault.ACKS_AFTER_THE_STREAM)) {
      JsonNode json = against(node, "--interval-ms", "0", "--drain", "5").json();
      assertThat(json.at("/integrity/by_kind/before_ack").asInt()).isEqualTo(40 * 4);
      assertThat(json.at("/tasks/acked").asInt()).isEqualTo(40);
      assertThat(json.at("/tasks/lost").asInt()).isZero();
    }
  }

  @Test
  void tasks_that_are_acknowledged_and_never_end_are_lost() {
    try (FakeNode node = new FakeNode(Fault.NEVER_ENDS)) {
      Bench bench = against(node);
      assertThat(bench.exit()).isEqualTo(1);
      assertThat(bench.json().at("/tasks/lost").asInt()).isEqualTo(40);
      assertThat(bench.out()).contains("40 tasks acknowledged but not ended");
    }
  }

  @Test
  void tasks_that_are_never_acknowledged_stand_in_the_percentiles_with_their_wait() {
    try (FakeNode node = new FakeNode(Fault.NEVER_ACKS)) {
      Bench bench = against(node);
      assertThat(bench.exit()).isEqualTo(1);
      JsonNode json = bench.json();
      assertThat(json.at("/tasks/unanswered").asInt()).isEqualTo(40);
      assertThat(json.at("/latency_ms/ack/count").asInt()).isEqualTo(40);
      assertThat(json.at("/latency_ms/ack/max").asDouble()).isGreaterThan(300);
    }
  }

  @Test
  void busy_is_an_honest_answer_and_counted_by_its_code() {
    try (FakeNode node = new FakeNode(Fault.IS_BUSY)) {
      Bench bench = against(node, "--drain", "5");
      assertThat(bench.json().at("/tasks/busy_by_code/overloaded").asInt()).isEqualTo(40);
      assertThat(bench.json().at("/tasks/acked").asInt()).isZero();
    }
  }

  @Test
  void errors_are_counted_by_their_code_and_fail_the_run() {
    try (FakeNode node = new FakeNode(Fault.REPORTS_ERRORS)) {
      Bench bench = against(node, "--drain", "5");
      assertThat(bench.exit()).isEqualTo(1);
      assertThat(bench.json().at("/tasks/errors_by_code/invalid_argument").asInt()).isEqualTo(40);
    }
  }

  @Test
  void tasks_that_end_otherwise_than_succeeded_fail_the_run() {
    try (FakeNode node = new FakeNode(Fault.FAILS_TASKS)) {
      Bench bench = against(node, "--drain", "5");
      assertThat(bench.exit()).isEqualTo(1);
      assertThat(bench.json().at("/tasks/ended_by_state/failed").asInt()).isEqualTo(40);
    }
  }

  @Test
  void a_refused_upgrade_is_named_with_its_status() {
    try (FakeNode node = new FakeNode(Fault.REFUSES_UPGRADES)) {
      Bench bench = against(node);
      assertThat(bench.exit()).isEqualTo(1);
      assertThat(bench.err()).contains("no session was opened: {http 401=4}");
      assertThat(bench.err()).doesNotContain("secret");
    }
  }

  @Test
  void a_node_that_is_not_there_is_a_refusal_with_the_kernels_words() {
    FakeNode gone = new FakeNode(Fault.NONE);
    String url = gone.url();
    gone.close();
    Bench bench = Bench.run("ws", "--url", url, "--sessions", "2", "--quiet");
    assertThat(bench.exit()).isEqualTo(1);
    assertThat(bench.err()).containsIgnoringCase("connection refused=2");
  }

  @Test
  void sessions_closed_by_the_node_are_counted_by_close_code_and_later_tasks_as_unsent() {
    try (FakeNode node = new FakeNode(Fault.CLOSES_AFTER_THE_FIRST_TASK)) {
      Bench bench = against(node);
      JsonNode json = bench.json();
      assertThat(bench.exit()).isEqualTo(1);
      assertThat(json.at("/tasks/sessions_closed/close 1012").asInt()).isEqualTo(4);
      assertThat(json.at("/tasks/submitted").asInt() + json.at("/tasks/unsent").asInt())
          .isEqualTo(40);
      assertThat(json.at("/tasks/unsent").asInt()).isPositive();
    }
  }

  @Test
  void acks_only_asks_for_no_events_and_waits_for_none() {
    try (FakeNode node = new FakeNode(Fault.NONE)) {
      Bench bench = against(node, "--acks-only", "--durability", "fsync");
      JsonNode json = bench.json();
      assertThat(bench.exit()).isZero();
      assertThat(json.at("/rates/frames").asInt()).isEqualTo(40);
      assertThat(json.at("/tasks/lost").asInt()).isZero();
      assertThat(node.bodies)
          .contains(
              "{\"op\":\"submit\",\"ref\":\"0\",\"model\":\"sim\",\"input\":{\"tokens\":0,"
                  + "\"interval_ms\":1},\"stream\":false,\"durability\":\"fsync\"}");
    }
  }

  @Test
  void rehearsed_sessions_are_not_counted() {
    try (FakeNode node = new FakeNode(Fault.NONE)) {
      Bench bench = against(node, "--connect-warmup", "8", "--drain", "5");
      assertThat(bench.exit()).isZero();
      assertThat(bench.json().at("/set_up/opened").asInt()).isEqualTo(4);
      assertThat(node.authorizations).filteredOn("Bearer secret"::equals).hasSize(12);
    }
  }

  @Test
  void the_input_carries_service_time_where_it_is_asked_for() {
    try (FakeNode node = new FakeNode(Fault.NONE)) {
      against(node, "--service-ms", "2.5", "--drain", "5");
      assertThat(node.bodies).anyMatch(body -> body.contains("\"service_ms\":2.5}"));
    }
  }

  @Test
  void without_json_a_table_is_printed_and_progress_goes_to_the_other_stream() {
    try (FakeNode node = new FakeNode(Fault.NONE)) {
      Bench bench =
          Bench.run(
              "ws",
              "--url",
              node.url(),
              "--sessions",
              "2",
              "--rate",
              "50",
              "--warmup",
              "0",
              "--duration",
              "1.3",
              "--tokens",
              "2",
              "--interval-ms",
              "1",
              "--connect-rate",
              "500",
              "--server-pid",
              Long.toString(ProcessHandle.current().pid()));
      assertThat(bench.exit()).isZero();
      assertThat(bench.out()).contains("p99.9", "token jitter", "ack", "clean", "server ", "cores");
      assertThat(bench.err()).contains("measuring").contains("sent/s").contains("ack p50");
    }
  }
}
