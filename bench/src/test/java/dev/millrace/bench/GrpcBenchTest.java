package dev.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** {@code bench grpc} against a node that does right, or one thing wrong. */
class GrpcBenchTest {

  /** 40 requests on 4 streams in 0.2 s. */
  private static Bench against(FakeGrpcNode node, String... more) {
    return Bench.runWith(
        List.of(
            "grpc",
            "--url",
            node.url(),
            "--key",
            "secret",
            "--json",
            "--streams",
            "4",
            "--rate",
            "200",
            "--warmup",
            "0",
            "--duration",
            "0.2",
            "--drain",
            "10"),
        more);
  }

  @Test
  void a_closed_loop_keeps_one_request_on_each_stream() {
    try (FakeGrpcNode node = new FakeGrpcNode(GrpcFault.NONE)) {
      Bench bench = against(node, "--rate", "0", "--connections", "2");
      JsonNode json = bench.json();
      assertThat(bench.exit()).isZero();
      assertThat(json.at("/settings/loop").asString()).isEqualTo("closed");
      assertThat(json.at("/requests/by_status/OK").asLong())
          .isEqualTo(json.at("/requests/sent").asLong())
          .isPositive();
      assertThat(json.at("/requests/reconnects").asInt()).isZero();
      assertThat(json.at("/integrity/violations").asInt()).isZero();
      assertThat(node.authorizations).containsOnly("Bearer secret");
      assertThat(node.paths).containsOnly("/inference.GRPCInferenceService/ModelInfer");
    }
  }

  @Test
  void an_open_loop_sends_exactly_what_is_due() {
    try (FakeGrpcNode node = new FakeGrpcNode(GrpcFault.NONE)) {
      JsonNode json = against(node).json();
      assertThat(json.at("/requests/sent").asInt()).isEqualTo(40);
      assertThat(json.at("/latency_ms/request/count").asInt()).isEqualTo(40);
    }
  }

  @Test
  void a_stream_carries_all_requests_on_one_call() {
    try (FakeGrpcNode node = new FakeGrpcNode(GrpcFault.NONE)) {
      Bench bench = against(node, "--rate", "0", "--stream");
      JsonNode json = bench.json();
      assertThat(bench.exit()).isZero();
      assertThat(json.at("/requests/by_status/OK").asInt()).isGreaterThan(4);
      assertThat(node.paths)
          .hasSize(4)
          .containsOnly("/inference.GRPCInferenceService/ModelStreamInfer");
    }
  }

  @Test
  void each_request_names_the_model_the_shape_and_an_id_of_its_own() {
    try (FakeGrpcNode node = new FakeGrpcNode(GrpcFault.NONE)) {
      against(node, "--rows", "3", "--durability", "fsync");
      assertThat(node.asked)
          .hasSize(40)
          .contains(new GrpcAsked("card_fraud_heavy_gbdt", "39", 1, List.of(3L, 16L), 3 * 16 * 4));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = GrpcFault.class,
      names = {"HAS_NARROW_WINDOWS", "PADS_AND_SPLITS"})
  void what_the_protocol_allows_is_no_failure(GrpcFault oddity) {
    try (FakeGrpcNode node = new FakeGrpcNode(oddity)) {
      for (String kind : new String[] {"--quiet", "--stream"}) {
        Bench bench = against(node, "--rows", "40", kind);
        assertThat(bench.exit()).describedAs(bench.out()).isZero();
        assertThat(bench.json().at("/requests/by_status/OK").asInt()).isEqualTo(40);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "ANSWERS_ANOTHER_REQUEST, unknown_ref",
    "ANSWERS_TWICE, second_answer",
    "ANSWERS_NOTHING, unreadable",
    "LEAVES_THE_TENSORS_OUT, no_answer",
    "SENDS_NO_MESSAGE, no_answer"
  })
  void an_answer_that_is_not_the_requests_is_a_violation(GrpcFault fault, String kind) {
    try (FakeGrpcNode node = new FakeGrpcNode(fault)) {
      Bench bench = against(node);
      assertThat(bench.exit()).isEqualTo(1);
      assertThat(bench.json().at("/integrity/by_kind/" + kind).asInt()).isEqualTo(40);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "ANSWERS_ANOTHER_REQUEST, unknown_ref",
    "ANSWERS_NOTHING, unreadable",
    "LEAVES_THE_TENSORS_OUT, no_answer"
  })
  void so_it_is_on_a_stream(GrpcFault fault, String kind) {
    try (FakeGrpcNode node = new FakeGrpcNode(fault)) {
      Bench bench = against(node, "--stream");
      assertThat(bench.exit()).isEqualTo(1);
      assertThat(bench.json().at("/integrity/by_kind/" + kind).asInt()).isEqualTo(40);
    }
  }

  @ParameterizedTest
  @CsvSource({"FAILS, INVALID_ARGUMENT", "REFUSES_THE_KEY, UNAUTHENTICATED"})
  void failures_are_counted_by_status_and_fail_the_run(GrpcFault fault, String status) {
    try (FakeGrpcNode node = new FakeGrpcNode(fault)) {
      Bench bench = against(node);
      assertThat(bench.exit()).isEqualTo(1);
      assertThat(bench.json().at("/requests/by_status/" + status).asInt()).isEqualTo(40);
    }
  }

  @ParameterizedTest
  @CsvSource({"FAILS, INVALID_ARGUMENT", "IS_BUSY, RESOURCE_EXHAUSTED"})
  void errors_within_a_stream_are_counted_by_the_status_of_their_code(
      GrpcFault fault, String status) {
    try (FakeGrpcNode node = new FakeGrpcNode(fault)) {
      JsonNode json = against(node, "--stream").json();
      assertThat(json.at("/requests/by_status/" + status).asInt()).isEqualTo(40);
      assertThat(node.paths).hasSize(4);
    }
  }

  @Test
  void honest_refusals_alone_are_no_successful_run_but_no_failures_either() {
    try (FakeGrpcNode node = new FakeGrpcNode(GrpcFault.IS_BUSY)) {
      Bench bench = against(node);
      assertThat(bench.json().at("/requests/by_status/RESOURCE_EXHAUSTED").asInt()).isEqualTo(40);
      assertThat(bench.json().at("/problems").toString())
          .contains("without a single success")
          .doesNotContain("neither");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "SAYS_NO_STATUS, call ended without a status, false",
    "RESETS_EVERY_CALL, 'reset by the server, code 2', false",
    "CUTS_EVERY_CONNECTION, connection closed, true",
    "SAYS_GOAWAY, the server said goaway, true"
  })
  void a_call_that_breaks_off_is_a_broken_request_and_the_load_goes_on(
      GrpcFault fault, String reason, boolean connects) {
    try (FakeGrpcNode node = new FakeGrpcNode(fault)) {
      Bench bench = against(node, "--rate", "40", "--duration", "0.5");
      JsonNode json = bench.json();
      assertThat(bench.exit()).isEqualTo(1);
      // More than the four streams there are: each was opened again.
      assertThat(json.at("/requests/broken").get(reason).asInt()).isGreaterThan(4);
      assertThat(json.at("/requests/reconnects").asInt() > 0).isEqualTo(connects);
    }
  }

  @Test
  void a_stream_that_the_node_ends_is_opened_again() {
    try (FakeGrpcNode node = new FakeGrpcNode(GrpcFault.REFUSES_THE_KEY)) {
      JsonNode json = against(node, "--stream", "--rate", "40", "--duration", "0.5").json();
      assertThat(json.at("/requests/broken").get("call ended: UNAUTHENTICATED").asInt())
          .isGreaterThan(4);
    }
  }

  @Test
  void a_node_that_never_answers_leaves_the_due_requests_unsent_and_all_of_them_in_the_figures() {
    try (FakeGrpcNode node = new FakeGrpcNode(GrpcFault.NEVER_ANSWERS)) {
      JsonNode json = against(node, "--drain", "0.5").json();
      assertThat(json.at("/requests/unanswered").asInt()).isEqualTo(4);
      assertThat(json.at("/requests/unsent").asInt()).isEqualTo(36);
      assertThat(json.at("/latency_ms/request/count").asInt()).isEqualTo(40);
    }
  }

  @Test
  void a_node_that_is_not_there_fails_the_run_with_the_reason() {
    FakeGrpcNode gone = new FakeGrpcNode(GrpcFault.NONE);
    String url = gone.url();
    gone.close();
    Bench bench = Bench.run("grpc", "--url", url, "--quiet");
    assertThat(bench.exit()).isEqualTo(1);
    assertThat(bench.err()).containsIgnoringCase("not opened: connection refused");
  }

  @Test
  void a_node_without_http2_fails_the_run_with_the_reason() {
    try (FakeNode node = new FakeNode(Fault.NONE)) {
      Bench bench = Bench.run("grpc", "--url", node.url(), "--quiet");
      assertThat(bench.exit()).isEqualTo(1);
      assertThat(bench.err()).contains("not opened: ");
    }
  }

  @Test
  void the_table_shows_requests_a_second() {
    try (FakeGrpcNode node = new FakeGrpcNode(GrpcFault.NONE)) {
      Bench bench =
          Bench.run(
              "grpc", "--url", node.url(), "--rate", "50", "--warmup", "0", "--duration", "1.2");
      assertThat(bench.out()).contains("answered per s 50", "ModelInfer", "request", "clean");
      assertThat(bench.err()).contains("answered/s");
    }
  }
}
