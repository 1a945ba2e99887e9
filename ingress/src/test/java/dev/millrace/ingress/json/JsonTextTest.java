package dev.millrace.ingress.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ingress.testing.Doors;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class JsonTextTest {

  @Test
  void commas_stand_between_and_nowhere_else() {
    JsonText json = new JsonText();
    json.beginObject().field("a", 1).name("b").beginArray().value("x").value(true).nullValue();
    json.beginArray().endArray().beginObject().endObject().endArray();
    json.field("c", false).name("d").raw("[1]").endObject();
    assertThat(json.toString())
        .isEqualTo("{\"a\":1,\"b\":[\"x\",true,null,[],{}],\"c\":false,\"d\":[1]}");
  }

  @Test
  void a_cleared_text_begins_anew() {
    JsonText json = new JsonText();
    json.beginArray().value(1);
    assertThat(json.clear().beginArray().value(2).endArray().toString()).isEqualTo("[2]");
  }

  @Test
  void a_beginning_written_before_takes_a_value() {
    JsonText json = new JsonText();
    json.begin("{\"seq\":").value(5).field("b", "c").endObject();
    assertThat(json.toString()).isEqualTo("{\"seq\":5,\"b\":\"c\"}");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 7, -7, 10, 99, -100, 1_234_567_890_123L, Long.MAX_VALUE, Long.MIN_VALUE})
  void a_whole_number_has_all_its_digits(long value) {
    assertThat(new JsonText(0).value(value).toString()).isEqualTo(Long.toString(value));
  }

  @Test
  void the_bytes_are_the_text_and_a_beginning_may_be_kept_as_bytes() {
    JsonText json = new JsonText(1);
    byte[] beginning = json.beginObject().field("grüße", "😀").name("n").toUtf8();
    json.clear().begin(beginning).value(-5).endObject();
    assertThat(new String(json.utf8(), 0, json.size(), StandardCharsets.UTF_8))
        .isEqualTo("{\"grüße\":\"😀\",\"n\":-5}")
        .isEqualTo(json.toString());
  }

  @Test
  void a_large_text_is_written_whole_and_not_kept_when_it_is_cleared() {
    JsonText json = new JsonText(16);
    String text = "aé\n".repeat(100_000);
    assertThat(Doors.json(json.value(text).toString()).asString()).isEqualTo(text);
    assertThat(json.clear().value("next").toString()).isEqualTo("\"next\"");
    assertThat(json.utf8()).hasSizeLessThanOrEqualTo(64 << 10);
  }

  @ParameterizedTest
  @CsvSource({
    "0.1,0.1", "1,1.0", "-0.0,-0.0", "3.4028235E38,3.4028235E38", "1.4E-45,1.4E-45",
    "0.3,0.3", "16777216,1.6777216E7", "NaN,null", "Infinity,null", "-Infinity,null"
  })
  void a_float_has_its_shortest_digits(float value, String text) {
    assertThat(new JsonText().value(value).toString()).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"0.1,0.1", "1E400,null", "4.9E-324,4.9E-324", "NaN,null"})
  void a_double_has_its_shortest_digits(double value, String text) {
    assertThat(new JsonText().value(value).toString()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "plain", "\"\\/\b\f\n\r\t", "\0\u001f", "grüße 😀", "\u2028\uffff"})
  void every_text_comes_back(String text) {
    JsonNode back = Doors.json(new JsonText().value(text).toString());
    assertThat(back.asString()).isEqualTo(text);
  }

  @Test
  void half_a_surrogate_pair_is_escaped_since_utf_8_cannot_say_it() {
    byte[] bytes = new JsonText().value("a\ud800b\udc00").toUtf8();
    assertThat(new String(bytes, StandardCharsets.UTF_8)).isEqualTo("\"a\\ud800b\\udc00\"");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void any_sequence_of_characters_comes_back(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 2_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(20); length > 0; length--) {
        int kind = random.nextInt(4);
        text.appendCodePoint(
            kind == 0
                ? random.nextInt(0x20)
                : kind == 1 ? random.nextInt(0x80) : 0xE000 + random.nextInt(0x10FFFF - 0xE000));
      }
      String written = new JsonText().name(text.toString()).toString();
      assertThat(written).endsWith(":");
      String value = new JsonText().value(text.toString()).toString();
      assertThat(Doors.json(value).asString()).isEqualTo(text.toString());
    }
  }
}
