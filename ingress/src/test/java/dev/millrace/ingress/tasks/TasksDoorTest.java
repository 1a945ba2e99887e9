package dev.millrace.ingress.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.port.Dispatcher.CancelReason;
import dev.millrace.domain.task.Durability;
import dev.millrace.domain.task.OnDisconnect;
import dev.millrace.domain.task.Stamp;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskState;
import dev.millrace.domain.tensor.Tensor;
import dev.millrace.ingress.testing.Doors;
import dev.millrace.ingress.testing.FakeStream;
import dev.millrace.ingress.testing.Keys;
import dev.millrace.ingress.testing.RawClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class TasksDoorTest {

  private static final String SUBMIT = "{\"model\":\"sim\",\"input\":{\"tokens\":2}}";
  private final Doors doors = new Doors();

  @AfterEach
  void close() {
    doors.close();
  }

  private HttpResponse<String> submit(String body) {
    return doors.send(doors.post("/v1/tasks", body));
  }

  private HttpResponse<String> asBob(String path) {
    return doors.send(doors.request(path).setHeader("authorization", "Bearer " + Keys.BOB));
  }

  @Test
  void a_task_is_accepted_durably_and_says_where_to_look() {
    var response = submit(SUBMIT);
    Task task = doors.line.next().task();
    assertThat(response.statusCode()).isEqualTo(202);
    assertThat(response.headers().firstValue("location")).contains("/v1/tasks/" + task.id());
    assertThat(response.body())
        .isEqualTo(
            "{\"task\":\""
                + task.id()
                + "\",\"state\":\"queued\",\"durability\":\"fsync\",\"events\":\"/v1/tasks/"
                + task.id()
                + "/events\"}");
    assertThat(task.settings().durability()).isEqualTo(Durability.FSYNC);
    assertThat(task.settings().onDisconnect()).isEqualTo(OnDisconnect.DETACH);
    assertThat(task.settings().door()).isEqualTo("tasks");
  }

  @Test
  void ignored_input_fields_are_listed() {
    assertThat(submit("{\"model\":\"sim\",\"input\":{\"tokns\":2}}").body())
        .contains("\"warnings\":[\"/input/tokns: unknown to sim, ignored\"]");
  }

  @Test
  void who_prefers_to_wait_gets_the_end() {
    doors.line.behave(stream -> stream.say("a", "b").succeed("stop"));
    var response = doors.send(doors.post("/v1/tasks", SUBMIT).header("prefer", "wait=5"));
    assertThat(response.statusCode()).isEqualTo(200);
    JsonNode json = Doors.json(response);
    assertThat(json.get("state").asString()).isEqualTo("succeeded");
    assertThat(json.at("/output/text").asString()).isEqualTo("ab");
    assertThat(json.at("/receipt/stamps_ms/accepted").asDouble()).isZero();
  }

  @Test
  void a_receipt_shows_the_hand_offs_in_the_order_of_time() {
    doors.line.behave(
        stream -> {
          var stamps = stream.task().stamps();
          long accepted = stamps.at(Stamp.ACCEPTED);
          stamps.mark(Stamp.RECORDED, accepted + 2_000_000);
          stamps.mark(Stamp.DELIVERED, accepted + 3_000_000);
          stamps.mark(Stamp.LEASED, accepted + 1_000_000);
          stream.succeed("stop");
        });
    var response = doors.send(doors.post("/v1/tasks", SUBMIT).header("prefer", "wait=5"));
    assertThat(response.body())
        .containsSubsequence("\"accepted\":0", "\"leased\":1", "\"recorded\":2", "\"delivered\":3");
  }

  @Test
  void who_waited_long_enough_is_told_how_it_stands() {
    var response = doors.send(doors.post("/v1/tasks", SUBMIT).header("prefer", "wait=1"));
    assertThat(response.statusCode()).isEqualTo(202);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{                                                       | 400 | invalid_argument",
        "{\"model\":\"sim\",\"model\":\"sim\"}                   | 400 | invalid_argument",
        "{\"model\":\"nobody\"}                                  | 404 | not_found",
        "{}                                                      | 400 | invalid_argument",
        "{\"model\":\"card-fraud\",\"input\":{}}                 | 400 | invalid_argument",
        "{\"model\":\"sim\",\"deadline_ms\":3600001}             | 400 | invalid_argument",
        "{\"model\":\"sim\",\"input\":{\"a\":1e999999999}}       | 400 | invalid_argument",
        "{\"model\":\"sim\",\"session\":\"\"}                    | 400 | invalid_argument",
      })
  void a_bad_request_is_told_with_its_code(String body, int status, String code) {
    var response = submit(body);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    if (code != null) {
      assertThat(Doors.json(response).get("code").asString()).isEqualTo(code);
      assertThat(Doors.json(response).get("status").asInt()).isEqualTo(status);
      assertThat(Doors.json(response).get("request_id").asString()).startsWith("req_");
    }
  }

  @Test
  void a_problem_names_its_field() {
    JsonNode json = Doors.json(submit("{\"model\":\"tale\",\"input\":{\"max_tokens\":1}}"));
    assertThat(json.get("field").asString()).isEqualTo("/input/prompt");
    assertThat(json.get("detail").asString()).contains("expected");
  }

  @Test
  void a_refusal_by_the_line_has_its_status_and_hints() {
    doors.line.refuse(Problem.retryAfter(ErrorCode.STORAGE_FULL, "the disk is full", 5_000));
    var response = submit(SUBMIT);
    assertThat(response.statusCode()).isEqualTo(507);
    assertThat(response.headers().firstValue("retry-after")).contains("5");
    assertThat(Doors.json(response).get("retry_after_ms").asInt()).isEqualTo(5_000);
  }

  @Test
  void the_same_key_is_the_same_task() {
    String first =
        doors.send(doors.post("/v1/tasks", SUBMIT).header("idempotency-key", "k")).body();
    String second =
        doors.send(doors.post("/v1/tasks", SUBMIT).header("idempotency-key", "k")).body();
    assertThat(Doors.json(second).get("task")).isEqualTo(Doors.json(first).get("task"));
  }

  @Test
  void a_key_in_the_body_is_held_against_its_limit_whatever_the_header_says() {
    for (String key : List.of("", "k".repeat(256))) {
      String body = SUBMIT.replaceFirst("\\{", "{\"idempotency_key\":\"" + key + "\",");
      var refused = doors.send(doors.post("/v1/tasks", body).header("idempotency-key", "k"));
      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
      assertThat(Doors.json(refused).get("field").asString()).isEqualTo("/idempotency_key");
    }
  }

  @Test
  void a_task_is_shown_with_its_receipt() {
    submit(SUBMIT);
    FakeStream stream = doors.line.next();
    stream.say("a");
    JsonNode running = Doors.json(doors.get("/v1/tasks/" + stream.task().id()));
    assertThat(running.get("state").asString()).isEqualTo("running");
    assertThat(running.get("events").asInt()).isEqualTo(1);
    assertThat(running.get("created").asString()).isEqualTo("2026-01-01T00:00:00Z");
    assertThat(running.has("output")).isFalse();
    stream.fail(TaskState.FAILED, Problem.of(ErrorCode.RUNTIME_FAILED, "broke"));
    JsonNode failed = Doors.json(doors.get("/v1/tasks/" + stream.task().id()));
    assertThat(failed.at("/error/code").asString()).isEqualTo("runtime_failed");
    assertThat(failed.at("/partial_output/text").asString()).isEqualTo("a");
  }

  @Test
  void a_functions_output_is_shown_as_the_manifest_declares_it() {
    submit("{\"model\":\"intents\",\"input\":{\"text\":\"x\"}}");
    FakeStream stream = doors.line.next();
    stream.give(
        Tensor.ofTexts("labels", new long[] {1, 2}, List.of("a", "b")),
        Tensor.ofFloats("scores", new long[] {1, 2}, new float[] {0.75f, 0.25f}));
    assertThat(Doors.json(doors.get("/v1/tasks/" + stream.task().id())).get("output").toString())
        .isEqualTo(
            "{\"classes\":[{\"label\":\"a\",\"score\":0.75},{\"label\":\"b\",\"score\":0.25}]}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/events"})
  void another_tenants_task_is_as_unknown_as_none(String what) {
    submit(SUBMIT);
    String id = doors.line.next().task().id().toString();
    for (HttpResponse<String> response :
        List.of(
            asBob("/v1/tasks/" + id + what),
            doors.get("/v1/tasks/tsk_00000000000000000000000000" + what),
            doors.get("/v1/tasks/nonsense" + what))) {
      assertThat(response.statusCode()).isEqualTo(404);
      assertThat(Doors.json(response).get("detail").asString())
          .isEqualTo("no such task, or its stream has expired");
    }
  }

  @Test
  void a_cancel_answers_with_the_end() {
    submit(SUBMIT);
    String id = doors.line.next().task().id().toString();
    var response = doors.send(doors.post("/v1/tasks/" + id + "/cancel", ""));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(Doors.json(response).get("state").asString()).isEqualTo("cancelled");
    assertThat(doors.line.nextCancel().reason()).isEqualTo(CancelReason.REQUESTED);
  }

  @Test
  void another_tenant_cannot_cancel() {
    submit(SUBMIT);
    String id = doors.line.next().task().id().toString();
    var response =
        doors.send(
            doors
                .post("/v1/tasks/" + id + "/cancel", "")
                .setHeader("authorization", "Bearer " + Keys.BOB));
    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(doors.line.nothingCancelled()).isTrue();
  }

  @Test
  void tasks_are_listed_newest_first_within_their_tenant() {
    for (int i = 0; i < 3; i++) {
      doors.clock.advance(Duration.ofMillis(10));
      submit(SUBMIT);
    }
    FakeStream first = doors.line.next();
    FakeStream second = doors.line.next();
    FakeStream third = doors.line.next();
    first.succeed("stop");

    assertThat(listed("")).containsExactly(third, second, first);
    assertThat(listed("?state=succeeded")).containsExactly(first);
    assertThat(listed("?limit=1")).containsExactly(third);
    assertThat(listed("?after=" + third.task().id())).containsExactly(second, first);
    assertThat(listed("?model=tale")).isEmpty();
    assertThat(Doors.json(asBob("/v1/tasks")).get("tasks")).isEmpty();
  }

  private List<FakeStream> listed(String query) {
    return Doors.json(doors.get("/v1/tasks" + query))
        .get("tasks")
        .valueStream()
        .map(task -> doors.line.byId(task.get("task").asString()))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"?state=asleep", "?limit=0", "?limit=1001", "?limit=x", "?after=x"})
  void a_question_that_makes_no_sense_is_refused(String query) {
    assertThat(doors.get("/v1/tasks" + query).statusCode()).isEqualTo(400);
  }

  @Test
  void a_client_that_stops_waiting_leaves_its_task_alone() {
    try (RawClient client = doors.raw()) {
      client.send(
          "POST /v1/tasks HTTP/1.1\r\nhost: x\r\nprefer: wait=30\r\nauthorization: Bearer "
              + Keys.ALICE
              + "\r\ncontent-length: "
              + SUBMIT.length()
              + "\r\n\r\n"
              + SUBMIT);
      FakeStream stream = doors.line.next();
      client.close();
      doors.line.until(() -> stream.followers() == 0, () -> {});
      assertThat(doors.line.nothingCancelled()).isTrue();
    }
  }
}
