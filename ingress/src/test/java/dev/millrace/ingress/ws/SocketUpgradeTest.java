package dev.millrace.ingress.ws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ingress.IngressSettings.Connections;
import dev.millrace.ingress.IngressSettings.TransportKind;
import dev.millrace.ingress.testing.ClientFrame;
import dev.millrace.ingress.testing.Doors;
import dev.millrace.ingress.testing.FakeStream;
import dev.millrace.ingress.testing.Keys;
import dev.millrace.ingress.testing.RawClient;
import dev.millrace.ingress.testing.WsClient;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a connection becomes a socket, whatever it was before, and what it leaves behind. */
class SocketUpgradeTest {

  private static final String KEY = "authorization: Bearer " + Keys.ALICE;
  private static final String LIVE = "GET /livez HTTP/1.1\r\nhost: x\r\n\r\n";
  private static final String SUBMIT =
      "{\"op\":\"submit\",\"ref\":\"17\",\"model\":\"sim\",\"input\":{\"tokens\":2}}";
  private static final String TASK = "{\"model\":\"sim\",\"input\":{}}";

  private final Doors doors = new Doors();

  @AfterEach
  void close() {
    doors.close();
  }

  private static void works(WsClient socket) {
    assertThat(socket.status()).as(socket.answer()).isEqualTo(101);
    assertThat(socket.send(SUBMIT).message().get("op").asString()).isEqualTo("ack");
  }

  @Test
  void the_answer_proves_that_the_key_was_read() {
    try (WsClient socket = doors.socket()) {
      // The key and the proof of RFC 6455, 1.3.
      assertThat(socket.answer())
          .containsIgnoringCase("sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n")
          .containsIgnoringCase("upgrade: websocket\r\n")
          .containsIgnoringCase("connection: upgrade\r\n");
    }
  }

  @Test
  void a_connection_that_has_been_used_becomes_a_socket() {
    try (RawClient raw = doors.raw()) {
      for (int i = 0; i < 3; i++) {
        assertThat(raw.send(LIVE).readResponse()).startsWith("HTTP/1.1 200");
      }
      works(WsClient.over(raw, "/v1/ws", KEY));
    }
  }

  @Test
  void a_refused_client_may_try_again_on_the_same_connection() {
    try (RawClient raw = doors.raw()) {
      raw.send(WsClient.request("/v1/ws"));
      assertThat(raw.readResponse()).startsWith("HTTP/1.1 401").contains("unauthenticated");
      raw.send(WsClient.request("/v1/ws", KEY, "origin: https://evil.example"));
      assertThat(raw.readResponse()).startsWith("HTTP/1.1 403").contains("forbidden");
      works(WsClient.over(raw, "/v1/ws", KEY));
    }
  }

  @Test
  void an_upgrade_waits_for_the_answers_before_it() {
    try (RawClient raw = doors.raw()) {
      raw.send(
          "POST /v1/tasks HTTP/1.1\r\nhost: x\r\n"
              + KEY
              + "\r\nprefer: wait=5\r\ncontent-length: "
              + TASK.length()
              + "\r\n\r\n"
              + TASK
              + LIVE
              + WsClient.request("/v1/ws", KEY));
      doors.line.next().say("a").succeed("stop");
      assertThat(raw.readResponse()).startsWith("HTTP/1.1 200").contains("succeeded");
      assertThat(raw.readResponse()).startsWith("HTTP/1.1 200").endsWith("ok\n");
      works(WsClient.upgraded(raw, raw.readUntil("\r\n\r\n")));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void frames_that_come_with_the_request_are_read(boolean used) {
    byte[] head = WsClient.request("/v1/ws", KEY).getBytes(StandardCharsets.US_ASCII);
    byte[] frames = ClientFrame.text(SUBMIT, 0x01020304);
    byte[] all = new byte[head.length + 2 * frames.length];
    System.arraycopy(head, 0, all, 0, head.length);
    System.arraycopy(frames, 0, all, head.length, frames.length);
    System.arraycopy(frames, 0, all, head.length + frames.length, frames.length);
    try (RawClient raw = doors.raw()) {
      if (used) {
        assertThat(raw.send(LIVE).readResponse()).startsWith("HTTP/1.1 200");
      }
      raw.send(all);
      WsClient socket = WsClient.upgraded(raw, raw.readUntil("\r\n\r\n"));
      assertThat(socket.message().get("op").asString()).isEqualTo("ack");
      assertThat(socket.message().get("op").asString()).isEqualTo("ack");
      works(socket);
    }
  }

  @Test
  void a_request_may_come_byte_by_byte() {
    try (RawClient raw = doors.raw()) {
      for (byte each : WsClient.request("/v1/ws", KEY).getBytes(StandardCharsets.US_ASCII)) {
        raw.send(new byte[] {each});
      }
      WsClient socket = WsClient.upgraded(raw, raw.readUntil("\r\n\r\n"));
      for (byte each : ClientFrame.text(SUBMIT, 0x7F00FF80)) {
        raw.send(new byte[] {each});
      }
      assertThat(socket.message().get("op").asString()).isEqualTo("ack");
    }
  }

  @Test
  void several_frames_in_one_read_are_all_answered() {
    try (WsClient socket = doors.socket()) {
      byte[] one = ClientFrame.text("{\"op\":\"nothing\"}", 0x12345678);
      byte[] ten = new byte[10 * one.length];
      for (int i = 0; i < 10; i++) {
        System.arraycopy(one, 0, ten, i * one.length, one.length);
      }
      socket.raw().send(ten);
      for (int i = 0; i < 10; i++) {
        assertThat(socket.message().get("op").asString()).isEqualTo("error");
      }
      works(socket);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Connection: Upgrade, Connection: keep-alive, 400, connection",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==, X-No: key, 400, sec-websocket-key",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==, Sec-WebSocket-Key: c2hvcnQ=, 400, 16 bytes",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==, Sec-WebSocket-Key: %%, 400, 16 bytes",
    "Host: localhost, 'Host: localhost\r\nContent-Length: 5', 400, content-length",
    "Host: localhost, 'Host: localhost\r\nTransfer-Encoding: chunked', 400, content-length",
    "Sec-WebSocket-Version: 13, Sec-WebSocket-Version: 8, 426, 'expected: 13'",
    "Upgrade: websocket, Upgrade: other, 426, upgrade: websocket",
    "Upgrade: websocket, X-No: upgrade, 426, upgrade: websocket",
    "HTTP/1.1, HTTP/1.0, 426, upgrade: websocket",
  })
  void what_is_no_request_for_a_socket_is_told_so(
      String instead, String sent, int status, String told) {
    try (RawClient raw = doors.raw()) {
      raw.send(WsClient.request("/v1/ws", KEY).replace(instead, sent));
      String answer = raw.readResponse();
      assertThat(answer).contains(" " + status + " ").contains("problem+json").contains(told);
      if (status == 426) {
        assertThat(answer).containsIgnoringCase("sec-websocket-version: 13\r\n");
      }
    }
    try (WsClient next = doors.socket()) {
      works(next);
    }
  }

  @Test
  void tokens_among_others_and_in_any_case_are_found() {
    try (RawClient raw = doors.raw()) {
      raw.send(
          WsClient.request("/v1/ws", KEY)
              .replace("Upgrade: websocket", "upgrade: other, WebSocket")
              .replace("Connection: Upgrade", "connection: keep-alive\r\nConnection: x, UPGRADE"));
      assertThat(raw.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 101");
    }
  }

  @Test
  void a_post_is_told_that_a_get_is_expected() {
    var response = doors.send(doors.post("/v1/ws", "{}"));
    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("allow")).contains("GET");
  }

  @Test
  void a_request_without_an_upgrade_is_told_what_is_here() {
    assertThat(doors.get("/v1/ws").statusCode()).isEqualTo(426);
    assertThat(doors.sendHttp2(doors.request("/v1/ws")).statusCode()).isEqualTo(426);
  }

  @Test
  void the_operators_port_has_no_socket() {
    String key = "authorization: Bearer " + Keys.ADMIN;
    try (WsClient socket = WsClient.open(doors.server.operatorPort(), "/v1/ws", key)) {
      assertThat(socket.status()).isEqualTo(404);
    }
  }

  @ParameterizedTest
  @EnumSource(TransportKind.class)
  void every_transport_counts_sockets_and_forgets_them(TransportKind transport) {
    try (Doors here = new Doors(new Connections(8, 75_000, 15_000, 25_000), transport)) {
      for (int i = 0; i < 20; i++) {
        try (RawClient raw = here.raw()) {
          if (i % 2 == 0) {
            assertThat(raw.send(LIVE).readResponse()).startsWith("HTTP/1.1 200");
          }
          WsClient socket = WsClient.over(raw, "/v1/ws", KEY);
          works(socket);
          FakeStream stream = here.line.next();
          stream.say("é".repeat(40_000)).succeed("stop");
          assertThat(socket.message().get("text").asString()).hasSize(40_000);
          assertThat(socket.message().get("kind").asString()).isEqualTo("end");
          assertThat(here.gauges.read("millrace_sockets_open")).isBetween(1.0, 8.0);
          leave(socket, i);
        }
      }
      here.line.until(
          () ->
              here.gauges.read("millrace_connections_open") == 0
                  && here.gauges.read("millrace_sockets_open") == 0,
          () -> {});
    }
  }

  /** By goodbye, by fault, in the middle of a frame, or without a word. */
  private static void leave(WsClient socket, int way) {
    switch (way % 4) {
      case 0 -> {
        socket.frame(WsClient.CLOSE, true, new byte[] {3, (byte) 0xE8});
        assertThat(socket.closed()).isEqualTo(1_000);
        assertThat(socket.raw().readToEnd()).isEmpty();
      }
      case 1 -> {
        socket.raw().send(new byte[] {(byte) 0x81, 2, '{', '}'});
        assertThat(socket.closed()).isEqualTo(1_002);
      }
      case 2 -> socket.raw().send(new byte[] {(byte) 0x81, (byte) 0x85, 1, 2, 3, 4, 5});
      default -> {}
    }
  }

  @Test
  void a_node_that_goes_down_says_so() {
    try (Doors here = new Doors();
        WsClient socket = here.socket()) {
      works(socket);
      here.server.close();
      assertThat(socket.closed()).isEqualTo(1_012);
      assertThat(socket.raw().readToEnd()).isEmpty();
    }
  }
}
