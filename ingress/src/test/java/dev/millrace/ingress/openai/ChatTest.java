package dev.millrace.ingress.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.error.Problem;
import dev.millrace.domain.task.Input;
import dev.millrace.domain.task.TaskState;
import dev.millrace.ingress.testing.Doors;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
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
        "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\"}]}] | messages[0].content[0].image_url.url",
        "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_audio\"}]}] | messages[0].content[0].type",
        "\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"a\"}]}] | messages[0].content[0].type",
        "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\"}]}] | messages[0].content[0].text",
        "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://x/y.png\"}}]}] | messages[0].content[0].image_url.url",
        "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,\"}}]}] | messages[0].content[0].image_url.url",
        "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,a!\"}}]}] | messages[0].content[0].image_url.url",
        "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,aGk=\"}}]}] | messages[0].content[0].image_url",
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

  @Test
  void a_conversation_goes_to_a_model_that_chats_as_it_came() {
    doors.line.behave(stream -> stream.succeed("stop"));
    String messages =
        "[{\"role\":\"system\",\"content\":\"be brief\"},{\"role\":\"user\",\"content\":"
            + "[{\"type\":\"text\",\"text\":\"what is it?\"},{\"type\":\"image_url\","
            + "\"image_url\":{\"url\":\"data:image/png;base64,aGk=\",\"detail\":\"low\"}}]}]";
    var response =
        chat("{\"model\":\"scribe\",\"max_tokens\":9,\"messages\":" + messages + ",\"top_p\":0.5}");
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(input()).isEqualTo("{\"messages\":" + messages + ",\"max_tokens\":9,\"top_p\":0.5}");
  }

  @Test
  void a_form_for_the_answer_goes_to_a_model_that_keeps_to_it() {
    doors.line.behave(stream -> stream.succeed("stop"));
    String schema =
        "{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"age\",\"strict\":true,"
            + "\"schema\":{\"type\":\"object\"}}}";
    for (String format : List.of(schema, "{\"type\":\"json_object\"}")) {
      var response =
          chat("{\"model\":\"scribe\"," + MESSAGES + ",\"response_format\":" + format + "}");
      assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
      assertThat(input()).endsWith(",\"response_format\":" + format + "}");
    }
    chat("{\"model\":\"scribe\"," + MESSAGES + ",\"response_format\":{\"type\":\"text\"}}");
    assertThat(input()).isEqualTo("{" + MESSAGES + "}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}                                                         | response_format.type",
        "5                                                          | response_format",
        "{\"type\":\"xml\"}                                         | response_format.type",
        "{\"type\":\"json_schema\"}                                 | response_format.json_schema",
        "{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"a\"}} | response_format.json_schema.schema",
        "{\"type\":\"json_schema\",\"json_schema\":{\"schema\":5}}  | response_format.json_schema.schema",
        "{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"a b\",\"schema\":{}}} | response_format.json_schema.name",
      })
  void a_form_out_of_form_is_named(String format, String param) {
    var response =
        chat("{\"model\":\"scribe\"," + MESSAGES + ",\"response_format\":" + format + "}");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(Doors.json(response).at("/error/param").asString()).isEqualTo(param);
  }

  @Test
  void what_the_model_refuses_is_named_as_the_body_has_it() {
    doors.line.behave(
        stream ->
            stream.fail(
                TaskState.FAILED,
                Problem.invalid("/input/messages/0/role", "'judge'", "a role of the template")));
    var response = chat("{\"model\":\"scribe\"," + MESSAGES + "}");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(Doors.json(response).at("/error/param").asString()).isEqualTo("messages[0].role");
  }

  @Test
  void what_only_language_models_take_goes_to_them_and_is_refused_by_name_elsewhere() {
    doors.line.behave(stream -> stream.succeed("stop"));
    String more = ",\"min_p\":0.1,\"presence_penalty\":0.5,\"grammar\":\"root ::= [a-z]\"}";
    assertThat(chat("{\"model\":\"scribe\"," + MESSAGES + more).statusCode()).isEqualTo(200);
    assertThat(input())
        .isEqualTo(
            "{"
                + MESSAGES
                + ",\"grammar\":\"root ::= [a-z]\",\"min_p\":0.1,\"presence_penalty\":0.5}");
    for (String name : List.of("presence_penalty", "frequency_penalty", "grammar")) {
      var refused = chat("{\"model\":\"sim\"," + MESSAGES + ",\"" + name + "\":1.5}");
      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(Doors.json(refused).at("/error/param").asString()).isEqualTo(name);
    }
    var zero = chat("{\"model\":\"sim\"," + MESSAGES + ",\"presence_penalty\":0,\"min_p\":0.1}");
    assertThat(zero.statusCode()).isEqualTo(200);
  }
}
