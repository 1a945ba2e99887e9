package dev.millrace.ingress.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.port.Dispatcher.CancelReason;
import dev.millrace.domain.stream.StreamEvent.Code;
import dev.millrace.domain.task.Durability;
import dev.millrace.domain.task.Input;
import dev.millrace.domain.task.OnDisconnect;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskState;
import dev.millrace.ingress.testing.Doors;
import dev.millrace.ingress.testing.FakeLine;
import dev.millrace.ingress.testing.FakeStream;
import dev.millrace.ingress.testing.Keys;
import dev.millrace.ingress.testing.RawClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class ResponsesTest {

  private static final String BACKGROUND =
      "{\"model\":\"sim\",\"input\":\"hi\",\"background\":true}";
  private final Doors doors = new Doors();

  @AfterEach
  void close() {
    doors.close();
  }

  private HttpResponse<String> create(String body) {
    return doors.send(doors.post("/v1/responses", body));
  }

  private HttpResponse<String> cancel(String id) {
    return doors.send(doors.post("/v1/responses/" + id + "/cancel", ""));
  }

  private String input() {
    Input input = doors.line.next().task().input();
    return new String(((Input.Json) input).utf8(), StandardCharsets.UTF_8);
  }

  private static String id(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return Doors.json(response).get("id").asString();
  }

  // ---- asked for and waited for ----

  @Test
  void the_whole_answer_is_a_response_with_one_message() {
    doors.line.behave(stream -> stream.say("He", "llo").succeed("stop"));
    var answer =
        create(
            """
            {"model":"sim","input":"hi","instructions":"be brief","max_output_tokens":9,
             "temperature":0.5,"top_p":1,"metadata":{"a":"b"}}""");
    Task task = doors.line.next().task();
    String bare = task.id().toString();
    assertThat(answer.headers().firstValue("x-millrace-task")).contains(bare);
    assertThat(Doors.json(answer))
        .isEqualTo(
            Doors.json(
                """
                {"id":"resp_%1$s","object":"response","created_at":1767225600,"status":"completed",
                 "background":false,"error":null,"incomplete_details":null,
                 "instructions":"be brief","max_output_tokens":9,"model":"sim",
                 "output":[{"id":"msg_%1$s","type":"message","status":"completed",
                  "role":"assistant","content":[{"type":"output_text","text":"Hello",
                  "annotations":[],"logprobs":[]}]}],
                 "usage":{"input_tokens":3,"input_tokens_details":{"cached_tokens":0,"cache_write_tokens":0},
                  "output_tokens":2,"output_tokens_details":{"reasoning_tokens":0},
                  "total_tokens":5},
                 "parallel_tool_calls":true,"previous_response_id":null,
                 "reasoning":{"effort":null,"summary":null},"store":true,"temperature":0.5,
                 "text":{"format":{"type":"text"}},"tool_choice":"auto","tools":[],"top_p":1.0,
                 "truncation":"disabled","user":null,"metadata":{"a":"b"}}"""
                    .formatted(bare)));
    assertThat(task.settings().durability()).isEqualTo(Durability.MEMORY);
    assertThat(task.settings().onDisconnect()).isEqualTo(OnDisconnect.CANCEL);
  }

  @Test
  void an_answer_that_reached_its_longest_is_incomplete() {
    doors.line.behave(stream -> stream.say("He").succeed("length"));
    JsonNode json = Doors.json(create("{\"model\":\"sim\",\"input\":\"hi\"}"));
    assertThat(json.get("status").asString()).isEqualTo("incomplete");
    assertThat(json.at("/incomplete_details/reason").asString()).isEqualTo("max_output_tokens");
    assertThat(json.at("/output/0/status").asString()).isEqualTo("incomplete");
  }

  @Test
  void a_failure_is_a_plain_error() {
    doors.line.behave(
        stream ->
            stream.fail(TaskState.FAILED, Problem.of(ErrorCode.RUNTIME_FAILED, "the model broke")));
    var response = create("{\"model\":\"sim\",\"input\":\"hi\"}");
    assertThat(response.statusCode()).isEqualTo(500);
    assertThat(Doors.json(response).at("/error/message").asString()).isEqualTo("the model broke");
  }

  @ParameterizedTest
  @CsvSource({
    "/input/messages/1/role, input",
    "/input/max_tokens, max_output_tokens",
    "/input/response_format/json_schema/schema/type, text.format.schema.type",
    "/model, model"
  })
  void what_the_model_refuses_is_named_as_the_body_has_it(String field, String param) {
    doors.line.behave(
        stream -> stream.fail(TaskState.FAILED, Problem.invalid(field, "x", "something else")));
    var response = create("{\"model\":\"scribe\",\"input\":\"hi\"}");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(Doors.json(response).at("/error/param").asString()).isEqualTo(param);
  }

  @Test
  void a_refusal_says_when_to_come_back() {
    doors.line.refuse(Problem.retryAfter(ErrorCode.OVERLOADED, "full", 250));
    var response = create(BACKGROUND);
    assertThat(response.statusCode()).isEqualTo(429);
    assertThat(response.headers().firstValue("retry-after-ms")).contains("250");
  }

  @Test
  void an_answer_that_began_again_is_told_once_and_one_that_others_lost_parts_of_is_whole() {
    doors.line.behave(stream -> stream.say("x").notice(Code.RESTART).say("y").succeed("stop"));
    assertThat(
            Doors.json(create("{\"model\":\"sim\",\"input\":\"hi\"}"))
                .at("/output/0/content/0/text")
                .asString())
        .isEqualTo("y");
    doors.line.behave(stream -> stream.say("x").notice(Code.GAP).say("y").succeed("stop"));
    assertThat(
            Doors.json(create("{\"model\":\"sim\",\"input\":\"hi\"}"))
                .at("/output/0/content/0/text")
                .asString())
        .isEqualTo("xy");
  }

  @Test
  void a_client_that_goes_takes_its_response_with_it() {
    try (RawClient client = doors.raw()) {
      String body = "{\"model\":\"sim\",\"input\":\"hi\"}";
      client.send(
          "POST /v1/responses HTTP/1.1\r\nhost: x\r\nauthorization: Bearer "
              + Keys.ALICE
              + "\r\ncontent-length: "
              + body.length()
              + "\r\n\r\n"
              + body);
      FakeStream stream = doors.line.next();
      client.close();
      assertThat(doors.line.nextCancel().id()).isEqualTo(stream.task().id());
    }
  }

  // ---- what the model is asked ----

  @Test
  void a_text_is_a_message_of_the_user_behind_the_instructions() {
    doors.line.behave(stream -> stream.succeed("stop"));
    create(
        "{\"model\":\"scribe\",\"input\":\"hi\",\"instructions\":\"be brief\",\"top_p\":0.5,"
            + "\"max_output_tokens\":7,\"temperature\":0}");
    assertThat(input())
        .isEqualTo(
            "{\"messages\":[{\"role\":\"system\",\"content\":\"be brief\"},"
                + "{\"role\":\"user\",\"content\":\"hi\"}],\"max_tokens\":7,"
                + "\"temperature\":0.0,\"top_p\":0.5}");
  }

  @Test
  void messages_and_their_parts_become_those_of_a_chat() {
    doors.line.behave(stream -> stream.succeed("stop"));
    var response =
        create(
            """
            {"model":"scribe","tools":[],"tool_choice":"auto","truncation":"disabled",
             "include":[],"parallel_tool_calls":true,"service_tier":"auto","user":"u",
             "text":{"format":{"type":"text"},"verbosity":"medium"},"reasoning":{"effort":null},
             "input":[
              {"type":"message","role":"developer","content":"be brief"},
              {"role":"user","content":[{"type":"input_text","text":"what is it?"},
               {"type":"input_image","detail":"auto","image_url":"data:image/png;base64,aGk="}]},
              {"type":"message","id":"msg_1","status":"completed","role":"assistant",
               "content":[{"type":"output_text","text":"a cat","annotations":[]}]}]}""");
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(Doors.json(input()))
        .isEqualTo(
            Doors.json(
                """
                {"messages":[{"role":"developer","content":"be brief"},
                 {"role":"user","content":[{"type":"text","text":"what is it?"},
                  {"type":"image_url","image_url":{"url":"data:image/png;base64,aGk="}}]},
                 {"role":"assistant","content":[{"type":"text","text":"a cat"}]}]}"""));
  }

  @Test
  void a_schema_is_passed_on_as_chats_say_it() {
    doors.line.behave(stream -> stream.succeed("stop"));
    String format =
        "{\"type\":\"json_schema\",\"name\":\"age\",\"strict\":true,\"schema\":{\"type\":\"object\"}}";
    var response =
        create("{\"model\":\"scribe\",\"input\":\"hi\",\"text\":{\"format\":" + format + "}}");
    assertThat(Doors.json(response).at("/text/format")).isEqualTo(Doors.json(format));
    assertThat(Doors.json(input()).get("response_format"))
        .isEqualTo(
            Doors.json(
                "{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"age\","
                    + "\"schema\":{\"type\":\"object\"},\"strict\":true}}"));
  }

  @Test
  void the_simulator_makes_as_many_tokens_as_are_asked_for() {
    doors.line.behave(stream -> stream.succeed("stop"));
    create("{\"model\":\"sim\",\"input\":\"hi\",\"max_output_tokens\":5,\"interval_ms\":0}");
    assertThat(input()).isEqualTo("{\"tokens\":5,\"interval_ms\":0}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "previous_response_id | \"resp_1\"",
        "conversation         | \"conv_1\"",
        "prompt               | {\"id\":\"pmpt_1\"}",
        "tools                | [{\"type\":\"web_search\"}]",
        "tool_choice          | \"required\"",
        "include              | [\"message.output_text.logprobs\"]",
        "reasoning            | {\"effort\":\"high\"}",
        "truncation           | \"auto\"",
        "top_logprobs         | 3",
        "max_tool_calls       | 3",
      })
  void what_would_change_the_answer_and_is_not_served_is_refused_by_name(
      String name, String value) {
    var response = create("{\"model\":\"sim\",\"input\":\"hi\",\"" + name + "\":" + value + "}");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(Doors.json(response).at("/error/param").asString()).isEqualTo(name);
    assertThat(Doors.json(response).at("/error/code").asString()).isEqualTo("unsupported");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"x\":1                                                         | input",
        "\"input\":[]                                                    | input",
        "\"input\":5                                                     | input",
        "\"input\":[5]                                                   | input[0]",
        "\"input\":[{\"content\":\"a\"}]                                 | input[0].role",
        "\"input\":[{\"role\":\"user\"}]                                 | input[0].content",
        "\"input\":[{\"type\":\"item_reference\",\"id\":\"a\"}]          | input[0].type",
        "\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_file\"}]}] | input[0].content[0].type",
        "\"input\":[{\"role\":\"user\",\"content\":[{\"text\":\"a\"}]}] | input[0].content[0].type",
        "\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_text\"}]}] | input[0].content[0].text",
        "\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_image\"}]}] | input[0].content[0].image_url",
        "\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_image\",\"image_url\":\"https://x/y\"}]}] | input[0].content[0].image_url",
        "\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_image\",\"image_url\":\"data:image/png;base64,aGk=\"}]}] | input[0].content[0].image_url",
        "\"input\":\"a\",\"max_output_tokens\":0                         | max_output_tokens",
        "\"input\":\"a\",\"temperature\":3                               | temperature",
        "\"input\":\"a\",\"background\":1                                | background",
        "\"input\":\"a\",\"background\":true,\"store\":false             | store",
        "\"input\":\"a\",\"stream_options\":{}                           | stream_options",
        "\"input\":\"a\",\"text\":{\"verbosity\":\"low\"}                | text.verbosity",
        "\"input\":\"a\",\"text\":{\"format\":{\"type\":\"xml\"}}        | text.format.type",
        "\"input\":\"a\",\"text\":{\"format\":{\"type\":\"json_schema\"}} | text.format.schema",
        "\"input\":\"a\",\"text\":{\"format\":{\"type\":\"json_object\"}} | text.format",
        "\"input\":\"a\",\"metadata\":{\"a\":1}                          | metadata.a",
      })
  void a_body_out_of_form_is_refused_by_name(String fields, String param) {
    var response = create("{\"model\":\"sim\"," + fields + "}");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(Doors.json(response).at("/error/param").asString()).isEqualTo(param);
  }

  @Test
  void a_model_that_does_not_chat_names_the_way_that_it_has() {
    assertThat(create("{\"model\":\"tale\",\"input\":\"a\"}").body()).contains("/v1/completions");
    assertThat(create("{\"model\":\"minilm\",\"input\":\"a\"}").body()).contains("/v1/tasks");
    assertThat(create("{\"model\":\"none\",\"input\":\"a\"}").statusCode()).isEqualTo(404);
  }

  // ---- in the background, found again, cancelled ----

  @Test
  void in_the_background_it_is_a_task_that_is_told_at_once_and_polled() {
    var created = create(BACKGROUND);
    String id = id(created);
    FakeStream stream = doors.line.next();
    Task task = stream.task();
    assertThat(id).isEqualTo("resp_" + task.id().toString().substring(4));
    assertThat(task.settings().durability()).isEqualTo(Durability.FSYNC);
    assertThat(task.settings().onDisconnect()).isEqualTo(OnDisconnect.DETACH);
    assertThat(Doors.json(created).get("status").asString()).isEqualTo("queued");
    assertThat(Doors.json(created).get("usage").isNull()).isTrue();

    stream.say("He");
    JsonNode running = Doors.json(doors.get("/v1/responses/" + id));
    assertThat(running.get("status").asString()).isEqualTo("in_progress");
    assertThat(running.get("background").asBoolean()).isTrue();
    assertThat(running.get("output")).isEmpty();

    stream.say("llo").succeed("stop");
    JsonNode ended = Doors.json(doors.get("/v1/responses/" + id));
    assertThat(ended.get("status").asString()).isEqualTo("completed");
    assertThat(ended.at("/output/0/content/0/text").asString()).isEqualTo("Hello");
    assertThat(doors.get("/v1/tasks/" + task.id()).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({"FAILED, failed", "EXPIRED, failed", "QUARANTINED, failed", "CANCELLED, cancelled"})
  void a_response_tells_how_it_failed(TaskState state, String status) {
    String id = id(create(BACKGROUND));
    doors.line.next().say("He").fail(state, Problem.of(ErrorCode.RUNTIME_FAILED, "broke"));
    JsonNode json = Doors.json(doors.get("/v1/responses/" + id));
    assertThat(json.get("status").asString()).isEqualTo(status);
    assertThat(json.get("error"))
        .isEqualTo(Doors.json("{\"code\":\"runtime_failed\",\"message\":\"broke\"}"));
    assertThat(json.at("/output/0/status").asString()).isEqualTo("incomplete");
    assertThat(json.at("/output/0/content/0/text").asString()).isEqualTo("He");
  }

  @Test
  void a_cancel_answers_with_the_cancelled_response_and_may_be_repeated() {
    String id = id(create(BACKGROUND));
    FakeStream stream = doors.line.next();
    stream.say("He");
    assertThat(Doors.json(cancel(id)).get("status").asString()).isEqualTo("cancelled");
    assertThat(doors.line.nextCancel().reason()).isEqualTo(CancelReason.REQUESTED);
    assertThat(Doors.json(cancel(id)).get("status").asString()).isEqualTo("cancelled");
  }

  private HttpResponse<String> delete(String id) {
    return doors.send(doors.request("/v1/responses/" + id).DELETE());
  }

  @Test
  void a_deleted_response_is_as_unknown_as_one_that_never_was() {
    doors.line.behave(stream -> stream.say("He").succeed("stop"));
    String id = id(create("{\"model\":\"sim\",\"input\":\"hi\"}"));
    assertThat(Doors.json(delete(id)))
        .isEqualTo(
            Doors.json("{\"id\":\"%s\",\"object\":\"response\",\"deleted\":true}".formatted(id)));
    assertThat(doors.get("/v1/responses/" + id).statusCode()).isEqualTo(404);
    assertThat(delete(id).statusCode()).isEqualTo(404);
  }

  @Test
  void what_runs_for_a_deleted_response_is_cancelled() {
    String id = id(create(BACKGROUND));
    Task task = doors.line.next().task();
    assertThat(delete(id).statusCode()).isEqualTo(200);
    assertThat(doors.line.nextCancel())
        .isEqualTo(new FakeLine.Cancel(task.id(), CancelReason.REQUESTED));
  }

  @Test
  void what_was_not_stored_and_what_is_no_response_cannot_be_deleted() {
    doors.line.behave(stream -> stream.say("He").succeed("stop"));
    String id = id(create("{\"model\":\"sim\",\"input\":\"hi\",\"store\":false}"));
    assertThat(delete(id).statusCode()).isEqualTo(404);
    assertThat(delete("resp_x").statusCode()).isEqualTo(404);
  }

  @Test
  void only_what_runs_in_the_background_can_be_cancelled() {
    doors.line.behave(stream -> stream.succeed("stop"));
    String id = id(create("{\"model\":\"sim\",\"input\":\"hi\"}"));
    assertThat(id).startsWith("resp_mem_");
    assertThat(cancel(id).statusCode()).isEqualTo(400);
    assertThat(doors.get("/v1/responses/" + id).statusCode()).isEqualTo(200);
  }

  @Test
  void what_is_not_to_be_stored_is_not_found_again() {
    doors.line.behave(stream -> stream.succeed("stop"));
    var created = create("{\"model\":\"sim\",\"input\":\"hi\",\"store\":false}");
    assertThat(Doors.json(created).get("store").asBoolean()).isFalse();
    assertThat(doors.get("/v1/responses/" + id(created)).statusCode()).isEqualTo(404);
  }

  @Test
  void another_tenants_response_is_as_unknown_as_one_that_never_was() {
    String id = id(create(BACKGROUND));
    for (String path : new String[] {"", "?stream=true"}) {
      var response =
          doors.send(
              doors
                  .request("/v1/responses/" + id + path)
                  .setHeader("authorization", "Bearer " + Keys.BOB));
      assertThat(response.statusCode()).isEqualTo(404);
      assertThat(response.body())
          .isEqualTo(doors.get("/v1/responses/resp_00000000000000000000000000" + path).body());
    }
    var cancelled =
        doors.send(
            doors
                .post("/v1/responses/" + id + "/cancel", "")
                .setHeader("authorization", "Bearer " + Keys.BOB));
    assertThat(cancelled.statusCode()).isEqualTo(404);
    assertThat(doors.line.nothingCancelled()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "resp_", "resp_1", "tsk_00000000000000000000000000"})
  void what_is_no_responses_name_is_not_found(String id) {
    assertThat(doors.get("/v1/responses/" + id).statusCode()).isEqualTo(404);
  }

  @Test
  void a_task_of_another_door_is_no_response() {
    doors.send(doors.post("/v1/tasks", "{\"model\":\"sim\",\"input\":{}}"));
    String task = doors.line.next().task().id().toString();
    assertThat(doors.get("/v1/responses/resp_" + task.substring(4)).statusCode()).isEqualTo(404);
  }

  @Test
  void the_same_request_under_the_same_key_is_the_same_response() {
    var first = doors.send(doors.post("/v1/responses", BACKGROUND).header("idempotency-key", "k"));
    var second = doors.send(doors.post("/v1/responses", BACKGROUND).header("idempotency-key", "k"));
    assertThat(id(second)).isEqualTo(id(first));
  }
}
