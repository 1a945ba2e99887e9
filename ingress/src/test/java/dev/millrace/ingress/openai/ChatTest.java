package dev.millrace.ingress.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.task.Input;
import dev.millrace.ingress.testing.Doors;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class ChatTest {

  private static final String MESSAGES = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";
  private final Doors doors = new Doors();

  @AfterEach
  void close() {
    doors.close();
  }

  private HttpResponse<String> chat(String body) {
    return doors.send(doors.post("/v1/chat/completions", body));
  }

  @Test
  void the_whole_answer_is_a_message() {
    doors.line.behave(stream -> stream.say("He", "llo").succeed("stop"));
    JsonNode json = Doors.json(chat("{\"model\":\"sim\"," + MESSAGES + "}"));

    assertThat(json.get("id").asString()).startsWith("chatcmpl-");
    assertThat(json.get("object").asString()).isEqualTo("chat.completion");
    assertThat(json.at("/choices/0").toString())
        .isEqualTo(
            "{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"Hello\","
                + "\"refusal\":null},\"logprobs\":null,\"finish_reason\":\"stop\"}");
    assertThat(json.at("/usage/total_tokens").asInt()).isEqualTo(5);
  }

  @Test
  void the_simulator_makes_as_many_tokens_as_are_asked_for() {
    doors.line.behave(stream -> stream.succeed("stop"));
    chat("{\"model\":\"sim\"," + MESSAGES + ",\"max_completion_tokens\":5,\"interval_ms\":0}");
    chat("{\"model\":\"sim\"," + MESSAGES + "}");
    assertThat(input()).isEqualTo("{\"tokens\":5,\"interval_ms\":0}");
    assertThat(input()).isEqualTo("{\"tokens\":16}");
  }

  private String input() {
    Input input = doors.line.next().task().input();
    return new String(((Input.Json) input).utf8(), StandardCharsets.UTF_8);
  }

  @Test
  void content_may_come_in_parts_of_text_and_a_turn_may_have_none() {
    doors.line.behave(stream -> stream.succeed("stop"));
    var response =
        chat(
            """
            {"model":"sim","tools":[],"tool_choice":"auto","response_format":{"type": "text"},
             "logprobs":false,"parallel_tool_calls":true,"service_tier":"auto","messages":[
              {"role":"system","content":[{"type":"text","text":"be brief"}]},
              {"role":"assistant","content":null,"name":"a"},
              {"role":"user","content":"hi"}]}""");
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
  }

  @Test
  void a_model_without_a_chat_template_names_the_way_that_it_has() {
    var response = chat("{\"model\":\"tale\"," + MESSAGES + "}");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(Doors.json(response).at("/error/code").asString()).isEqualTo("unsupported");
    assertThat(response.body()).contains("/v1/completions");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"x\":1                                                | messages",
        "\"messages\":[]                                        | messages",
        "\"messages\":\"hi\"                                    | messages",
        "\"messages\":[5]                                       | messages[0]",
        "\"messages\":[{\"role\":\"user\"},{\"content\":\"x\"}] | messages[1].content",
        "\"messages\":[{\"role\":\"user\",\"content\":5}]       | messages[0].content",
        "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\"}]}] | messages[0].content[0].type",
      })
  void a_message_out_of_form_is_named(String fields, String param) {
    var response = chat("{\"model\":\"sim\"," + fields + "}");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(Doors.json(response).at("/error/param").asString()).isEqualTo(param);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tools            | [{\"type\":\"function\"}]",
        "tool_choice      | \"required\"",
        "functions        | [{}]",
        "response_format  | {\"type\":\"json_object\"}",
        "logprobs         | true",
        "top_logprobs     | 3",
        "n                | 2",
        "modalities       | [\"text\",\"audio\"]",
        "audio            | {}",
        "store            | true",
        "reasoning_effort | \"high\"",
      })
  void what_would_change_the_answer_and_is_not_served_is_refused_by_name(
      String name, String value) {
    var response = chat("{\"model\":\"sim\"," + MESSAGES + ",\"" + name + "\":" + value + "}");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(Doors.json(response).at("/error/param").asString()).isEqualTo(name);
    assertThat(Doors.json(response).at("/error/code").asString()).isEqualTo("unsupported");
  }
}
