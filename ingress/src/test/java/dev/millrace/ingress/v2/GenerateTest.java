package dev.millrace.ingress.v2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.stream.StreamEvent.Code;
import dev.millrace.domain.task.Input;
import dev.millrace.domain.task.TaskState;
import dev.millrace.ingress.testing.Doors;
import dev.millrace.ingress.testing.FakeStream;
import dev.millrace.ingress.testing.Keys;
import dev.millrace.ingress.testing.RawClient;
import dev.millrace.ingress.testing.SseClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Generators: by text, and by tensors. */
class GenerateTest {

  private static final String ASK = "{\"text_input\":\"Once\",\"id\":\"7\"}";

  private final Doors doors = new Doors();

  @AfterEach
  void close() {
    doors.close();
  }

  private HttpResponse<String> generate(String model, String body) {
    return doors.send(doors.post("/v2/models/" + model + "/generate", body));
  }

  private SseClient stream(String body) {
    return doors.stream(doors.post("/v2/models/tale/generate_stream", body));
  }

  private JsonNode asked() {
    return Doors.json(
        new String(((Input.Json) doors.line.next().task().input()).utf8(), StandardCharsets.UTF_8));
  }

  @Test
  void a_text_is_answered_whole() {
    doors.line.behave(stream -> stream.say(" upon", " a").succeed("length"));
    var response = generate("tale", ASK);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(response.body())
        .isEqualTo(
            "{\"id\":\"7\",\"model_name\":\"tale\",\"model_version\":\"1\","
                + "\"text_output\":\" upon a\",\"finish_reason\":\"length\"}");
    assertThat(response.headers().firstValue("x-millrace-task")).isPresent();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"text_input\":\"a\\n\\\"b\",\"max_tokens\":8} | {\"prompt\":\"a\\n\\\"b\",\"max_tokens\":8}",
        "{\"prompt\":\"a\",\"parameters\":{\"stream\":false,\"temperature\":0.5}} | {\"prompt\":\"a\",\"temperature\":0.5}",
        "{\"text_input\":\"a\",\"stop\":[\"x\",\"y\"],\"stream\":true} | {\"prompt\":\"a\",\"stop\":[\"x\",\"y\"]}",
        "{\"text_input\":\"a\",\"parameters\":{\"priority\":1,\"timeout\":5000000}} | {\"prompt\":\"a\"}",
      })
  void options_stand_in_the_body_or_in_its_parameters(String body, String input) {
    doors.line.behave(stream -> stream.succeed("stop"));
    assertThat(generate("tale", body).statusCode()).isEqualTo(200);
    assertThat(asked()).isEqualTo(Doors.json(input));
  }

  @Test
  void the_simulated_model_gets_what_it_knows_and_no_prompt() {
    doors.line.behave(stream -> stream.succeed("stop"));
    var response =
        generate("sim", "{\"text_input\":\"a\",\"max_tokens\":3,\"interval_ms\":0,\"top_p\":1}");
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(asked()).isEqualTo(Doors.json("{\"tokens\":3,\"interval_ms\":0}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tale       | {}                                    | no prompt",
        "tale       | {\"text_input\":\"a\"                 | well-formed",
        "tale       | {\"text_input\":\"a\",\"parameters\":7} | /parameters",
        "tale       | {\"text_input\":\"a\",\"sequence_id\":7} | not supported",
        "card-fraud | {\"text_input\":\"a\"}                | does not generate",
      })
  void what_cannot_be_generated_is_refused(String model, String body, String expected) {
    var response = generate(model, body);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
    assertThat(Doors.json(response).get("error").asString()).contains(expected);
  }

  @Test
  void tokens_stream_as_events_and_the_last_says_why_it_ended() {
    doors.line.behave(stream -> stream.say(" upon", "", " a").succeed("stop"));
    SseClient events = stream(ASK);
    assertThat(events.header("content-type")).startsWith("text/event-stream");
    assertThat(events.data()).contains("\"text_output\":\" upon\"");
    assertThat(events.data()).contains("\"text_output\":\" a\"");
    assertThat(events.data()).contains("\"text_output\":\"\",\"finish_reason\":\"stop\"");
    assertThat(events.block()).isNull();
  }

  @Test
  void what_fails_before_the_first_token_is_a_plain_error() {
    doors.line.behave(
        stream -> stream.fail(TaskState.FAILED, Problem.of(ErrorCode.RUNTIME_FAILED, "it broke")));
    var response = doors.send(doors.post("/v2/models/tale/generate_stream", ASK));
    assertThat(response.statusCode()).isEqualTo(500);
    assertThat(response.body()).isEqualTo("{\"error\":\"it broke\"}");
  }

  @Test
  void what_fails_in_the_middle_is_told_and_the_stream_is_cut() {
    doors.line.behave(
        stream ->
            stream
                .say(" upon")
                .fail(TaskState.FAILED, Problem.of(ErrorCode.RUNTIME_FAILED, "it broke")));
    assertThat(raw()).contains(" upon").endsWith("data: {\"error\":\"it broke\"}\n\n\r\n");
  }

  @Test
  void an_answer_that_begins_anew_cannot_be_streamed_but_can_be_told_whole() {
    doors.line.behave(
        stream -> stream.say("x").notice(Code.RESTART).say("Once", " more").succeed("stop"));
    assertThat(generate("tale", ASK).body()).contains("\"text_output\":\"Once more\"");
    assertThat(raw()).contains("\"x\"", "began anew").endsWith("\n\n\r\n");
  }

  /** All that comes until the line is closed: what ends well has an empty last chunk. */
  private String raw() {
    try (RawClient client = doors.raw()) {
      client.send(
          "POST /v2/models/tale/generate_stream HTTP/1.1\r\nhost: x\r\nauthorization: Bearer "
              + Keys.ALICE
              + "\r\ncontent-length: "
              + ASK.length()
              + "\r\n\r\n"
              + ASK);
      return client.readToEnd();
    }
  }

  @Test
  void a_client_that_goes_takes_its_stream_with_it() {
    SseClient events = begun();
    FakeStream stream = doors.line.next();
    events.close();
    assertThat(doors.line.cancelledWhile(() -> stream.say("b"))).isEqualTo(stream.task().id());
  }

  private SseClient begun() {
    doors.line.behave(stream -> stream.say("0"));
    SseClient events = stream(ASK);
    assertThat(events.data()).contains("\"0\"");
    return events;
  }

  @Test
  void a_generator_takes_tensors_and_gives_its_text_as_one() {
    doors.line.behave(stream -> stream.say(" upon", " a").succeed("stop"));
    var response =
        doors.send(
            doors.post(
                "/v2/models/tale/infer",
                """
                {"inputs":[{"name":"prompt","datatype":"BYTES","shape":[1,1],"data":["Once"]},
                           {"name":"temperature","datatype":"FP32","shape":[1],"data":[0.5]}],
                 "parameters":{"max_tokens":2,"stop":"x"}}"""));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(Doors.json(response).at("/outputs/0"))
        .isEqualTo(
            Doors.json(
                "{\"name\":\"text\",\"datatype\":\"BYTES\",\"shape\":[1],\"data\":[\" upon a\"]}"));
    assertThat(asked())
        .isEqualTo(
            Doors.json(
                "{\"max_tokens\":2,\"stop\":\"x\",\"prompt\":\"Once\",\"temperature\":0.5}"));
  }

  @Test
  void a_generator_answers_one_prompt_a_request() {
    var response =
        doors.send(
            doors.post(
                "/v2/models/tale/infer",
                "{\"inputs\":[{\"name\":\"prompt\",\"datatype\":\"BYTES\",\"shape\":[2],"
                    + "\"data\":[\"a\",\"b\"]}]}"));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("one prompt");
  }
}
