package dev.millrace.ingress.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.port.Dispatcher.CancelReason;
import dev.millrace.domain.stream.StreamEvent.Code;
import dev.millrace.domain.task.TaskState;
import dev.millrace.ingress.IngressSettings.Connections;
import dev.millrace.ingress.testing.Doors;
import dev.millrace.ingress.testing.FakeStream;
import dev.millrace.ingress.testing.Keys;
import dev.millrace.ingress.testing.RawClient;
import dev.millrace.ingress.testing.SseClient;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class ResponseStreamTest {

  private static final String BODY = "{\"model\":\"sim\",\"input\":\"hi\",\"stream\":true}";
  private static final String BACKGROUND =
      "{\"model\":\"sim\",\"input\":\"hi\",\"stream\":true,\"background\":true}";

  private final Doors doors =
      new Doors(new Connections(64, 75_000, /* keepAliveMillis= */ 200, 25_000));

  @AfterEach
  void close() {
    doors.close();
  }

  private SseClient stream(String body) {
    return doors.stream(doors.post("/v1/responses", body));
  }

  private SseClient resume(String id, int after) {
    return doors.stream(
        doors.request("/v1/responses/" + id + "?stream=true&starting_after=" + after));
  }

  /**
   * The rest of a stream; each event's name is held against its type, its number against before.
   */
  private static List<JsonNode> events(SseClient sse, int first) {
    List<JsonNode> events = new ArrayList<>();
    for (String block; (block = sse.block()) != null; ) {
      String plain = block.replace(": ping\n", "");
      assertThat(plain).startsWith("event: ");
      JsonNode event = Doors.json(plain.substring(plain.indexOf("\ndata: ") + 7));
      assertThat(plain).startsWith("event: " + event.get("type").asString() + "\n");
      assertThat(event.get("sequence_number").asInt()).isEqualTo(first + events.size());
      events.add(event);
    }
    return events;
  }

  private static List<String> types(List<JsonNode> events) {
    return events.stream()
        .map(event -> event.get("type").asString().replace("response.", ""))
        .toList();
  }

  @Test
  void an_answer_comes_as_the_typed_events_that_clients_know() {
    doors.line.behave(stream -> stream.say("Once", "", " upon").succeed("stop"));
    try (SseClient sse = stream(BODY)) {
      assertThat(sse.header("content-type")).startsWith("text/event-stream");
      String task = doors.line.next().task().id().toString();
      assertThat(sse.header("x-millrace-task")).isEqualTo(task);
      List<JsonNode> events = events(sse, 0);
      assertThat(types(events))
          .containsExactly(
              "created",
              "in_progress",
              "output_item.added",
              "content_part.added",
              "output_text.delta",
              "output_text.delta",
              "output_text.done",
              "content_part.done",
              "output_item.done",
              "completed");
      assertThat(events.getFirst().at("/response/id").asString()).isEqualTo("resp_" + task);
      assertThat(events.getFirst().at("/response/status").asString()).isEqualTo("in_progress");
      assertThat(events.get(2).get("item"))
          .isEqualTo(
              Doors.json(
                  "{\"id\":\"msg_"
                      + task
                      + "\",\"type\":\"message\",\"status\":\"in_progress\","
                      + "\"role\":\"assistant\",\"content\":[]}"));
      assertThat(events.get(4))
          .isEqualTo(
              Doors.json(
                  "{\"type\":\"response.output_text.delta\",\"sequence_number\":4,\"item_id\":\"msg_"
                      + task
                      + "\",\"output_index\":0,\"content_index\":0,\"delta\":\"Once\","
                      + "\"logprobs\":[]}"));
      assertThat(events.get(6).get("text").asString()).isEqualTo("Once upon");
      assertThat(events.get(8).at("/item/content/0/text").asString()).isEqualTo("Once upon");
      JsonNode whole = events.getLast().get("response");
      assertThat(whole.at("/output/0/content/0/text").asString()).isEqualTo("Once upon");
      assertThat(whole.at("/usage/output_tokens").asInt()).isEqualTo(3);
    }
  }

  @Test
  void an_empty_answer_has_its_message_all_the_same() {
    doors.line.behave(stream -> stream.succeed("stop"));
    try (SseClient sse = stream(BODY)) {
      List<JsonNode> events = events(sse, 0);
      assertThat(types(events)).contains("output_item.added", "output_item.done", "completed");
      assertThat(events.getLast().at("/response/output/0/content/0/text").asString()).isEmpty();
    }
  }

  @Test
  void an_answer_that_reached_its_longest_ends_incomplete() {
    doors.line.behave(stream -> stream.say("a").succeed("length"));
    try (SseClient sse = stream(BODY)) {
      assertThat(types(events(sse, 0))).last().isEqualTo("incomplete");
    }
  }

  @Test
  void in_the_background_its_name_is_told_before_anything_happens() {
    try (SseClient sse = stream(BACKGROUND)) {
      JsonNode created = Doors.json(sse.data());
      FakeStream stream = doors.line.next();
      assertThat(created.at("/response/id").asString())
          .isEqualTo("resp_" + stream.task().id().toString().substring(4));
      assertThat(created.at("/response/status").asString()).isEqualTo("queued");
      assertThat(Doors.json(sse.data()).get("type").asString()).isEqualTo("response.queued");
      stream.say("a").succeed("stop");
      assertThat(types(events(sse, 2)))
          .startsWith("in_progress", "output_item.added", "content_part.added", "output_text.delta")
          .endsWith("completed");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11})
  void a_stream_goes_on_after_any_number_as_if_it_had_never_been_cut(int after) {
    String id;
    List<JsonNode> whole;
    try (SseClient sse = stream(BACKGROUND)) {
      FakeStream stream = doors.line.next();
      stream.say("a", "", "b", "c").notice(Code.DEGRADED).succeed("stop");
      whole = events(sse, 0);
      id = whole.getFirst().at("/response/id").asString();
    }
    try (SseClient again = resume(id, after)) {
      assertThat(again.status()).isEqualTo(200);
      assertThat(events(again, after + 1)).isEqualTo(whole.subList(after + 1, whole.size()));
    }
  }

  @Test
  void a_stream_is_resumed_while_the_answer_is_still_being_made() {
    String id;
    FakeStream stream;
    try (SseClient sse = stream(BACKGROUND)) {
      id = Doors.json(sse.data()).at("/response/id").asString();
      stream = doors.line.next();
      stream.say("a", "b");
    }
    try (SseClient again = resume(id, 5)) {
      assertThat(Doors.json(again.data()).get("delta").asString()).isEqualTo("b");
      stream.say("c");
      assertThat(Doors.json(again.data()).get("sequence_number").asInt()).isEqualTo(7);
      assertThat(doors.line.nothingCancelled()).isTrue();
      stream.succeed("stop");
      assertThat(types(events(again, 8))).last().isEqualTo("completed");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "starting_after=1",
        "stream=false&starting_after=1",
        "stream=yes",
        "stream=true&starting_after=-1",
        "stream=true&starting_after=x",
        "stream=true&starting_after=9999999999"
      })
  void a_question_out_of_form_is_refused(String query) {
    assertThat(doors.get("/v1/responses/resp_00000000000000000000000000?" + query).statusCode())
        .isEqualTo(400);
  }

  @Test
  void what_fails_before_the_first_token_is_a_plain_error() {
    doors.line.behave(
        stream ->
            stream.fail(TaskState.FAILED, Problem.of(ErrorCode.RUNTIME_FAILED, "the model broke")));
    var response = doors.send(doors.post("/v1/responses", BODY));
    assertThat(response.statusCode()).isEqualTo(500);
    assertThat(Doors.json(response).at("/error/message").asString()).isEqualTo("the model broke");
  }

  @Test
  void what_fails_later_is_the_last_event() {
    doors.line.behave(
        stream ->
            stream
                .say("Once")
                .fail(TaskState.FAILED, Problem.of(ErrorCode.RUNTIME_FAILED, "the model broke")));
    try (SseClient sse = stream(BODY)) {
      List<JsonNode> events = events(sse, 0);
      assertThat(types(events)).last().isEqualTo("failed");
      JsonNode failed = events.getLast().get("response");
      assertThat(failed.get("status").asString()).isEqualTo("failed");
      assertThat(failed.at("/error/code").asString()).isEqualTo("runtime_failed");
      assertThat(failed.at("/output/0/status").asString()).isEqualTo("incomplete");
    }
  }

  @Test
  void who_comes_back_for_a_number_behind_lost_events_is_told_and_the_others_are_not() {
    String id;
    try (SseClient sse = stream(BACKGROUND)) {
      FakeStream stream = doors.line.next();
      stream.say("a", "b").notice(Code.GAP).say("c").succeed("stop");
      id = events(sse, 0).getFirst().at("/response/id").asString();
    }
    // Two states, three openings, "a" and "b" are 0 to 6: these were never lost.
    for (int after : new int[] {1, 6}) {
      try (SseClient again = resume(id, after)) {
        assertThat(types(events(again, after + 1))).as("after " + after).endsWith("completed");
      }
    }
    for (int after : new int[] {7, 8, 500}) {
      try (SseClient again = resume(id, after)) {
        JsonNode error = Doors.json(again.data());
        assertThat(error.get("type").asString()).isEqualTo("error");
        assertThat(error.get("sequence_number").asInt()).isEqualTo(after + 1);
        assertThat(error.get("message").asString())
            .contains("were lost")
            .contains("read it from the start");
      }
    }
  }

  @Test
  void a_second_beginning_breaks_the_stream_and_is_told() {
    try (RawClient client = doors.raw()) {
      post(client);
      FakeStream stream = doors.line.next();
      stream.say("Once").notice(Code.RESTART).say("twice").succeed("stop");
      String rest = client.readToEnd();
      assertThat(rest)
          .contains("event: error\ndata: {\"type\":\"error\",\"sequence_number\":5,")
          .contains("\"error\":{\"message\":")
          .doesNotContain("twice")
          .doesNotEndWith("0\r\n\r\n");
    }
    assertThat(doors.line.nextCancel().reason()).isEqualTo(CancelReason.CLIENT_GONE);
  }

  @Test
  void a_client_that_goes_takes_its_response_with_it_and_leaves_one_in_the_background() {
    try (SseClient background = stream(BACKGROUND)) {
      background.data();
    }
    FakeStream left = doors.line.next();
    try (RawClient client = doors.raw()) {
      post(client);
      FakeStream stream = doors.line.next();
      stream.say("Once");
      client.readUntil("\"Once\"");
      client.close();
      assertThat(doors.line.nextCancel().id()).isEqualTo(stream.task().id());
    }
    assertThat(doors.line.nothingCancelled()).isTrue();
    assertThat(left.end()).isNull();
  }

  @Test
  void a_silent_stream_shows_a_sign_of_life_that_is_no_event() {
    try (SseClient sse = stream(BACKGROUND)) {
      sse.data();
      sse.data();
      FakeStream stream = doors.line.next();
      try (RawClient client = doors.raw()) {
        client.send(
            "GET /v1/responses/resp_"
                + stream.task().id().toString().substring(4)
                + "?stream=true HTTP/1.1\r\nhost: x\r\nauthorization: Bearer "
                + Keys.ALICE
                + "\r\n\r\n");
        client.readUntil("response.queued\"");
        assertThat(client.readUntil(": ping\n")).doesNotContain(": ping\n\n");
        stream.say("a");
        assertThat(client.readUntil("\"delta\":\"a\"")).contains("event: response.in_progress");
      }
      stream.succeed("stop");
      assertThat(types(events(sse, 2))).last().isEqualTo("completed");
    }
  }

  private void post(RawClient client) {
    client.send(
        "POST /v1/responses HTTP/1.1\r\nhost: x\r\nauthorization: Bearer "
            + Keys.ALICE
            + "\r\ncontent-length: "
            + BODY.length()
            + "\r\n\r\n"
            + BODY);
  }
}
