package dev.millrace.ingress.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ingress.testing.Doors;
import dev.millrace.ingress.testing.WsClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** JSON that is none, too deep, too long or two things at once: the same 400 at every door. */
class JsonCorpusTest extends FaultTest {

  /** A door, and a good body with {@code %s} where a number may stand. */
  private record Door(String path, String body, String field) {}

  private static final List<Door> DOORS =
      List.of(
          new Door("/v1/tasks", "{\"model\":\"sim\",\"input\":{\"tokens\":%s}}", "/input"),
          new Door(
              "/v1/completions",
              "{\"model\":\"tale\",\"prompt\":\"x\",\"max_tokens\":%s}",
              "max_tokens"),
          new Door(
              "/v1/chat/completions",
              "{\"model\":\"scribe\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],"
                  + "\"max_tokens\":%s}",
              "max_tokens"),
          new Door(
              "/v1/embeddings",
              "{\"model\":\"minilm\",\"input\":\"x\",\"dimensions\":%s}",
              "dimensions"),
          new Door(
              "/v1/responses",
              "{\"model\":\"scribe\",\"input\":\"x\",\"max_output_tokens\":%s}",
              "max_output_tokens"),
          new Door(
              "/v2/models/card-fraud/infer",
              "{\"inputs\":[{\"name\":\"features\",\"shape\":[1,16],\"datatype\":\"FP32\","
                  + "\"data\":[%s,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]}]}",
              "/inputs"),
          new Door(
              "/v2/models/tale/generate",
              "{\"text_input\":\"x\",\"max_tokens\":%s}",
              "/max_tokens"));

  private static final List<String> NO_NUMBERS =
      List.of(
          "NaN",
          "nan",
          "Infinity",
          "-Infinity",
          "+Infinity",
          "inf",
          "1e400",
          "-1e400",
          "1E400",
          "1e999999999",
          "1e99999999999999999999",
          "1".repeat(65),
          "0." + "1".repeat(64),
          "01",
          "-01",
          "+1",
          ".5",
          "1.",
          "1e",
          "1e+",
          "-",
          "--1",
          "0x10",
          "1_000",
          "1,000",
          "\u0661",
          "1 2",
          "'1'",
          "\"\\uD800\"",
          "\"\\uDC00\\uD800\"",
          "[".repeat(100) + "]".repeat(100),
          "{\"a\":".repeat(100) + "1" + "}".repeat(100),
          "{\"a\":1,\"a\":1}",
          "{\"a\":1,\"\\u0061\":1}");

  private static final List<String> NO_OBJECTS =
      List.of(
          "",
          " ",
          "{",
          "}",
          "[]",
          "null",
          "\"x\"",
          "1",
          "{}{}",
          "{}x",
          "{,}",
          "{\"a\"}",
          "{\"a\":}",
          "{\"a\":1,}",
          "{a:1}",
          "{'a':1}",
          "{/**/}",
          "{}//",
          "\ufeff[]",
          "[".repeat(50_000),
          "{\"a\":".repeat(10_000),
          "{\"" + "n".repeat(300) + "\":1}",
          "{\"a\":\"\0\"}",
          "{\"a\":\"\n\"}",
          "{\"a\":\"\\x\"}",
          "{\"a\":1}\0");

  private static final List<String> NO_UTF_8 =
      List.of(
          "80", "c080", "c1bf", "e08080", "eda080", "edbfbf", "f08080af", "f4908080", "ff", "ce");

  private HttpResponse<String> post(Door door, byte[] body) {
    return doors.send(doors.request(door.path()).POST(BodyPublishers.ofByteArray(body)));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void what_is_no_document_is_refused_at_every_door() {
    SoftAssertions all = new SoftAssertions();
    for (Door door : DOORS) {
      for (String document : NO_OBJECTS) {
        all.assertThat(post(door, utf8(document)).statusCode())
            .as("%s: %s", door.path(), shown(document))
            .isEqualTo(400);
      }
    }
    all.assertAll();
  }

  @Test
  void what_is_no_number_is_refused_at_every_door_with_its_place() {
    SoftAssertions all = new SoftAssertions();
    for (Door door : DOORS) {
      for (String number : NO_NUMBERS) {
        HttpResponse<String> response = post(door, utf8(door.body().formatted(number)));
        String what = door.path() + " " + shown(number) + ": " + response.body();
        all.assertThat(response.statusCode()).as(what).isEqualTo(400);
        all.assertThat(place(response)).as(what).contains(door.field());
      }
    }
    all.assertAll();
  }

  /** The field as the door's dialect tells it. */
  private static String place(HttpResponse<String> response) {
    JsonNode json = Doors.json(response);
    if (json.has("field")) {
      return json.get("field").asString();
    }
    JsonNode error = json.path("error");
    return error.isObject() ? error.path("param").asString("") : error.asString("");
  }

  @Test
  void bytes_that_are_no_utf_8_are_refused_at_every_door() {
    SoftAssertions all = new SoftAssertions();
    for (Door door : DOORS) {
      for (String hex : NO_UTF_8) {
        byte[] before = utf8("{\"model\":\"sim\",\"x\":\"");
        byte[] bad = HexFormat.of().parseHex(hex);
        byte[] after = utf8("\"}");
        byte[] body = new byte[before.length + bad.length + after.length];
        System.arraycopy(before, 0, body, 0, before.length);
        System.arraycopy(bad, 0, body, before.length, bad.length);
        System.arraycopy(after, 0, body, before.length + bad.length, after.length);
        all.assertThat(post(door, body).statusCode()).as("%s: %s", door.path(), hex).isEqualTo(400);
      }
    }
    all.assertAll();
  }

  @Test
  void a_body_beyond_the_limit_is_413_at_every_door() {
    for (Door door : DOORS) {
      int limit =
          door.path().endsWith("/infer") ? Doors.LIMITS.tensorBytes() : Doors.LIMITS.jsonBytes();
      HttpResponse<String> response = post(door, utf8(" ".repeat(limit + 1)));
      assertThat(response.statusCode()).as(door.path()).isEqualTo(413);
      assertThat(response.body()).as(door.path()).contains(Integer.toString(limit));
    }
  }

  @Test
  void minus_zero_and_the_smallest_number_are_numbers() {
    Door infer = DOORS.get(5);
    for (String number : List.of("-0", "-0.0", "1e-400", "4.9e-324", "3.4e38")) {
      doors.line.behave(stream -> stream.succeed("stop"));
      assertThat(post(infer, utf8(infer.body().formatted(number))).statusCode())
          .as(number)
          .isNotEqualTo(400);
    }
  }

  @Test
  void on_a_socket_each_is_told_and_the_socket_goes_on() {
    for (String number : NO_NUMBERS) {
      try (WsClient socket = doors.socket()) {
        socket.send(
            "{\"op\":\"submit\",\"ref\":\"r\",\"model\":\"sim\",\"input\":{\"x\":%s}}"
                .formatted(number));
        JsonNode message = socket.message();
        assertThat(message.get("op").asString()).as(shown(number)).isEqualTo("error");
        assertThat(message.get("code").asString()).isEqualTo("invalid_argument");
        socket.send("{\"op\":\"submit\",\"ref\":\"g\",\"model\":\"sim\"}");
        assertThat(socket.message().get("op").asString()).isEqualTo("ack");
      }
    }
  }

  private static String shown(String text) {
    return text.length() <= 60 ? text : text.substring(0, 60) + "...";
  }
}
