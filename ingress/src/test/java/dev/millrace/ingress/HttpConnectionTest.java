package dev.millrace.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ingress.testing.Doors;
import dev.millrace.ingress.testing.Keys;
import dev.millrace.ingress.testing.RawClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every connection is held to, whatever door it asks for. */
class HttpConnectionTest {

  private static final String TASK = "{\"model\":\"sim\",\"input\":{}}";
  private static final String HEAD =
      "POST /v1/tasks HTTP/1.1\r\nhost: x\r\nauthorization: Bearer " + Keys.ALICE + "\r\n";

  private final Doors doors = new Doors();

  @AfterEach
  void close() {
    doors.close();
  }

  private static String submit(String body) {
    return HEAD + "content-length: " + body.length() + "\r\n\r\n" + body;
  }

  @Test
  void pipelined_requests_are_answered_in_their_order() {
    try (RawClient client = doors.raw()) {
      String wait = HEAD + "prefer: wait=5\r\ncontent-length: " + TASK.length() + "\r\n\r\n" + TASK;
      client.send(wait + submit("{") + "GET /livez HTTP/1.1\r\nhost: x\r\n\r\n");
      doors.line.next().say("a").succeed("stop");
      assertThat(client.readResponse()).startsWith("HTTP/1.1 200").contains("succeeded");
      assertThat(client.readResponse()).startsWith("HTTP/1.1 400").contains("problem+json");
      assertThat(client.readResponse()).startsWith("HTTP/1.1 200").endsWith("ok\n");
    }
  }

  @Test
  void a_request_that_is_refused_before_its_body_does_not_disturb_the_next() {
    String body = "x".repeat(5_000);
    try (RawClient client = doors.raw()) {
      for (int i = 0; i < 3; i++) {
        client.send(
            "POST /v1/tasks HTTP/1.1\r\nhost: x\r\ncontent-length: 5000\r\n\r\n"
                + body
                + "POST /nowhere HTTP/1.1\r\nhost: x\r\ncontent-length: 5000\r\n\r\n"
                + body
                + "PUT /v1/tasks HTTP/1.1\r\nhost: x\r\ncontent-length: 5000\r\n\r\n"
                + body);
      }
      client.send(submit(TASK));
      for (int i = 0; i < 3; i++) {
        assertThat(client.readResponse()).startsWith("HTTP/1.1 401");
        assertThat(client.readResponse()).startsWith("HTTP/1.1 404");
        assertThat(client.readResponse()).startsWith("HTTP/1.1 405");
      }
      assertThat(client.readResponse()).startsWith("HTTP/1.1 202");
    }
  }

  @Test
  void who_is_refused_and_goes_on_sending_is_cut_off() {
    try (RawClient client = doors.raw()) {
      client.send("POST /v1/tasks HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n");
      assertThat(client.readResponse()).startsWith("HTTP/1.1 401");
      client.send("1\r\na\r\n");
      doors.clock.advance(Duration.ofSeconds(3));
      assertThat(client.readToEnd()).isEmpty();
    }
  }

  @Test
  void an_unknown_path_is_told_in_our_dialect() {
    var response = doors.get("/v1/nothing?x=1");
    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(response.headers().firstValue("content-type")).contains("application/problem+json");
    assertThat(Doors.json(response).get("code").asString()).isEqualTo("not_found");
  }

  @ParameterizedTest
  @CsvSource({
    "DELETE,/v1/tasks,'GET, POST'",
    "PUT,/v1/completions,POST",
    "POST,/v1/models,GET",
    "GET,/v2/models/tale/infer,POST",
    "POST,/livez,GET"
  })
  void another_method_is_told_which_ones_there_are(String method, String path, String allowed) {
    var response =
        doors.send(
            doors.request(path).method(method, java.net.http.HttpRequest.BodyPublishers.noBody()));
    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("allow").orElse("").split(", "))
        .containsExactlyInAnyOrder(allowed.split(", "));
    assertThat(response.body()).contains(method);
  }

  @Test
  void a_405_says_405_in_its_body_too() {
    var response = doors.send(doors.request("/v1/tasks").DELETE());
    assertThat(Doors.json(response).get("status").asInt()).isEqualTo(405);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/tasks", "/v1/completions", "/v1/embeddings"})
  void a_body_beyond_the_limit_is_too_large_and_said_so(String path) {
    var response = doors.send(doors.post(path, " ".repeat((64 << 10) + 1)));
    assertThat(response.statusCode()).isEqualTo(413);
    assertThat(response.body()).contains("too_large", "65536");
  }

  @Test
  void a_body_far_beyond_the_limit_still_reads_its_answer() {
    var response = doors.send(doors.post("/v1/tasks", " ".repeat(8 << 20)));
    assertThat(response.statusCode()).isEqualTo(413);
    assertThat(doors.sendHttp2(doors.post("/v1/tasks", " ".repeat(8 << 20))).statusCode())
        .isEqualTo(413);
  }

  @Test
  void a_body_that_says_it_is_too_large_is_not_asked_for() {
    try (RawClient client = doors.raw()) {
      client.send(HEAD + "expect: 100-continue\r\ncontent-length: 65537\r\n\r\n");
      assertThat(client.readResponse())
          .startsWith("HTTP/1.1 413")
          .contains("a body of 65537 bytes (expected: at most 65536)");
    }
  }

  @Test
  void a_tensor_body_has_the_larger_limit() {
    String inputs = "{\"inputs\":[" + " ".repeat(100 << 10) + "]}";
    assertThat(doors.send(doors.post("/v2/models/card-fraud/infer", inputs)).statusCode())
        .isEqualTo(400);
    assertThat(
            doors
                .send(doors.post("/v2/models/card-fraud/infer", " ".repeat((256 << 10) + 1)))
                .statusCode())
        .isEqualTo(413);
  }

  @Test
  void a_body_that_does_not_arrive_is_given_up() {
    try (RawClient client = doors.raw()) {
      client.send(HEAD + "content-length: 100\r\n\r\n{");
      client.send("\"");
      // The look for late bodies comes once a second, after this request has begun.
      client.send("m");
      assertThat(doors.get("/livez").statusCode()).isEqualTo(200);
      doors.clock.advance(Duration.ofSeconds(6));
      assertThat(client.readResponse()).startsWith("HTTP/1.1 400").contains("within 5000 ms");
      assertThat(doors.get("/livez").statusCode()).isEqualTo(200);
      doors.clock.advance(Duration.ofSeconds(6));
      assertThat(client.readToEnd()).isEmpty();
    }
  }

  @Test
  void a_connection_that_never_asks_is_closed() {
    try (RawClient client = doors.raw()) {
      client.send("GET /livez HTT");
      assertThat(doors.get("/livez").statusCode()).isEqualTo(200);
      doors.clock.advance(Duration.ofSeconds(11));
      assertThat(client.readToEnd()).isEmpty();
    }
  }

  @Test
  void a_later_head_that_drips_is_closed_too() {
    try (RawClient client = doors.raw()) {
      client.send("GET /livez HTTP/1.1\r\nhost: x\r\n\r\n");
      assertThat(client.readResponse()).startsWith("HTTP/1.1 200");
      doors.clock.advance(Duration.ofSeconds(60));
      client.send("GET /livez HTTP/1.1\r\nhost: x\r\n\r\nGET /liv");
      assertThat(client.readResponse()).startsWith("HTTP/1.1 200");
      client.send("ez");
      assertThat(doors.get("/livez").statusCode()).isEqualTo(200);
      doors.clock.advance(Duration.ofSeconds(11));
      assertThat(client.readToEnd()).isEmpty();
    }
  }

  @Test
  void a_body_in_many_tiny_chunks_is_read_like_any_other() {
    StringBuilder chunks = new StringBuilder();
    for (byte each : TASK.getBytes(StandardCharsets.UTF_8)) {
      chunks.append("1\r\n").append((char) each).append("\r\n");
    }
    try (RawClient client = doors.raw()) {
      client.send(HEAD + "transfer-encoding: chunked\r\n\r\n" + chunks + "0\r\n\r\n");
      assertThat(client.readResponse()).startsWith("HTTP/1.1 202");
    }
  }

  @Test
  void a_packed_body_is_refused() {
    var response = doors.send(doors.post("/v1/tasks", TASK).header("content-encoding", "gzip"));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("content-encoding", "gzip");
  }

  @Test
  void a_request_id_is_echoed_when_it_may_stand_in_a_log() {
    assertThat(
            doors
                .send(doors.request("/livez").header("x-request-id", "abc-DEF_1"))
                .headers()
                .firstValue("x-request-id"))
        .contains("abc-DEF_1");
    assertThat(
            doors
                .send(doors.request("/livez").header("x-request-id", "<script>"))
                .headers()
                .firstValue("x-request-id")
                .orElse(""))
        .startsWith("req_");
  }

  @Test
  void an_unknown_version_is_told_in_our_dialect() {
    try (RawClient client = doors.raw()) {
      client.send("GET /livez HTTP/9.9\r\nhost: x\r\n\r\n");
      assertThat(client.readToEnd())
          .contains(" 505 ", "problem+json", "this version of HTTP (expected: 1.1 or 2)");
    }
  }

  static java.util.List<String> malformed() {
    String key = "authorization: Bearer " + Keys.ALICE + "\r\n";
    String start = "POST /v1/tasks HTTP/1.1\r\nhost: x\r\n" + key;
    return java.util.List.of(
        start + "content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        start + "transfer-encoding: chunked\r\ncontent-length: 5\r\n\r\n0\r\n\r\n",
        start + "content-length: 5\r\ncontent-length: 6\r\n\r\nhello",
        start + "content-length: 5, 6\r\n\r\nhello",
        start + "content-length: -5\r\n\r\nhello",
        start + "content-length: +5\r\n\r\nhello",
        start + "content-length: 5x\r\n\r\nhello",
        start + "content-length: 0x5\r\n\r\nhello",
        start + "content-length: 99999999999999999999\r\n\r\nhello",
        start + "content-length : 5\r\n\r\nhello",
        start + "transfer-encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n",
        start + "transfer-encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n",
        start + "transfer-encoding: chunked\r\n\r\nffffffffffffffff\r\nhello\r\n0\r\n\r\n",
        start + "transfer-encoding: gzip, chunked, chunked\r\n\r\n0\r\n\r\n",
        start + "transfer-encoding: xchunked\r\ncontent-length: 3\r\n\r\n{} ",
        start + "bad header\r\n\r\n",
        start + "x\u0000y: 1\r\n\r\n",
        start + "x-a: \u0000\r\n\r\n",
        start + "x-long: " + "y".repeat(20_000) + "\r\n\r\n",
        "GET /" + "a".repeat(9_000) + " HTTP/1.1\r\nhost: x\r\n\r\n",
        "GET /livez HTTP/9.9\r\nhost: x\r\n\r\n",
        "GET  /livez  HTTP/1.1 x\r\nhost: x\r\n\r\n",
        "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\r\n\r\n",
        "nonsense\r\n\r\n");
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void what_is_no_request_is_refused_and_the_line_is_closed(String bytes) {
    try (RawClient client = doors.raw()) {
      client.send(bytes + "GET /livez HTTP/1.1\r\nhost: x\r\n\r\n");
      doors.clock.advance(Duration.ofSeconds(60));
      String answer = client.readToEnd();
      assertThat(answer).doesNotContain("HTTP/1.1 202").doesNotContain("\r\n\r\nok\n");
      assertThat(doors.line.nothingAccepted()).isTrue();
    }
    assertThat(doors.get("/livez").statusCode()).isEqualTo(200);
  }
}
