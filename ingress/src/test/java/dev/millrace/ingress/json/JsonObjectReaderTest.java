package dev.millrace.ingress.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.millrace.domain.error.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class JsonObjectReaderTest {

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void skipAll(byte[] document) {
    try (JsonObjectReader json = new JsonObjectReader(document)) {
      while (json.nextField() != null) {
        json.skip();
      }
    }
  }

  /** Reads the one field {@code a} of an object. */
  private static <T> T value(String json, Function<JsonObjectReader, T> reading) {
    try (JsonObjectReader reader = new JsonObjectReader(utf8("{\"a\":" + json + "}"))) {
      assertThat(reader.nextField()).isEqualTo("a");
      T value = reading.apply(reader);
      assertThat(reader.nextField()).isNull();
      return value;
    }
  }

  private static float float32(String json) {
    return value(json, JsonObjectReader::float32);
  }

  private static byte[] raw(String json) {
    return value(json, JsonObjectReader::raw);
  }

  private static ProblemException refused(String json, Consumer<JsonObjectReader> reading) {
    Throwable thrown =
        catchThrowable(
            () ->
                value(
                    json,
                    reader -> {
                      reading.accept(reader);
                      return 0;
                    }));
    assertThat(thrown).as(json).isInstanceOf(ProblemException.class);
    return (ProblemException) thrown;
  }

  /** After the JSON Parsing Test Suite: names y_ must be taken. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        " {\t\"a\"\r:\n1 } ",
        "{\"\":0}",
        "{\"a\":[]}",
        "{\"a\":[[[]]]}",
        "{\"a\":{\"a\":{\"a\":1}}}",
        "{\"a\":-0}",
        "{\"a\":1E22}",
        "{\"a\":1e-2}",
        "{\"a\":123.456e78}",
        "{\"a\":-1}",
        "{\"a\":20e1}",
        "{\"a\":\"\\u0060\\u012a\\u12AB\"}",
        "{\"a\":\"\\uD801\\udc37\"}",
        "{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"}",
        "{\"a\":\"\\u0000\"}",
        "{\"a\":\"\\uFFFF\\uFDD0\"}",
        "{\"a\":\"\u2028\u2029\u007f\"}",
        "{\"a\":\"😀\"}",
        "{\"a\":true,\"b\":false,\"c\":null}",
        "{\"a\":[1,null,\"x\",{\"b\":[]}]}",
        "{\"a\":{\"x\":1},\"b\":{\"x\":1}}",
      })
  void what_is_well_formed_is_taken(String document) {
    skipAll(utf8(document));
  }

  /** After the JSON Parsing Test Suite: names n_ must be refused, and some that are open. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "}",
        "[",
        "[]",
        "null",
        "5",
        "\"a\"",
        "{}}",
        "{} x",
        "{}{}",
        "{,}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{\"a\":1,,}",
        "{\"a\" 1}",
        "{a:1}",
        "{'a':1}",
        "{1:1}",
        "{\"a\":'x'}",
        "{\"a\":01}",
        "{\"a\":-01}",
        "{\"a\":+1}",
        "{\"a\":1.}",
        "{\"a\":.5}",
        "{\"a\":1e}",
        "{\"a\":1e+}",
        "{\"a\":0x1}",
        "{\"a\":1_000}",
        "{\"a\":--1}",
        "{\"a\":NaN}",
        "{\"a\":Infinity}",
        "{\"a\":-Infinity}",
        "{\"a\":nul}",
        "{\"a\":TRUE}",
        "{\"a\":[1,]}",
        "{\"a\":[,1]}",
        "{\"a\":[1 2]}",
        "{\"a\":[1}",
        "{\"a\":{]}",
        "{\"a\":\"}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\u12\"}",
        "{\"a\":\"\\u12G4\"}",
        "{\"a\":\"\n\"}",
        "{\"a\":\"\t\"}",
        "{\"a\":\"\0\"}",
        "{\"a\":\"\\uD800\"}",
        "{\"a\":\"\\uDC00\"}",
        "{\"a\":\"\\uD800\\uD800\"}",
        "{\"a\":\"\\uDC00\\uD800\"}",
        "{\"a\":[{\"b\":[\"\\uD83D\"]}]}",
        "{\"a\":1,\"a\":2}",
        "{\"a\":{\"b\":1,\"b\":1}}",
        "{\"a\":1,\"\\u0061\":2}",
        "{\"a\":1}//x",
        "{/*x*/}",
        "#\n{}",
        "\ufeff[]",
      })
  void what_is_not_well_formed_is_refused_with_what_was_expected(String document) {
    assertThatThrownBy(() -> skipAll(utf8(document)))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("expected");
  }

  @ParameterizedTest
  @ValueSource(strings = {"c3", "c328", "eda080", "f5808080", "c080", "ff", "e28022", "f09f98"})
  void a_text_that_is_no_utf_8_is_refused(String hex) {
    byte[] bad = java.util.HexFormat.of().parseHex("7b2261223a22" + hex + "227d");
    assertThatThrownBy(() -> skipAll(bad)).isInstanceOf(ProblemException.class);
    byte[] nested = java.util.HexFormat.of().parseHex("7b2261223a5b22" + hex + "225d7d");
    assertThatThrownBy(() -> skipAll(nested)).isInstanceOf(ProblemException.class);
  }

  @Test
  void sixty_four_levels_are_taken_and_one_more_is_not() {
    skipAll(utf8("{\"a\":" + "[".repeat(63) + "]".repeat(63) + "}"));
    assertThatThrownBy(() -> skipAll(utf8("{\"a\":" + "[".repeat(64) + "]".repeat(64) + "}")))
        .hasMessageContaining("nesting deeper than 64");
    assertThatThrownBy(() -> skipAll(utf8("{\"a\":".repeat(100_000))))
        .hasMessageContaining("nesting deeper than 64");
  }

  @Test
  void names_and_numbers_have_a_longest() {
    assertThatThrownBy(() -> skipAll(utf8("{\"" + "n".repeat(300) + "\":1}")))
        .hasMessageContaining("name of more than 256");
    assertThatThrownBy(() -> skipAll(utf8("{\"a\":" + "1".repeat(100) + "}")))
        .hasMessageContaining("number of more than 64");
  }

  @Test
  void a_failure_says_where_but_never_quotes_a_text() {
    ProblemException refused = refused("\"a secret prompt\"", json -> json.whole(0, 9));
    assertThat(refused.problem().field()).isEqualTo("/a");
    assertThat(refused).hasMessage("/a: a text (expected: a whole number 0..9)");
    assertThatThrownBy(() -> skipAll(utf8("{\"a\":\"secret\\x\"}")))
        .hasMessageContaining("line 1, column")
        .hasMessageNotContaining("secret");
  }

  @ParameterizedTest
  @CsvSource({"0,0", "9,9", "-0,0"})
  void a_whole_number_within_bounds_is_taken(String json, long expected) {
    long found = value(json, reader -> reader.whole(0, 9));
    assertThat(found).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"-1", "10", "1.0", "1e0", "9223372036854775808", "null", "true", "[]", "\"1\""})
  void any_other_is_not(String json) {
    refused(json, reader -> reader.whole(0, 9));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e400", "-1e400", "2.1", "-0.1", "null", "\"1\"", "1e999999999"})
  void a_number_out_of_bounds_is_refused(String json) {
    refused(json, reader -> reader.number(0, 2));
  }

  @Test
  void floats_are_rounded_once_and_never_infinite() {
    assertThat(float32("0.1")).isEqualTo(0.1f);
    assertThat(float32("-0.0")).isEqualTo(-0.0f);
    assertThat(float32("16777217")).isEqualTo(16_777_216f);
    assertThat(float32("1e-60")).isZero();
    refused("3.5e38", JsonObjectReader::float32);
    refused("\"1\"", JsonObjectReader::float32);
  }

  @Test
  void unsigned_numbers_have_64_bits() {
    long most = value("18446744073709551615", JsonObjectReader::unsigned);
    assertThat(most).isEqualTo(-1L);
    refused("18446744073709551616", JsonObjectReader::unsigned);
    refused("-1", JsonObjectReader::unsigned);
    refused("1.0", JsonObjectReader::unsigned);
  }

  @Test
  void elements_are_named_by_their_place() {
    List<String> pointers = new ArrayList<>();
    value(
        "[{\"b\":1},{\"b\":[2,3]}]",
        reader -> {
          reader.elements(
              9,
              () -> {
                JsonObjectReader inner = reader.object();
                while (inner.nextField() != null) {
                  pointers.add(inner.pointer());
                  inner.skip();
                }
              });
          return pointers.add(reader.pointer());
        });
    assertThat(pointers).containsExactly("/a/0/b", "/a/1/b", "/a");
  }

  @Test
  void an_array_may_not_be_longer_than_allowed() {
    ProblemException refused = refused("[1,2,3]", reader -> reader.elements(2, reader::skip));
    assertThat(refused.problem().field()).isEqualTo("/a");
  }

  @Test
  void scalars_are_met_in_order_whatever_their_nesting() {
    List<Long> met = new ArrayList<>();
    value(
        "[[1,[2]],[],3,[[[4]]]]",
        reader -> {
          reader.scalars(() -> met.add(reader.whole(0, 9)));
          return 0;
        });
    assertThat(met).containsExactly(1L, 2L, 3L, 4L);
    assertThat(refused("[1,[2,\"x\"]]", reader -> reader.scalars(() -> reader.whole(0, 9))))
        .hasMessageStartingWith("/a/2: a text");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "-1.5e3",
        "\"x\"",
        "\"gr\u00fc\u00dfe \\u0041\"",
        "null",
        "true",
        "[1, 2]",
        "{ \"b\" : [ ] }",
        "\"\"",
        "0"
      })
  void raw_is_the_value_byte_for_byte(String json) {
    assertThat(raw(json)).isEqualTo(utf8(json));
    assertThat(raw(" " + json + " ")).isEqualTo(utf8(json));
  }

  @Test
  void a_value_put_aside_is_read_under_its_old_name() {
    try (JsonObjectReader late = JsonObjectReader.ofField("data", utf8("[1,\"x\"]"), "/inputs/3")) {
      late.nextField();
      assertThatThrownBy(() -> late.scalars(late::float32))
          .hasMessageStartingWith("/inputs/3/data/1: a text");
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void mutilated_documents_are_taken_or_refused_as_another_parser_does(long seed) {
    byte[] good =
        utf8(
            "{\"model\":\"sim\",\"input\":{\"a\":[1,2.5e3,-0],\"b\":\"gr\u00fc\u00df\\ud83d\\ude00\"},"
                + "\"stream\":true,\"x\":null}");
    JsonMapper other = JsonMapper.builder().build();
    Random random = new Random(seed);
    for (int i = 0; i < 3_000; i++) {
      byte[] bad = good.clone();
      for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
        bad[random.nextInt(bad.length)] =
            (byte)
                (random.nextBoolean()
                    ? random.nextInt(256)
                    : "{}[]\",:\\0e-".charAt(random.nextInt(11)));
      }
      Throwable thrown = catchThrowable(() -> skipAll(bad));
      if (thrown == null) {
        assertThat(other.readTree(bad).isObject()).isTrue();
      } else {
        assertThat(thrown).as("seed %s, round %s", seed, i).isInstanceOf(ProblemException.class);
      }
    }
  }
}
