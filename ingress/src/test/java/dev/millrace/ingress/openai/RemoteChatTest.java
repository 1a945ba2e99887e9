package dev.millrace.ingress.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.stream.StreamEvent.End;
import dev.millrace.domain.stream.ToolCalls;
import dev.millrace.domain.task.Input;
import dev.millrace.domain.task.TaskState;
import dev.millrace.domain.task.Usage;
import dev.millrace.ingress.testing.Doors;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** What a model at another server may be asked for, and what it may ask its client for. */
class RemoteChatTest {

  private static final String MESSAGES = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";
  private static final String CALL =
      "{\"id\":\"call_1\",\"type\":\"function\",\"function\":"
          + "{\"name\":\"weather\",\"arguments\":\"{\\\"city\\\":\\\"Rome\\\"}\"}}";
  private static final String SECOND = CALL.replace("call_1", "call_2");

  private final Doors doors = new Doors();

  @AfterEach
  void close() {
    doors.close();
  }

  private HttpResponse<String> chat(String more) {
    return doors.send(
        doors.post("/v1/chat/completions", "{\"model\":\"remote\"," + MESSAGES + more + "}"));
  }

  private String input() {
    Input input = doors.line.next().task().input();
    return new String(((Input.Json) input).utf8(), StandardCharsets.UTF_8);
  }

  private static End calling(String... calls) {
    return new End(
        TaskState.SUCCEEDED,
        "tool_calls",
        new Usage(3, 2),
        List.of(),
        List.of(ToolCalls.of(List.of(calls))),
        null);
  }

  @Test
  void what_another_server_takes_goes_on_as_it_came() {
    doors.line.behave(stream -> stream.succeed("stop"));
    String more =
        ",\"top_k\":5,\"logit_bias\":{\"7\":-100},\"reasoning_effort\":\"low\""
            + ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"weather\"}}]"
            + ",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"weather\"}}"
            + ",\"parallel_tool_calls\":false";
    var response = chat(more);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(Doors.json(input())).isEqualTo(Doors.json("{" + MESSAGES + more + "}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "n            | 2",
        "logprobs     | true",
        "top_logprobs | 3",
        "functions    | [{}]",
        "store        | true",
        "audio        | {}",
        "grammar      | \"root ::= x\"",
        "json_schema  | {}",
      })
  void what_no_answer_of_ours_could_carry_is_refused_by_name(String name, String value) {
    var response = chat(",\"" + name + "\":" + value);
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(Doors.json(response).at("/error/param").asString()).isEqualTo(name);
    assertThat(Doors.json(response).at("/error/code").asString()).isEqualTo("unsupported");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"tools | 5 | tools", "tools | [5] | tools[0]", "tools | {} | tools"})
  void tools_out_of_form_are_named(String name, String value, String param) {
    var response = chat(",\"" + name + "\":" + value);
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(Doors.json(response).at("/error/param").asString()).isEqualTo(param);
  }

  @Test
  void more_tools_than_a_hundred_and_twenty_eight_are_too_many() {
    String tools = "{\"type\":\"function\"},".repeat(129);
    var response = chat(",\"tools\":[" + tools.substring(0, tools.length() - 1) + "]");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("at most 128");
  }

  @Test
  void an_image_is_refused_where_none_is_declared() {
    var response =
        doors.send(
            doors.post(
                "/v1/chat/completions",
                "{\"model\":\"remote\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":"
                    + "\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,aGk=\"}}]}]}"));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(Doors.json(response).at("/error/param").asString())
        .isEqualTo("messages[0].content[0].image_url");
  }

  @Test
  void a_conversation_with_calls_and_their_results_goes_on_as_it_came() {
    doors.line.behave(stream -> stream.succeed("stop"));
    String messages =
        "[{\"role\":\"user\",\"content\":\"weather?\"},{\"role\":\"assistant\",\"content\":null,"
            + "\"tool_calls\":["
            + CALL
            + "]},{\"role\":\"tool\",\"tool_call_id\":\"call_1\",\"content\":\"rain\"}]";
    var response =
        doors.send(
            doors.post(
                "/v1/chat/completions", "{\"model\":\"remote\",\"messages\":" + messages + "}"));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(input()).isEqualTo("{\"messages\":" + messages + "}");
  }

  @Test
  void calls_stand_in_the_message_of_a_whole_answer() {
    doors.line.behave(stream -> stream.append(calling(CALL, SECOND)));
    JsonNode choice = Doors.json(chat("")).at("/choices/0");
    assertThat(choice.at("/message/content").isNull()).isTrue();
    assertThat(choice.at("/message/tool_calls").toString())
        .isEqualTo("[" + CALL + "," + SECOND + "]");
    assertThat(choice.get("finish_reason").asString()).isEqualTo("tool_calls");
  }

  @Test
  void text_before_the_calls_stays_in_the_message() {
    doors.line.behave(stream -> stream.say("Let me look.").append(calling(CALL)));
    JsonNode message = Doors.json(chat("")).at("/choices/0/message");
    assertThat(message.get("content").asString()).isEqualTo("Let me look.");
    assertThat(message.get("tool_calls")).hasSize(1);
  }

  @Test
  void a_stream_gives_each_call_whole_and_with_its_place_before_it_ends() {
    doors.line.behave(stream -> stream.append(calling(CALL, SECOND)));
    List<JsonNode> chunks = chunks(chat(",\"stream\":true").body());
    JsonNode delta = chunks.get(0).at("/choices/0/delta");
    assertThat(delta.get("role").asString()).isEqualTo("assistant");
    assertThat(delta.at("/tool_calls/0/index").asInt()).isZero();
    assertThat(delta.at("/tool_calls/1/index").asInt()).isEqualTo(1);
    assertThat(delta.at("/tool_calls/1/id").asString()).isEqualTo("call_2");
    assertThat(delta.at("/tool_calls/0/function/arguments").asString())
        .isEqualTo("{\"city\":\"Rome\"}");
    assertThat(chunks.get(0).at("/choices/0/finish_reason").isNull()).isTrue();
    assertThat(chunks.get(1).at("/choices/0/finish_reason").asString()).isEqualTo("tool_calls");
    assertThat(chunks).hasSize(2);
  }

  @Test
  void calls_after_streamed_text_do_not_say_the_role_again() {
    doors.line.behave(stream -> stream.say("Hm").append(calling(CALL)));
    List<JsonNode> chunks = chunks(chat(",\"stream\":true").body());
    assertThat(chunks.get(1).at("/choices/0/delta").has("role")).isFalse();
    assertThat(chunks.get(1).at("/choices/0/delta/tool_calls")).hasSize(1);
  }

  private static List<JsonNode> chunks(String body) {
    List<JsonNode> chunks = new ArrayList<>();
    for (String line : body.split("\n", -1)) {
      if (line.startsWith("data: {")) {
        chunks.add(Doors.json(line.substring(6)));
      }
    }
    assertThat(body).endsWith("data: [DONE]\n\n");
    return chunks;
  }

  @Test
  void a_tasks_view_has_the_text_and_the_calls() {
    doors.line.behave(stream -> stream.say("Hm").append(calling(CALL)));
    var response =
        doors.send(
            doors
                .post("/v1/tasks", "{\"model\":\"remote\",\"input\":{" + MESSAGES + "}}")
                .header("prefer", "wait=5"));
    JsonNode output = Doors.json(response).get("output");
    assertThat(output.get("text").asString()).isEqualTo("Hm");
    assertThat(output.get("tool_calls").toString()).isEqualTo("[" + CALL + "]");
  }
}
