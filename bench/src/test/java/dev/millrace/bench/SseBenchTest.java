package dev.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** {@code bench sse} against a node that does right, or one thing wrong. */
class SseBenchTest {

  /** 40 streams of 3 tokens over 4 connections, in 0.2 s. */
  private static Bench against(FakeSseNode node, String target, String... more) {
    return Bench.runWith(
        List.of(
            "sse",
            "--url",
            node.url(),
            "--key",
            "secret",
            "--json",
            "--target",
            target,
            "--connections",
            "4",
            "--rate",
            "200",
            "--warmup",
            "0",
            "--duration",
            "0.2",
            "--drain",
            "10",
            "--tokens",
            "3",
            "--interval-ms",
            "1"),
        more);
  }

  @ParameterizedTest
  @CsvSource({"tasks, 160", "chat, 160"})
  void a_sound_node_is_clean_and_every_stream_and_event_is_counted(String target, int events) {
    try (FakeSseNode node = new FakeSseNode(SseFault.NONE)) {
      Bench bench = against(node, target);
      JsonNode json = bench.json();
      assertThat(bench.exit()).describedAs(bench.out()).isZero();
      assertThat(json.at("/clean").asBoolean()).isTrue();
      assertThat(json.at("/tasks/submitted").asInt()).isEqualTo(40);
      assertThat(json.at("/tasks/acked").asInt()).isEqualTo(40);
      assertThat(json.at("/tasks/ended_by_state/succeeded").asInt()).isEqualTo(40);
      assertThat(json.at("/rates/frames").asInt()).isEqualTo(events);
      assertThat(json.at("/latency_ms/ack/count").asInt()).isEqualTo(40);
      assertThat(json.at("/latency_ms/first_token/count").asInt()).isEqualTo(40);
      assertThat(json.at("/latency_ms/token_jitter/count").asInt()).isEqualTo(80);
      assertThat(json.at("/latency_ms/end_to_end/count").asInt()).isEqualTo(40);
      assertThat(node.authorizations).containsOnly("Bearer secret");
    }
  }

  @Test
  void a_task_is_submitted_and_followed_where_its_answer_says() {
    try (FakeSseNode node = new FakeSseNode(SseFault.NONE)) {
      against(node, "tasks", "--durability", "fsync");
      assertThat(node.requests)
          .contains(
              "POST /v1/tasks {\"model\":\"sim\",\"input\":{\"tokens\":3,\"interval_ms\":1},"
                  + "\"durability\":\"fsync\"}",
              "GET /v1/tasks/tsk_01J/events ");
    }
  }

  @Test
  void a_chat_asks_for_a_stream() {
    try (FakeSseNode node = new FakeSseNode(SseFault.NONE)) {
      against(node, "chat", "--model", "talker");
      assertThat(node.requests)
          .allMatch(
              request ->
                  request.startsWith("POST /v1/chat/completions {\"model\":\"talker\",")
                      && request.contains("\"max_tokens\":3,\"stream\":true}"));
    }
  }

  @Test
  void a_model_that_keeps_no_interval_is_timed_by_its_gaps() {
    try (FakeSseNode node = new FakeSseNode(SseFault.NONE)) {
      JsonNode json = against(node, "chat", "--model", "talker", "--tokens", "9").json();
      assertThat(json.at("/clean").asBoolean()).isTrue();
      assertThat(json.at("/latency_ms/token_gap/count").asInt()).isEqualTo(80);
    }
  }

  @ParameterizedTest
  @EnumSource(SseTarget.class)
  void what_the_protocol_allows_is_no_failure(SseTarget target) {
    try (FakeSseNode node = new FakeSseNode(SseFault.SPEAKS_ODDLY)) {
      Bench bench = against(node, target.label());
      assertThat(bench.exit()).describedAs(bench.out()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "tasks, DROPS_A_TOKEN, gap, 40",
    "tasks, DROPS_A_TOKEN, wrong_token_count, 40",
    "tasks, DOUBLES_A_TOKEN, duplicate, 40",
    "tasks, SPEAKS_AFTER_THE_END, after_end, 40",
    "tasks, SENDS_NO_JSON, unreadable, 160",
    "tasks, MISNUMBERS, unreadable, 160",
    "tasks, ENDS_WITHOUT_AN_END, no_end, 40",
    "chat, DROPS_A_TOKEN, wrong_token_count, 40",
    "chat, DOUBLES_A_TOKEN, wrong_token_count, 40",
    "chat, SPEAKS_AFTER_THE_END, after_end, 80",
    "chat, SENDS_NO_JSON, no_end, 40",
    "chat, CHANGES_THE_ID, unknown_ref, 80",
    "chat, ENDS_WITHOUT_AN_END, no_end, 40"
  })
  void a_stream_that_breaks_its_promise_is_a_violation(
      String target, SseFault fault, String kind, int count) {
    try (FakeSseNode node = new FakeSseNode(fault)) {
      Bench bench = against(node, target);
      assertThat(bench.exit()).isEqualTo(1);
      assertThat(bench.json().at("/integrity/by_kind/" + kind).asInt()).isEqualTo(count);
    }
  }

  @ParameterizedTest
  @EnumSource(SseTarget.class)
  void a_stream_that_is_cut_is_counted_by_reason_and_lost(SseTarget target) {
    try (FakeSseNode node = new FakeSseNode(SseFault.CUTS_THE_STREAM)) {
      JsonNode json = against(node, target.label(), "--rate", "40", "--duration", "0.5").json();
      int cut = json.at("/tasks/connections_cut/connection closed").asInt();
      assertThat(cut).isGreaterThan(4);
      assertThat(json.at("/tasks/lost").asInt()).isEqualTo(cut);
      assertThat(json.at("/tasks/reconnects").asInt()).isEqualTo(cut);
    }
  }

  @ParameterizedTest
  @EnumSource(SseTarget.class)
  void streams_that_never_end_are_lost_and_those_due_behind_them_are_in_the_figures(
      SseTarget target) {
    try (FakeSseNode node = new FakeSseNode(SseFault.NEVER_ENDS)) {
      JsonNode json = against(node, target.label(), "--drain", "1").json();
      assertThat(json.at("/tasks/lost").asInt()).isEqualTo(4);
      assertThat(json.at("/tasks/unsent").asInt()).isEqualTo(36);
      assertThat(json.at("/latency_ms/ack/count").asInt()).isEqualTo(40);
    }
  }

  @Test
  void streams_without_an_answer_stand_in_the_percentiles_with_their_wait() {
    try (FakeSseNode node = new FakeSseNode(SseFault.NEVER_ANSWERS)) {
      JsonNode json = against(node, "tasks", "--drain", "0.5").json();
      assertThat(json.at("/tasks/unanswered").asInt()).isEqualTo(4);
      assertThat(json.at("/latency_ms/ack/count").asInt()).isEqualTo(40);
      assertThat(json.at("/latency_ms/ack/max").asDouble()).isGreaterThan(300);
    }
  }

  @ParameterizedTest
  @EnumSource(SseTarget.class)
  void refusals_and_errors_are_counted_by_status(SseTarget target) {
    try (FakeSseNode busy = new FakeSseNode(SseFault.IS_BUSY);
        FakeSseNode strict = new FakeSseNode(SseFault.REFUSES)) {
      JsonNode refused = against(busy, target.label()).json();
      assertThat(refused.at("/tasks/busy_by_code/http 429").asInt()).isEqualTo(40);
      assertThat(refused.at("/integrity/violations").asInt()).isZero();
      JsonNode wrong = against(strict, target.label()).json();
      assertThat(wrong.at("/tasks/errors_by_code/http 400").asInt()).isEqualTo(40);
    }
  }

  @Test
  void a_task_that_was_acknowledged_and_is_not_found_is_an_error() {
    try (FakeSseNode node = new FakeSseNode(SseFault.FORGETS_THE_TASK)) {
      Bench bench = against(node, "tasks");
      assertThat(bench.exit()).isEqualTo(1);
      assertThat(bench.json().at("/tasks/acked").asInt()).isEqualTo(40);
      assertThat(bench.json().at("/tasks/errors_by_code/http 404").asInt()).isEqualTo(40);
    }
  }

  @Test
  void a_failure_in_mid_stream_fails_the_run_at_either_door() {
    try (FakeSseNode node = new FakeSseNode(SseFault.FAILS_IN_MID_STREAM)) {
      JsonNode tasks = against(node, "tasks").json();
      assertThat(tasks.at("/tasks/ended_by_state/failed").asInt()).isEqualTo(40);
      assertThat(tasks.at("/clean").asBoolean()).isFalse();
      JsonNode chat = against(node, "chat").json();
      assertThat(chat.at("/tasks/errors_by_code/runtime_failed").asInt()).isEqualTo(40);
      assertThat(chat.at("/clean").asBoolean()).isFalse();
    }
  }

  @Test
  void a_connection_that_the_node_closes_after_its_answer_is_opened_again() {
    try (FakeSseNode node = new FakeSseNode(SseFault.CLOSES_EVERY_ANSWER)) {
      Bench bench = against(node, "chat", "--rate", "20");
      assertThat(bench.exit()).describedAs(bench.out()).isZero();
      assertThat(bench.json().at("/tasks/ended").asInt()).isEqualTo(4);
    }
  }

  @Test
  void a_node_that_is_not_there_fails_the_run_with_the_reason() {
    FakeSseNode gone = new FakeSseNode(SseFault.NONE);
    String url = gone.url();
    gone.close();
    Bench bench = Bench.run("sse", "--url", url, "--quiet");
    assertThat(bench.exit()).isEqualTo(1);
    assertThat(bench.err()).containsIgnoringCase("not opened: connection refused");
  }

  @Test
  void the_table_shows_latencies_and_the_other_stream_progress() {
    try (FakeSseNode node = new FakeSseNode(SseFault.NONE)) {
      Bench bench =
          Bench.run(
              "sse",
              "--url",
              node.url(),
              "--rate",
              "20",
              "--warmup",
              "0",
              "--duration",
              "1.2",
              "--tokens",
              "3");
      assertThat(bench.out()).contains("p99.9", "first token", "token jitter", "ack", "clean");
      assertThat(bench.err()).contains("measuring", "acked/s", "ack p50");
    }
  }
}
