package dev.millrace.ingress.ws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.port.Dispatcher.CancelReason;
import dev.millrace.domain.stream.StreamEvent.Code;
import dev.millrace.domain.task.Durability;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskClass;
import dev.millrace.domain.task.TaskState;
import dev.millrace.domain.tensor.Tensor;
import dev.millrace.ingress.testing.ClientFrame;
import dev.millrace.ingress.testing.Doors;
import dev.millrace.ingress.testing.FakeStream;
import dev.millrace.ingress.testing.Keys;
import dev.millrace.ingress.testing.WsClient;
import dev.millrace.ingress.testing.WsClient.Frame;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The messages of {@code /v1/ws}, as PROTOCOLS.md has them. */
class SocketDoorTest {

  private static final String SUBMIT =
      "{\"op\":\"submit\",\"ref\":\"17\",\"model\":\"sim\",\"input\":{\"tokens\":2}}";

  private final Doors doors = new Doors();
  private final WsClient socket = doors.socket();

  @AfterEach
  void close() {
    socket.close();
    doors.close();
  }

  @Test
  void the_subprotocol_is_ours_whether_asked_for_or_not() {
    assertThat(socket.status()).isEqualTo(101);
    String key = "authorization: Bearer " + Keys.ALICE;
    try (WsClient asked =
        WsClient.open(doors.port(), "/v1/ws", key, "sec-websocket-protocol: other, millrace.v1")) {
      assertThat(asked.answer()).containsIgnoringCase("sec-websocket-protocol: millrace.v1");
    }
  }

  @Test
  void compression_is_not_taken() {
    String key = "authorization: Bearer " + Keys.ALICE;
    try (WsClient asked =
        WsClient.open(
            doors.port(), "/v1/ws", key, "sec-websocket-extensions: permessage-deflate")) {
      assertThat(asked.status()).isEqualTo(101);
      assertThat(asked.answer()).doesNotContainIgnoringCase("sec-websocket-extensions");
    }
  }

  @Test
  void a_task_is_acknowledged_then_followed_to_its_end() {
    socket.send(SUBMIT);
    FakeStream stream = doors.line.next();
    String id = stream.task().id().toString();
    assertThat(socket.next().text())
        .isEqualTo(
            "{\"op\":\"ack\",\"ref\":\"17\",\"task\":\"" + id + "\",\"durability\":\"fsync\"}");
    stream.say("Once", " upon").notice(Code.RESTART).succeed("stop");
    String event = "{\"op\":\"event\",\"ref\":\"17\",\"task\":\"" + id + "\",\"seq\":";
    assertThat(socket.next().text()).isEqualTo(event + "0,\"kind\":\"token\",\"text\":\"Once\"}");
    assertThat(socket.next().text()).isEqualTo(event + "1,\"kind\":\"token\",\"text\":\" upon\"}");
    assertThat(socket.next().text())
        .isEqualTo(event + "2,\"kind\":\"notice\",\"code\":\"restart\",\"attempt\":2}");
    assertThat(socket.next().text())
        .isEqualTo(
            event
                + "3,\"kind\":\"end\",\"state\":\"succeeded\",\"finish_reason\":\"stop\","
                + "\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2,\"total_tokens\":5},"
                + "\"labels\":[]}");
  }

  @Test
  void every_field_of_a_submission_arrives() {
    socket.send(
        """
        {"op":"submit","ref":"1","model":"sim","input":{},"class":"critical","deadline_ms":700,
         "session":"s1","stream":true,"durability":"memory","idempotency_key":"k","later":[{}]}""");
    Task task = doors.line.next().task();
    assertThat(task.settings())
        .isEqualTo(
            new Task.Settings(
                TaskClass.CRITICAL,
                Durability.MEMORY,
                dev.millrace.domain.task.OnDisconnect.DETACH,
                true,
                700,
                "ws",
                "s1",
                "k"));
    assertThat(socket.message().get("task").asString()).startsWith("mem_");
  }

  @Test
  void unknown_input_fields_become_warnings() {
    socket.send("{\"op\":\"submit\",\"model\":\"card-fraud\",\"input\":{\"features\":[],\"x\":1}}");
    assertThat(socket.message().get("warnings").toString()).contains("/input/x");
  }

  @Test
  void a_ref_is_echoed_byte_for_byte_and_may_be_left_out() {
    String ref = "\\u0000\\\"grüße\\ud83d\\ude00/\\n";
    socket.send(SUBMIT.replace("17", ref));
    assertThat(socket.message().get("ref").asString()).isEqualTo("\0\"grüße😀/\n");
    socket.send(SUBMIT.replace("\"ref\":\"17\",", ""));
    assertThat(socket.message().has("ref")).isFalse();
  }

  @Test
  void who_does_not_stream_gets_the_whole_text_at_the_end() {
    socket.send(SUBMIT.replace("\"input\"", "\"stream\":false,\"input\""));
    assertThat(socket.message().get("op").asString()).isEqualTo("ack");
    doors.line.next().say("a", "b").succeed("stop");
    JsonNode end = socket.message();
    assertThat(end.get("seq").asInt()).isEqualTo(2);
    assertThat(end.at("/output/text").asString()).isEqualTo("ab");
  }

  @Test
  void a_functions_output_comes_with_the_end() {
    socket.send("{\"op\":\"submit\",\"model\":\"card-fraud\",\"input\":{\"features\":[1]}}");
    socket.message();
    doors.line.next().give(Tensor.ofLongs("label", new long[] {1}, new long[] {1}));
    assertThat(socket.message().get("output").toString()).isEqualTo("{\"label\":1}");
  }

  @Test
  void many_tasks_share_a_socket() {
    socket.send(SUBMIT.replace("17", "a")).send(SUBMIT.replace("17", "b"));
    FakeStream first = doors.line.next();
    FakeStream second = doors.line.next();
    socket.message();
    socket.message();
    second.say("2");
    assertThat(socket.message().get("ref").asString()).isEqualTo("b");
    first.say("1");
    assertThat(socket.message().get("ref").asString()).isEqualTo("a");
  }

  @Test
  void a_fifth_open_task_is_one_too_many_here_and_an_ended_one_makes_room() {
    for (int i = 0; i < 4; i++) {
      socket.send(SUBMIT);
      socket.message();
    }
    FakeStream first = doors.line.next();
    socket.send(SUBMIT.replace("17", "x"));
    JsonNode busy = socket.message();
    assertThat(busy.get("op").asString()).isEqualTo("busy");
    assertThat(busy.get("ref").asString()).isEqualTo("x");
    first.succeed("stop");
    socket.message();
    socket.send(SUBMIT);
    assertThat(socket.message().get("op").asString()).isEqualTo("ack");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1, 2, 3, 4, 500, Integer.MAX_VALUE - 1})
  void a_stream_is_resumed_after_any_number_and_always_tells_its_end(int after) {
    socket.send(SUBMIT);
    FakeStream stream = doors.line.next();
    stream.say("a", "b", "c").succeed("stop");
    try (WsClient other = doors.socket()) {
      other.send(
          "{\"op\":\"resume\",\"ref\":\"18\",\"task\":\""
              + stream.task().id()
              + "\""
              + (after < 0 ? "" : ",\"after\":" + after)
              + "}");
      for (int seq = Math.min(after + 1, 3); seq <= 3; seq++) {
        JsonNode event = other.message();
        assertThat(event.get("seq").asInt()).isEqualTo(seq);
        assertThat(event.get("ref").asString()).isEqualTo("18");
      }
    }
  }

  @Test
  void a_running_stream_is_resumed_and_goes_on() {
    socket.send(SUBMIT);
    FakeStream stream = doors.line.next();
    stream.say("a");
    socket.close();
    try (WsClient other = doors.socket()) {
      other.send("{\"op\":\"resume\",\"task\":\"" + stream.task().id() + "\",\"after\":0}");
      stream.say("b");
      assertThat(other.message().get("text").asString()).isEqualTo("b");
    }
    assertThat(doors.line.nothingCancelled()).as("a disconnect is not a cancel").isTrue();
  }

  @Test
  void another_tenants_task_is_as_unknown_as_none() {
    socket.send(SUBMIT);
    String id = doors.line.next().task().id().toString();
    try (WsClient bob =
        WsClient.open(doors.port(), "/v1/ws", "authorization: Bearer " + Keys.BOB)) {
      bob.send("{\"op\":\"resume\",\"ref\":\"r\",\"task\":\"" + id + "\"}");
      bob.send("{\"op\":\"cancel\",\"ref\":\"c\",\"task\":\"" + id + "\"}");
      bob.send("{\"op\":\"cancel\",\"ref\":\"n\",\"task\":\"nonsense\"}");
      for (String ref : List.of("r", "c", "n")) {
        JsonNode error = bob.message();
        assertThat(error.get("op").asString()).isEqualTo("error");
        assertThat(error.get("ref").asString()).isEqualTo(ref);
        assertThat(error.get("code").asString()).isEqualTo("not_found");
      }
    }
    assertThat(doors.line.nothingCancelled()).isTrue();
  }

  @Test
  void a_cancel_is_seen_in_the_stream() {
    socket.send(SUBMIT);
    FakeStream stream = doors.line.next();
    socket.message();
    socket.send("{\"op\":\"cancel\",\"task\":\"" + stream.task().id() + "\"}");
    assertThat(doors.line.nextCancel().reason()).isEqualTo(CancelReason.REQUESTED);
    JsonNode end = socket.message();
    assertThat(end.get("state").asString()).isEqualTo("cancelled");
    assertThat(end.at("/error/code").asString()).isEqualTo("cancelled");
  }

  @Test
  void credit_allows_as_many_events_and_no_more() {
    socket.send("{\"op\":\"credit\",\"n\":2}");
    socket.send(SUBMIT);
    socket.message();
    FakeStream stream = doors.line.next();
    stream.say("a", "b", "c", "d");
    assertThat(socket.message().get("text").asString()).isEqualTo("a");
    assertThat(socket.message().get("text").asString()).isEqualTo("b");
    socket.send("{\"op\":\"nothing\"}");
    assertThat(socket.message().get("op").asString()).as("no event before it").isEqualTo("error");
    socket.send("{\"op\":\"credit\",\"n\":1}");
    assertThat(socket.message().get("text").asString()).isEqualTo("c");
  }

  @Test
  void overload_says_when_to_come_back() {
    doors.line.refuse(Problem.retryAfter(ErrorCode.OVERLOADED, "full", 250));
    socket.send(SUBMIT);
    assertThat(socket.next().text())
        .isEqualTo(
            "{\"op\":\"busy\",\"ref\":\"17\",\"code\":\"overloaded\",\"retry_after_ms\":250,"
                + "\"message\":\"full\"}");
    doors.line.refuse(null);
    socket.send(SUBMIT);
    assertThat(socket.message().get("op").asString()).isEqualTo("ack");
  }

  @Test
  void a_failed_task_says_why() {
    socket.send(SUBMIT);
    socket.message();
    doors.line.next().fail(TaskState.EXPIRED, Problem.of(ErrorCode.DEADLINE_EXCEEDED, "late"));
    JsonNode end = socket.message();
    assertThat(end.get("state").asString()).isEqualTo("expired");
    assertThat(end.at("/error/code").asString()).isEqualTo("deadline_exceeded");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{                                             | ''",
        "[]                                            | ''",
        "nonsense                                      | ''",
        "{} {}                                         | ''",
        "{\"ref\":\"r\"}                               | /op",
        "{\"op\":\"dance\",\"ref\":\"r\"}              | /op",
        "{\"op\":5}                                    | /op",
        "{\"op\":\"submit\",\"op\":\"submit\"}         | ''",
        "{\"op\":\"submit\",\"input\":{\"a\":1,\"a\":2},\"model\":\"sim\"} | ''",
        "{\"op\":\"submit\",\"model\":\"sim\",\"input\":[]}            | /input",
        "{\"op\":\"submit\",\"model\":\"sim\",\"input\":{\"a\":NaN}}   | ''",
        "{\"op\":\"submit\",\"model\":\"sim\",\"input\":{\"a\":\"\\ud800\"}} | ''",
        "{\"op\":\"submit\",\"model\":\"sim\",\"input\":{\"a\":[\"\\udc00x\"]}} | ''",
        "{\"op\":\"submit\"}                           | /model",
        "{\"op\":\"submit\",\"model\":\"tale\",\"input\":{}} | /input/prompt",
        "{\"op\":\"submit\",\"model\":\"sim\",\"class\":\"x\"} | /class",
        "{\"op\":\"submit\",\"model\":\"sim\",\"durability\":\"x\"} | /durability",
        "{\"op\":\"submit\",\"model\":\"sim\",\"deadline_ms\":0} | /deadline_ms",
        "{\"op\":\"submit\",\"model\":\"sim\",\"deadline_ms\":1e400} | /deadline_ms",
        "{\"op\":\"submit\",\"model\":\"sim\",\"stream\":1} | /stream",
        "{\"op\":\"resume\"}                           | /task",
        "{\"op\":\"resume\",\"after\":-2}              | /after",
        "{\"op\":\"credit\",\"n\":0}                   | /n",
      })
  void a_malformed_message_is_told_and_the_socket_goes_on(String message, String field) {
    socket.send(message.strip());
    JsonNode error = socket.message();
    assertThat(error.get("op").asString()).as(error.toString()).isEqualTo("error");
    assertThat(error.get("code").asString()).isEqualTo("invalid_argument");
    if (!field.isEmpty()) {
      assertThat(error.get("field").asString()).isEqualTo(field);
    }
    socket.send(SUBMIT);
    assertThat(socket.message().get("op").asString()).isEqualTo("ack");
  }

  @Test
  void an_unknown_model_is_not_found() {
    socket.send(SUBMIT.replace("sim", "nobody"));
    assertThat(socket.message().get("code").asString()).isEqualTo("not_found");
  }

  @Test
  void what_is_nested_too_deeply_is_told() {
    String deep = "[".repeat(100) + "]".repeat(100);
    socket.send(SUBMIT.replace("{\"tokens\":2}", "{\"a\":" + deep + "}"));
    assertThat(socket.message().get("message").asString()).contains("nesting deeper than 64");
  }

  @Test
  void a_ref_of_65_characters_is_too_long() {
    socket.send(SUBMIT.replace("17", "r".repeat(65)));
    JsonNode error = socket.message();
    assertThat(error.get("field").asString()).isEqualTo("/ref");
    assertThat(error.has("ref")).isFalse();
  }

  @Test
  void who_sends_nothing_but_nonsense_is_closed() {
    for (int i = 0; i < 17; i++) {
      socket.send("nonsense");
    }
    assertThat(socket.closed()).isEqualTo(1_008);
  }

  @Test
  void a_drain_closes_with_service_restart_and_lets_nobody_in() {
    socket.send(SUBMIT);
    socket.message();
    doors.server.drain();
    Frame frame = socket.next();
    assertThat(frame.closeStatus()).isEqualTo(1_012);
    assertThat(frame.text()).contains("resume");
    try (WsClient late = doors.socket()) {
      assertThat(late.status()).isEqualTo(503);
    }
    assertThat(doors.line.nothingCancelled()).isTrue();
  }

  @Test
  void a_silent_socket_is_pinged_and_closed_when_no_pong_comes() {
    socket.send(SUBMIT);
    socket.message();
    doors.clock.advance(Duration.ofSeconds(26));
    assertThat(socket.any().opcode()).isEqualTo(WsClient.PING);
    doors.clock.advance(Duration.ofSeconds(40));
    assertThat(socket.any().closeStatus()).isEqualTo(1_008);
  }

  @Test
  void a_pong_keeps_a_socket_open() {
    socket.send(SUBMIT);
    socket.message();
    doors.clock.advance(Duration.ofSeconds(26));
    Frame ping = socket.any();
    socket.frame(WsClient.PONG, true, ping.payload());
    socket.send(SUBMIT);
    socket.message();
    doors.clock.advance(Duration.ofSeconds(50));
    assertThat(socket.any().opcode()).isEqualTo(WsClient.PING);
  }

  @Test
  void a_slow_reader_is_asked_to_come_back_and_then_cut_off() {
    socket.raw().readSlowly();
    socket.send(SUBMIT);
    socket.message();
    FakeStream stream = doors.line.next();
    doors.line.until(() -> stream.followers() == 1, () -> stream.say("first"));
    doors.line.until(
        () -> stream.followers() == 0,
        () -> {
          // How much the two kernels keep differs by machine: more is said until nothing is taken.
          for (int i = 0; i < 120; i++) {
            stream.say("x".repeat(60_000));
          }
          doors.clock.advance(Duration.ofSeconds(31));
        });
    assertThat(doors.line.nothingCancelled()).as("the task can be resumed").isTrue();
  }

  @Test
  void a_slow_reader_that_wakes_up_finds_where_to_resume() {
    socket.send(SUBMIT);
    socket.message();
    FakeStream stream = doors.line.next();
    for (int i = 0; i < 400; i++) {
      stream.say("x".repeat(60_000));
    }
    doors.line.until(() -> true, () -> doors.clock.advance(Duration.ofSeconds(25)));
    doors.line.until(() -> true, () -> doors.clock.advance(Duration.ofSeconds(31)));
    assertThat(socket.closed()).isEqualTo(1_013);
  }

  @Test
  void who_asks_on_and_never_reads_is_cut_off() {
    socket.raw().readSlowly();
    String longRef = "\\u0001".repeat(64);
    String cancel = "{\"op\":\"cancel\",\"task\":\"none\",\"ref\":\"" + longRef + "\"}";
    // How much the two kernels keep differs by machine: more is asked until nobody listens.
    doors.line.until(
        () -> doors.gauges.read("millrace_sockets_open") == 0,
        () -> {
          ask(cancel, 10_000);
          doors.clock.advance(Duration.ofSeconds(6));
        });
    try (WsClient next = doors.socket()) {
      assertThat(next.send(SUBMIT).message().get("op").asString()).isEqualTo("ack");
    }
  }

  private void ask(String message, int times) {
    byte[] frame = ClientFrame.text(message, 5);
    byte[] hundred = new byte[100 * frame.length];
    for (int i = 0; i < 100; i++) {
      System.arraycopy(frame, 0, hundred, i * frame.length, frame.length);
    }
    try {
      for (int i = 0; i < times; i += 100) {
        socket.raw().send(hundred);
      }
    } catch (UncheckedIOException cut) {
      // As it should be; what is looked at is that the node has let go.
    }
  }
}
