package dev.millrace.ingress.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.port.Dispatcher.CancelReason;
import dev.millrace.domain.stream.StreamEvent.Code;
import dev.millrace.domain.task.TaskState;
import dev.millrace.ingress.IngressSettings.Connections;
import dev.millrace.ingress.testing.Doors;
import dev.millrace.ingress.testing.FakeStream;
import dev.millrace.ingress.testing.Http2Client;
import dev.millrace.ingress.testing.Keys;
import dev.millrace.ingress.testing.RawClient;
import dev.millrace.ingress.testing.SseClient;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class CompletionStreamTest {

  private static final String BODY = "{\"model\":\"tale\",\"prompt\":\"x\",\"stream\":true}";
  private static final String CHAT =
      """
      {"model":"sim","messages":[{"role":"user","content":"hi"}],"stream":true,
       "stream_options":{"include_usage":true}}""";

  private final Doors doors = new Doors();

  @AfterEach
  void close() {
    doors.close();
  }

  private SseClient stream() {
    return doors.stream(doors.post("/v1/completions", BODY));
  }

  @Test
  void tokens_come_as_chunks_and_the_end_is_said() {
    doors.line.behave(stream -> stream.say("Once", "", " upon").succeed("length"));
    try (SseClient sse = stream()) {
      assertThat(sse.status()).isEqualTo(200);
      assertThat(sse.header("content-type")).startsWith("text/event-stream");
      String id = doors.line.next().task().id().toString();
      assertThat(sse.header("x-millrace-task")).isEqualTo(id);
      List<String> events = sse.rest();
      String head =
          "{\"id\":\"cmpl-"
              + id.substring(4)
              + "\",\"object\":\"text_completion\",\"created\":1767225600,\"model\":\"tale\","
              + "\"choices\":[{\"text\":";
      assertThat(events)
          .containsExactly(
              head + "\"Once\",\"index\":0,\"logprobs\":null,\"finish_reason\":null}]}",
              head + "\" upon\",\"index\":0,\"logprobs\":null,\"finish_reason\":null}]}",
              head
                  + "\"\",\"index\":0,\"logprobs\":null,\"finish_reason\":\"length\"}],"
                  + "\"millrace\":{\"task\":\""
                  + id
                  + "\"}}",
              "[DONE]");
    }
  }

  @Test
  void a_chats_first_delta_has_the_role_and_usage_comes_in_a_chunk_of_its_own() {
    doors.line.behave(stream -> stream.say("He", "llo").succeed("stop"));
    try (SseClient sse = doors.stream(doors.post("/v1/chat/completions", CHAT))) {
      JsonNode first = Doors.json(sse.data());
      assertThat(first.get("object").asString()).isEqualTo("chat.completion.chunk");
      assertThat(first.get("id").asString()).startsWith("chatcmpl-");
      assertThat(first.get("usage").isNull()).isTrue();
      assertThat(first.at("/choices/0/delta"))
          .isEqualTo(Doors.json("{\"role\":\"assistant\",\"content\":\"He\"}"));
      assertThat(first.at("/choices/0/finish_reason").isNull()).isTrue();
      assertThat(first.at("/choices/0/index").asInt()).isZero();

      JsonNode second = Doors.json(sse.data());
      assertThat(second.at("/choices/0/delta")).isEqualTo(Doors.json("{\"content\":\"llo\"}"));

      JsonNode last = Doors.json(sse.data());
      assertThat(last.at("/choices/0/delta")).isEqualTo(Doors.json("{}"));
      assertThat(last.at("/choices/0/finish_reason").asString()).isEqualTo("stop");
      assertThat(last.get("usage").isNull()).isTrue();

      JsonNode usage = Doors.json(sse.data());
      assertThat(usage.get("choices")).isEmpty();
      assertThat(usage.at("/usage/total_tokens").asInt()).isEqualTo(5);
      assertThat(sse.data()).isEqualTo("[DONE]");
      assertThat(sse.block()).isNull();
    }
  }

  @Test
  void an_empty_chat_answer_still_has_its_role() {
    doors.line.behave(stream -> stream.succeed("stop"));
    try (SseClient sse = doors.stream(doors.post("/v1/chat/completions", CHAT))) {
      assertThat(Doors.json(sse.data()).at("/choices/0/delta/role").asString())
          .isEqualTo("assistant");
    }
  }

  @Test
  void events_have_no_ids_unless_the_client_asks_for_them() {
    doors.line.behave(stream -> stream.say("a", "b").succeed("stop"));
    try (SseClient plain = stream()) {
      assertThat(plain.block()).startsWith("data: ");
    }
    try (SseClient numbered =
        doors.stream(doors.post("/v1/completions", BODY).header("x-millrace-event-ids", "true"))) {
      assertThat(numbered.block()).startsWith("id: 0\ndata: ");
      assertThat(numbered.block()).startsWith("id: 1\ndata: ");
      assertThat(numbered.block()).startsWith("id: 2\ndata: ").contains("\"stop\"");
      assertThat(numbered.block()).isEqualTo("data: [DONE]");
    }
  }

  @Test
  void what_fails_before_the_first_token_is_a_plain_error() {
    doors.line.behave(
        stream ->
            stream.fail(TaskState.FAILED, Problem.of(ErrorCode.RUNTIME_FAILED, "the model broke")));
    var response = doors.send(doors.post("/v1/completions", BODY));
    assertThat(response.statusCode()).isEqualTo(500);
    assertThat(response.headers().firstValue("content-type")).contains("application/json");
    assertThat(Doors.json(response).at("/error/message").asString()).isEqualTo("the model broke");
  }

  @Test
  void what_is_refused_is_a_plain_error() {
    doors.line.refuse(Problem.retryAfter(ErrorCode.OVERLOADED, "full", 250));
    var response = doors.send(doors.post("/v1/completions", BODY));
    assertThat(response.statusCode()).isEqualTo(429);
    assertThat(response.headers().firstValue("retry-after-ms")).contains("250");
  }

  @Test
  void a_failure_in_mid_stream_is_an_error_chunk_and_then_a_cut() {
    try (RawClient client = doors.raw()) {
      post(client);
      FakeStream stream = doors.line.next();
      stream.say("Once");
      client.readUntil("\"Once\"");
      stream.fail(TaskState.FAILED, Problem.of(ErrorCode.RUNTIME_FAILED, "the model broke"));
      String rest = client.readToEnd();
      assertThat(rest)
          .contains(
              "data: {\"error\":{\"message\":\"the model broke\",\"type\":\"server_error\","
                  + "\"param\":null,\"code\":\"runtime_failed\"}}\n\n");
      assertThat(rest).doesNotContain("[DONE]").doesNotEndWith("0\r\n\r\n");
    }
  }

  @Test
  void over_http_2_the_cut_is_a_reset() {
    doors.line.behave(
        stream ->
            stream
                .say("Once")
                .fail(TaskState.FAILED, Problem.of(ErrorCode.RUNTIME_FAILED, "broke")));
    try (SseClient sse = doors.streamHttp2(doors.post("/v1/completions", BODY))) {
      assertThatThrownBy(sse::rest).rootCause().hasMessageContaining("RST_STREAM");
    }
  }

  @RepeatedTest(20)
  void over_http_2_the_error_chunk_is_sent_before_the_reset() {
    doors.line.behave(
        stream ->
            stream
                .say("Once")
                .fail(TaskState.FAILED, Problem.of(ErrorCode.RUNTIME_FAILED, "broke")));
    try (Http2Client client = new Http2Client(doors.port())) {
      List<Http2Client.Frame> frames = client.post("/v1/completions", BODY).answer();
      assertThat(frames.getLast().type()).isEqualTo(Http2Client.RST_STREAM);
      assertThat(frames.get(frames.size() - 2).text()).contains("runtime_failed");
    }
  }

  @Test
  void after_done_the_connection_serves_the_next_request() {
    doors.line.behave(stream -> stream.say("a").succeed("stop"));
    try (RawClient client = doors.raw()) {
      post(client);
      assertThat(client.readUntil("\r\n0\r\n\r\n")).contains("data: [DONE]");
      client.send("GET /livez HTTP/1.1\r\nhost: x\r\n\r\n");
      assertThat(client.readResponse()).startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void a_second_beginning_goes_unnoticed_while_nothing_was_sent() {
    doors.line.behave(stream -> stream.notice(Code.RESTART).say("a").succeed("stop"));
    try (SseClient sse = stream()) {
      assertThat(sse.rest()).hasSize(3).last().isEqualTo("[DONE]");
    }
  }

  @Test
  void a_second_beginning_after_the_first_token_ends_the_stream_and_the_task() {
    try (RawClient client = doors.raw()) {
      post(client);
      FakeStream stream = doors.line.next();
      stream.say("Once").notice(Code.RESTART);
      assertThat(client.readToEnd()).contains("begins again").doesNotContain("[DONE]");
      assertThat(doors.line.nextCancel().reason()).isEqualTo(CancelReason.CLIENT_GONE);
    }
  }

  @Test
  void what_others_may_have_missed_is_no_failure_of_a_stream_read_from_its_start() {
    doors.line.behave(stream -> stream.say("a").notice(Code.GAP).say("b").succeed("stop"));
    try (SseClient sse = stream()) {
      assertThat(sse.rest()).hasSize(4);
    }
  }

  @Test
  void a_cheaper_way_of_going_on_is_no_failure() {
    doors.line.behave(stream -> stream.say("a").notice(Code.DEGRADED).say("b").succeed("stop"));
    try (SseClient sse = stream()) {
      assertThat(sse.rest()).hasSize(4);
    }
  }

  @Test
  void an_idle_stream_shows_a_sign_of_life_that_every_client_takes() {
    try (RawClient client = doors.raw()) {
      post(client);
      FakeStream stream = doors.line.next();
      stream.say("Once");
      client.readUntil("\n\n\r\n");
      doors.clock.advance(Duration.ofSeconds(16));
      assertThat(client.readUntil("\n\n"))
          .contains("\"choices\":[{\"text\":\"\",\"index\":0,\"logprobs\":null");
      stream.succeed("stop");
      assertThat(client.readUntil("\r\n0\r\n\r\n")).contains("[DONE]");
    }
  }

  @Test
  void the_configured_time_makes_a_stream_show_a_sign_of_life() {
    try (Doors hasty = new Doors(new Connections(64, 75_000, 2_000, 25_000));
        RawClient client = hasty.raw()) {
      post(client);
      FakeStream stream = hasty.line.next();
      stream.say("Once");
      client.readUntil("\n\n\r\n");
      hasty.clock.advance(Duration.ofSeconds(3));
      assertThat(client.readUntil("\n\n")).contains("\"choices\":[{\"text\":\"\",\"index\":0");
      stream.succeed("stop");
      client.readUntil("[DONE]");
    }
  }

  @Test
  void before_the_first_token_the_sign_of_life_is_the_chunk_with_the_role() {
    try (RawClient client = doors.raw()) {
      post(client, "/v1/chat/completions", CHAT);
      FakeStream stream = doors.line.next();
      doors.clock.advance(Duration.ofSeconds(16));
      assertThat(client.readUntil("\n\n\r\n"))
          .startsWith("HTTP/1.1 200 ")
          .contains("\"delta\":{\"role\":\"assistant\",\"content\":\"\"}");
      stream.notice(Code.RESTART).say("Hello").succeed("stop");
      assertThat(client.readUntil("\r\n0\r\n\r\n"))
          .contains("\"delta\":{\"content\":\"Hello\"}", "[DONE]");
    }
  }

  @Test
  void a_client_that_reads_nothing_is_given_up() {
    try (RawClient client = doors.raw().readSlowly()) {
      post(client);
      FakeStream stream = doors.line.next();
      for (int i = 0; i < 200; i++) {
        stream.say("x".repeat(65_536));
      }
      client.readUntil("xxx");
      assertThat(doors.line.cancelledWhile(() -> doors.clock.advance(Duration.ofSeconds(31))))
          .isEqualTo(stream.task().id());
    }
  }

  @Test
  void a_client_that_goes_in_mid_stream_takes_its_call_with_it() {
    try (RawClient client = doors.raw()) {
      post(client);
      FakeStream stream = doors.line.next();
      stream.say("Once");
      client.readUntil("\"Once\"");
      client.close();
      assertThat(doors.line.nextCancel().id()).isEqualTo(stream.task().id());
    }
  }

  private void post(RawClient client) {
    post(client, "/v1/completions", BODY);
  }

  private void post(RawClient client, String path, String body) {
    client.send(
        "POST "
            + path
            + " HTTP/1.1\r\nhost: x\r\nauthorization: Bearer "
            + Keys.ALICE
            + "\r\ncontent-length: "
            + body.length()
            + "\r\n\r\n"
            + body);
  }
}
