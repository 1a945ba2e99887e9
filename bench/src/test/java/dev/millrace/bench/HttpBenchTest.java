package dev.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** {@code bench http} against a node that does right, or one thing wrong. */
class HttpBenchTest {

  private static Bench against(FakeNode node, String... more) {
    return Bench.runWith(
        List.of(
            "http",
            "--url",
            node.url(),
            "--key",
            "secret",
            "--json",
            "--connections",
            "4",
            "--warmup",
            "0.05",
            "--duration",
            "0.2",
            "--drain",
            "0.3"),
        more);
  }

  @Test
  void a_closed_loop_keeps_one_request_on_each_connection() {
    try (FakeNode node = new FakeNode(Fault.NONE)) {
      Bench bench = against(node);
      JsonNode json = bench.json();
      assertThat(bench.exit()).isZero();
      assertThat(json.at("/settings/loop").asString()).isEqualTo("closed");
      assertThat(json.at("/requests/by_status/202").asLong())
          .isEqualTo(json.at("/requests/sent").asLong())
          .isPositive();
      assertThat(json.at("/requests/reconnects").asInt()).isZero();
      assertThat(node.bodies).contains("/v1/tasks {\"model\":\"sim\",\"input\":{\"tokens\":0}}");
      assertThat(node.authorizations).containsOnly("Bearer secret");
    }
  }

  @Test
  void an_open_loop_sends_exactly_what_is_due() {
    try (FakeNode node = new FakeNode(Fault.NONE)) {
      Bench bench = against(node, "--rate", "200", "--warmup", "0");
      assertThat(bench.exit()).isZero();
      assertThat(bench.json().at("/requests/sent").asInt()).isEqualTo(40);
      assertThat(bench.json().at("/latency_ms/request/count").asInt()).isEqualTo(40);
    }
  }

  @Test
  void a_node_that_never_answers_leaves_the_due_requests_unsent_and_all_of_them_in_the_figures() {
    try (FakeNode node = new FakeNode(Fault.NEVER_ACKS)) {
      Bench bench = against(node, "--rate", "200", "--warmup", "0");
      JsonNode json = bench.json();
      assertThat(bench.exit()).isEqualTo(1);
      assertThat(json.at("/requests/unanswered").asInt()).isEqualTo(4);
      assertThat(json.at("/requests/unsent").asInt()).isEqualTo(36);
      assertThat(json.at("/latency_ms/request/count").asInt()).isEqualTo(40);
    }
  }

  @Test
  void failures_of_the_node_are_counted_by_status_and_fail_the_run() {
    try (FakeNode node = new FakeNode(Fault.ANSWERS_500)) {
      Bench bench = against(node, "--rate", "200", "--warmup", "0");
      assertThat(bench.exit()).isEqualTo(1);
      assertThat(bench.json().at("/requests/by_status/500").asInt()).isEqualTo(40);
    }
  }

  @Test
  void honest_refusals_alone_are_no_successful_run_but_no_failures_either() {
    try (FakeNode node = new FakeNode(Fault.IS_BUSY)) {
      Bench bench = against(node, "--rate", "200", "--warmup", "0");
      assertThat(bench.json().at("/requests/by_status/429").asInt()).isEqualTo(40);
      assertThat(bench.json().at("/problems").toString())
          .contains("without a single success")
          .doesNotContain("neither");
    }
  }

  @Test
  void a_connection_that_the_node_closes_after_its_answer_is_opened_again() {
    try (FakeNode node = new FakeNode(Fault.CLOSES_EVERY_ANSWER)) {
      Bench bench = against(node, "--warmup", "0", "--duration", "0.5");
      JsonNode json = bench.json();
      assertThat(bench.exit()).isZero();
      assertThat(json.at("/requests/reconnects").asInt()).isGreaterThan(4);
      assertThat(json.at("/requests/broken").isEmpty()).isTrue();
    }
  }

  @Test
  void a_connection_cut_in_mid_request_is_a_broken_request() {
    try (FakeNode node = new FakeNode(Fault.CUTS_EVERY_CONNECTION)) {
      Bench bench = against(node);
      assertThat(bench.exit()).isEqualTo(1);
      assertThat(bench.json().at("/requests/broken/connection closed").asInt())
          .isGreaterThanOrEqualTo(4);
    }
  }

  @Test
  void a_node_that_is_not_there_fails_the_run_with_the_reason() {
    FakeNode gone = new FakeNode(Fault.NONE);
    String url = gone.url();
    gone.close();
    Bench bench = Bench.run("http", "--url", url, "--quiet");
    assertThat(bench.exit()).isEqualTo(1);
    assertThat(bench.err()).containsIgnoringCase("not opened: connection refused");
  }

  @ParameterizedTest
  @CsvSource({
    "v2, /v2/models/card_fraud_heavy_gbdt/infer, FP32",
    "embeddings, /v1/embeddings, input",
    "completions, /v1/completions, max_tokens",
    "chat, /v1/chat/completions, messages"
  })
  void every_door_gets_the_path_and_body_that_it_knows(String target, String path, String part) {
    try (FakeNode node = new FakeNode(Fault.NONE)) {
      Bench bench = against(node, "--target", target, "--rate", "100");
      assertThat(bench.exit()).isZero();
      assertThat(node.bodies).allMatch(body -> body.startsWith(path + " {") && body.contains(part));
    }
  }

  @Test
  void the_table_shows_requests_a_second() {
    try (FakeNode node = new FakeNode(Fault.NONE)) {
      Bench bench =
          Bench.run(
              "http",
              "--url",
              node.url(),
              "--connections",
              "2",
              "--rate",
              "50",
              "--warmup",
              "0",
              "--duration",
              "1.2");
      assertThat(bench.out()).contains("answered per s 50").contains("request").contains("clean");
      assertThat(bench.err()).contains("answered/s");
    }
  }
}
