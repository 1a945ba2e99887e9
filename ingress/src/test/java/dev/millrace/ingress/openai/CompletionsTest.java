package dev.millrace.ingress.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.port.Dispatcher.CancelReason;
import dev.millrace.domain.stream.StreamEvent.Code;
import dev.millrace.domain.stream.StreamEvent.End;
import dev.millrace.domain.task.Durability;
import dev.millrace.domain.task.Input;
import dev.millrace.domain.task.OnDisconnect;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskClass;
import dev.millrace.domain.task.TaskState;
import dev.millrace.domain.task.Usage;
import dev.millrace.ingress.testing.Doors;
import dev.millrace.ingress.testing.Keys;
import dev.millrace.ingress.testing.RawClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class CompletionsTest {

  private final Doors doors = new Doors();

  @AfterEach
  void close() {
    doors.close();
  }

  private HttpResponse<String> complete(String body) {
    return doors.send(doors.post("/v1/completions", body));
  }

  private static String input(Task task) {
    return new String(((Input.Json) task.input()).utf8(), StandardCharsets.UTF_8);
  }

  @Test
  void the_whole_answer_has_the_contracts_shape_and_names_its_task() {
    doors.line.behave(stream -> stream.say("Once", " upon").succeed("length"));

    var response = complete("{\"model\":\"tale\",\"prompt\":\"Tell\",\"max_tokens\":2}");

    Task task = doors.line.next().task();
    String id = task.id().toString();
    assertThat(response.statusCode()).isEqualTo(200);
    JsonNode json = Doors.json(response);
    assertThat(json.get("id").asString()).isEqualTo("cmpl-" + id.substring(4));
    assertThat(json.get("object").asString()).isEqualTo("text_completion");
    assertThat(json.get("created").asLong()).isEqualTo(1_767_225_600L);
    assertThat(json.get("model").asString()).isEqualTo("tale");
    assertThat(json.get("choices").toString())
        .isEqualTo(
            "[{\"text\":\"Once upon\",\"index\":0,\"logprobs\":null,\"finish_reason\":\"length\"}]");
    assertThat(json.get("usage").toString())
        .isEqualTo("{\"prompt_tokens\":3,\"completion_tokens\":2,\"total_tokens\":5}");
    assertThat(json.get("millrace").get("task").asString()).isEqualTo(id);
    assertThat(response.headers().firstValue("x-millrace-task")).contains(id);
    assertThat(response.headers().firstValue("x-request-id")).isPresent();
    assertThat(response.headers().firstValue("openai-processing-ms")).contains("0");
  }

  @Test
  void the_generator_gets_its_canonical_input() {
    doors.line.behave(stream -> stream.succeed("stop"));
    complete(
        """
        {"model":"tale","prompt":["Tell \\"me\\""],"max_tokens":7,"temperature":0.5,"top_p":0.9,
         "stop":["\\n","END"],"seed":-3,"user":"u","top_k":40,"unknown":{"a":[1]}}""");

    assertThat(Doors.json(input(doors.line.next().task())))
        .isEqualTo(
            Doors.json(
                """
                {"prompt":"Tell \\"me\\"","max_tokens":7,"temperature":0.5,"top_p":0.9,
                 "top_k":40,"seed":-3,"stop":["\\n","END"]}"""));
  }

  @Test
  void sixteen_tokens_are_made_where_none_are_named() {
    doors.line.behave(stream -> stream.succeed("stop"));
    complete("{\"model\":\"tale\",\"prompt\":\"Tell\"}");
    assertThat(input(doors.line.next().task()))
        .isEqualTo("{\"prompt\":\"Tell\",\"max_tokens\":16}");
  }

  @Test
  void parameters_that_ask_for_nothing_are_taken() {
    doors.line.behave(stream -> stream.succeed("stop"));
    var response =
        complete(
            """
            {"model":"tale","prompt":"x","n":1,"best_of":1,"echo":false,"logprobs":null,
             "logit_bias":{ },"presence_penalty":0,"frequency_penalty":0.0,"suffix":null,
             "stop":null,"temperature":null,"seed":null,"stream":null,"stream_options":null}""");
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"prompt\":[1,2,3]                       | prompt             | unsupported",
        "\"prompt\":[[1,2]]                       | prompt             | unsupported",
        "\"prompt\":[\"a\",\"b\"]                 | prompt             | unsupported",
        "\"prompt\":5                             | prompt             | invalid_argument",
        "\"prompt\":[]                            | prompt             | invalid_argument",
        "\"prompt\":null                          | prompt             | invalid_argument",
        "\"prompt\":\"x\",\"n\":2                 | n                  | unsupported",
        "\"prompt\":\"x\",\"n\":1e9               | n                  | unsupported",
        "\"prompt\":\"x\",\"best_of\":3           | best_of            | unsupported",
        "\"prompt\":\"x\",\"echo\":true           | echo               | unsupported",
        "\"prompt\":\"x\",\"logprobs\":0          | logprobs           | unsupported",
        "\"prompt\":\"x\",\"suffix\":\"y\"        | suffix             | unsupported",
        "\"prompt\":\"x\",\"logit_bias\":{\"1\":2}| logit_bias         | unsupported",
        "\"prompt\":\"x\",\"presence_penalty\":1  | presence_penalty   | unsupported",
        "\"prompt\":\"x\",\"max_tokens\":0        | max_tokens         | invalid_argument",
        "\"prompt\":\"x\",\"max_tokens\":4097     | max_tokens         | invalid_argument",
        "\"prompt\":\"x\",\"max_tokens\":1.5      | max_tokens         | invalid_argument",
        "\"prompt\":\"x\",\"temperature\":2.1     | temperature        | invalid_argument",
        "\"prompt\":\"x\",\"temperature\":1e400   | temperature        | invalid_argument",
        "\"prompt\":\"x\",\"top_p\":0             | top_p              | invalid_argument",
        "\"prompt\":\"x\",\"stop\":[\"\"]         | stop[0]            | invalid_argument",
        "\"prompt\":\"x\",\"stop\":[1]            | stop[0]            | invalid_argument",
        "\"prompt\":\"x\",\"seed\":0.5            | seed               | invalid_argument",
        "\"prompt\":\"x\",\"stream\":\"yes\"      | stream             | invalid_argument",
        "\"prompt\":\"x\",\"stream_options\":{\"include_usage\":true} | stream_options | invalid_argument",
        "\"prompt\":\"x\",\"stream\":true,\"stream_options\":1 | stream_options | invalid_argument",
      })
  void a_parameter_that_cannot_be_served_is_named(String fields, String param, String code) {
    var response = complete("{\"model\":\"tale\"," + fields.strip() + "}");

    JsonNode error = Doors.json(response).get("error");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(error.get("param").asString()).isEqualTo(param);
    assertThat(error.get("code").asString()).isEqualTo(code);
    assertThat(error.get("type").asString()).isEqualTo("invalid_request_error");
    assertThat(error.get("message").asString()).contains("expected:");
    assertThat(response.headers().firstValue("x-should-retry")).contains("false");
    assertThat(doors.line.nothingAccepted()).isTrue();
  }

  @Test
  void seventeen_stops_are_too_many() {
    String stops = "\"a\",".repeat(17);
    var response =
        complete(
            "{\"model\":\"tale\",\"prompt\":\"x\",\"stop\":["
                + stops.substring(0, stops.length() - 1)
                + "]}");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("at most 16");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "{\"model\":\"tale\",\"model\":\"sim\"}", "nonsense"})
  void what_is_no_json_object_is_refused_in_this_doors_words(String body) {
    var response = complete(body);
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(Doors.json(response).get("error").get("type").asString())
        .isEqualTo("invalid_request_error");
  }

  @Test
  void an_unknown_model_is_not_found_and_names_the_parameter() {
    var response = complete("{\"model\":\"gpt-9\",\"prompt\":\"x\"}");
    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(Doors.json(response).get("error").get("param").asString()).isEqualTo("model");
  }

  @Test
  void a_model_that_makes_no_text_says_where_it_is_served() {
    var response = complete("{\"model\":\"card-fraud\",\"prompt\":\"x\"}");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("unsupported", "/v2/models");
  }

  @Test
  void our_fields_travel_as_headers() {
    doors.line.behave(stream -> stream.succeed("stop"));
    doors.send(
        doors
            .post("/v1/completions", "{\"model\":\"tale\",\"prompt\":\"x\"}")
            .header("x-millrace-class", "critical")
            .header("x-millrace-deadline-ms", "1234")
            .header("x-millrace-session", "s1")
            .header("x-millrace-durability", "fsync"));

    Task.Settings settings = doors.line.next().task().settings();
    assertThat(settings.taskClass()).isEqualTo(TaskClass.CRITICAL);
    assertThat(settings.budgetMillis()).isEqualTo(1_234);
    assertThat(settings.session()).isEqualTo("s1");
    assertThat(settings.durability()).isEqualTo(Durability.FSYNC);
  }

  @Test
  void a_plain_call_lives_in_memory_and_goes_with_its_client() {
    doors.line.behave(stream -> stream.succeed("stop"));
    complete("{\"model\":\"tale\",\"prompt\":\"x\"}");

    Task.Settings settings = doors.line.next().task().settings();
    assertThat(settings.durability()).isEqualTo(Durability.MEMORY);
    assertThat(settings.onDisconnect()).isEqualTo(OnDisconnect.CANCEL);
    assertThat(settings.door()).isEqualTo("openai");
  }

  @ParameterizedTest
  @CsvSource({
    "x-millrace-class,urgent",
    "x-millrace-deadline-ms,0",
    "x-millrace-deadline-ms,soon",
    "x-millrace-deadline-ms,3600001",
    "x-millrace-durability,paper"
  })
  void a_header_of_ours_that_makes_no_sense_is_refused(String name, String value) {
    var response =
        doors.send(
            doors
                .post("/v1/completions", "{\"model\":\"tale\",\"prompt\":\"x\"}")
                .header(name, value));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("expected:");
  }

  @Test
  void a_class_above_the_keys_is_forbidden() {
    var response =
        doors.send(
            doors
                .post("/v1/completions", "{\"model\":\"tale\",\"prompt\":\"x\"}")
                .setHeader("authorization", "Bearer " + Keys.BOB)
                .header("x-millrace-class", "critical"));
    assertThat(response.statusCode()).isEqualTo(403);
    assertThat(response.body()).contains("permission_error");
  }

  @Test
  void a_repeated_idempotency_key_gets_the_first_answer() {
    doors.line.behave(stream -> stream.say("one").succeed("stop"));
    String body = "{\"model\":\"tale\",\"prompt\":\"x\"}";
    var first = doors.send(doors.post("/v1/completions", body).header("idempotency-key", "k"));
    var second = doors.send(doors.post("/v1/completions", body).header("idempotency-key", "k"));
    assertThat(second.body()).isEqualTo(first.body());
  }

  @Test
  void a_key_used_for_another_request_is_a_mismatch() {
    doors.line.behave(stream -> stream.succeed("stop"));
    doors.send(
        doors
            .post("/v1/completions", "{\"model\":\"tale\",\"prompt\":\"x\"}")
            .header("idempotency-key", "k"));
    var second =
        doors.send(
            doors
                .post("/v1/completions", "{\"model\":\"sim\",\"prompt\":\"x\"}")
                .header("idempotency-key", "k"));
    assertThat(second.statusCode()).isEqualTo(422);
  }

  @Test
  void what_makes_it_no_plain_answer_stands_in_a_header() {
    doors.line.behave(
        stream ->
            stream.append(
                new End(
                    TaskState.SUCCEEDED,
                    "length",
                    Usage.NONE,
                    List.of("truncated:tokens", "cached"),
                    List.of(),
                    null)));
    var response = complete("{\"model\":\"tale\",\"prompt\":\"x\"}");
    assertThat(response.headers().firstValue("x-millrace-labels"))
        .contains("truncated:tokens,cached");
  }

  @Test
  void an_answer_that_began_again_is_given_once() {
    doors.line.behave(
        stream -> stream.say("wrong").notice(Code.RESTART).say("right").succeed("stop"));
    assertThat(Doors.json(complete("{\"model\":\"tale\",\"prompt\":\"x\"}")).at("/choices/0/text"))
        .hasToString("\"right\"");
  }

  @Test
  void an_answer_is_whole_whatever_others_may_have_missed_of_it() {
    doors.line.behave(stream -> stream.say("a").notice(Code.GAP).say("c").succeed("stop"));
    assertThat(Doors.json(complete("{\"model\":\"tale\",\"prompt\":\"x\"}")).at("/choices/0/text"))
        .hasToString("\"ac\"");
  }

  @ParameterizedTest
  @CsvSource({
    "OVERLOADED,429,overloaded_error,true",
    "RATE_LIMITED,429,rate_limit_error,true",
    "MODEL_LOADING,503,server_error,true",
    "STORAGE_FULL,507,server_error,true",
    "DRAINING,503,server_error,true",
    "INTERNAL,500,server_error,false"
  })
  void a_refusal_says_whether_and_when_to_come_again(
      ErrorCode code, int status, String type, String retry) {
    doors.line.refuse(Problem.retryAfter(code, "not now", 1_500));
    var response = complete("{\"model\":\"tale\",\"prompt\":\"x\"}");

    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(Doors.json(response).at("/error/type").asString()).isEqualTo(type);
    assertThat(Doors.json(response).at("/error/param").isNull()).isTrue();
    assertThat(response.headers().firstValue("x-should-retry")).contains(retry);
    if (retry.equals("true")) {
      assertThat(response.headers().firstValue("retry-after")).contains("2");
      assertThat(response.headers().firstValue("retry-after-ms")).contains("1500");
    }
  }

  @Test
  void a_retry_is_never_asked_for_later_than_in_eight_seconds() {
    doors.line.refuse(Problem.retryAfter(ErrorCode.OVERLOADED, "full", 3_600_000));
    var response = complete("{\"model\":\"tale\",\"prompt\":\"x\"}");
    assertThat(response.headers().firstValue("retry-after")).contains("8");
  }

  @Test
  void a_task_that_expires_is_a_time_out() {
    doors.line.behave(
        stream ->
            stream.fail(TaskState.EXPIRED, Problem.of(ErrorCode.DEADLINE_EXCEEDED, "too late")));
    assertThat(complete("{\"model\":\"tale\",\"prompt\":\"x\"}").statusCode()).isEqualTo(504);
  }

  @Test
  void a_client_that_goes_takes_its_call_with_it() {
    try (RawClient client = doors.raw()) {
      client.send(
          "POST /v1/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer "
              + Keys.ALICE
              + "\r\ncontent-length: 29\r\n\r\n{\"model\":\"tale\",\"prompt\":\"x\"}");
      var stream = doors.line.next();
      client.close();
      var cancel = doors.line.nextCancel();
      assertThat(cancel.id()).isEqualTo(stream.task().id());
      assertThat(cancel.reason()).isEqualTo(CancelReason.CLIENT_GONE);
    }
  }

  @Test
  void the_time_spent_is_told_in_milliseconds() {
    doors.line.behave(
        stream -> {
          doors.clock.advance(Duration.ofNanos(42_500_000));
          stream.succeed("stop");
        });
    var response = complete("{\"model\":\"tale\",\"prompt\":\"x\"}");
    assertThat(response.headers().firstValue("openai-processing-ms")).contains("42");
  }
}
