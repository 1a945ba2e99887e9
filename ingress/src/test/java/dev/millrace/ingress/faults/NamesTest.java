package dev.millrace.ingress.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.millrace.ingress.testing.Doors;
import dev.millrace.ingress.testing.GrpcClient;
import java.net.http.HttpResponse;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names that hide in a log, turn it around or look like others (CVE class "Trojan Source"). */
class NamesTest extends FaultTest {

  private static final List<String> HIDING =
      List.of(
          "a\\u0000b",
          "\\u0000",
          "a\\nb",
          "a\\r\\nb",
          "a\\u001b[2Jb",
          "a\\u202eb",
          "a\\u2066b",
          "a\\u200bb",
          "a\\ufeffb",
          "\u0430dmin",
          "a b",
          "a\\tb",
          "\\u007f",
          "\\ud83d\\ude00");

  private HttpResponse<String> submit(String fields) {
    return doors.send(doors.post("/v1/tasks", "{\"model\":\"sim\"," + fields + "}"));
  }

  private static void assertThatItIsRefused(HttpResponse<String> response, String field) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
    assertThat(Doors.json(response).get("field").asString()).isEqualTo(field);
  }

  @Test
  void a_session_is_of_letters_digits_and_two_marks() {
    for (String hiding : HIDING) {
      assertThatItIsRefused(submit("\"session\":\"" + hiding + "\""), "/session");
    }
    for (String other : List.of("", "a/b", "../a", "a.b", "a;b", "<a>", "x".repeat(65))) {
      assertThatItIsRefused(submit("\"session\":\"" + other + "\""), "/session");
    }
    for (String good : List.of("a", "Az09_-", "x".repeat(64))) {
      assertThat(submit("\"session\":\"" + good + "\"").statusCode()).isEqualTo(202);
    }
  }

  @Test
  void an_idempotency_key_is_visible() {
    for (String hiding : HIDING) {
      assertThatItIsRefused(submit("\"idempotency_key\":\"" + hiding + "\""), "/idempotency_key");
    }
    assertThatItIsRefused(
        submit("\"idempotency_key\":\"" + "x".repeat(256) + "\""), "/idempotency_key");
    assertThat(submit("\"idempotency_key\":\"" + "x".repeat(255) + "\"").statusCode())
        .isEqualTo(202);
  }

  @Test
  void a_model_is_visible_and_another_name_is_never_repeated() {
    for (String hiding : HIDING) {
      for (String path : List.of("/v1/tasks", "/v1/completions", "/v1/embeddings")) {
        var response =
            doors.send(
                doors.post(
                    path, "{\"model\":\"" + hiding + "\",\"prompt\":\"x\",\"input\":\"x\"}"));
        assertThat(response.statusCode()).as(hiding).isEqualTo(400);
        assertThat(response.body()).as(hiding).doesNotContain("\u202e", "\u0430", "\\u0000");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"%00", "a%00b", "%E2%80%AE", "%c0%af", "%ff", "..%2f..", "%zz", "%"})
  void a_path_that_hides_something_is_no_model(String name) {
    try (var client = doors.raw()) {
      client.send("GET /v2/models/" + name + "/ready HTTP/1.1\r\nhost: x\r\n" + KEY + "\r\n");
      assertThat(client.readResponse()).matches("HTTP/1.1 40[04] [^\0\u202e]*");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"80", "c080", "eda080", "ff", "00", "e280ae"})
  void a_model_on_grpc_is_visible_utf_8(String hex) {
    byte[] name = HexFormat.of().parseHex(hex);
    byte[] message =
        ByteString.copyFrom(new byte[] {0x0A, (byte) name.length})
            .concat(ByteString.copyFrom(name))
            .toByteArray();
    try (GrpcClient client = new GrpcClient(doors.port())) {
      var call = client.inference("ModelInfer").raw(GrpcClient.framed(message, false)).end();
      assertThat(call.code()).isIn(3, 5);
      assertThat(call.said()).doesNotContain("\u202e", "\0");
    }
  }

  @Test
  void a_ref_comes_back_byte_for_byte_and_has_a_longest() {
    try (var socket = doors.socket()) {
      socket.send("{\"op\":\"submit\",\"ref\":\"a\\u0000\\u202e\",\"model\":\"sim\"}");
      assertThat(socket.message().get("ref").asString()).isEqualTo("a\0\u202e");
      socket.send("{\"op\":\"submit\",\"ref\":\"" + "x".repeat(65) + "\",\"model\":\"sim\"}");
      assertThat(socket.message().get("op").asString()).isEqualTo("error");
    }
  }
}
