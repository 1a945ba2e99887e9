package dev.millrace.runtime.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.tensor.Tensor;
import dev.millrace.runtime.json.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JsonParser;

/** Texts and image files, from JSON and from tensors. */
class FieldReaderTest {

  private static final FieldReader TEXTS = new FieldReader.OfTexts("/input/text", 3);
  private static final FieldReader IMAGES = new FieldReader.OfImages("/input/image", 3);

  private static Column read(FieldReader reader, String json) {
    try (JsonParser parser = StrictJson.open(json.getBytes(StandardCharsets.UTF_8))) {
      parser.nextToken();
      return reader.read(parser);
    }
  }

  private static Problem refused(FieldReader reader, String json) {
    var thrown = catchThrowableOfType(ProblemException.class, () -> read(reader, json));
    assertThat(thrown).as(json + " was taken").isNotNull();
    return thrown.problem();
  }

  private static Problem refused(FieldReader reader, Tensor tensor) {
    var thrown = catchThrowableOfType(ProblemException.class, () -> reader.read(tensor));
    assertThat(thrown).as(tensor + " was taken").isNotNull();
    return thrown.problem();
  }

  @Test
  void a_text_alone_is_a_row_and_a_list_is_a_row_each() {
    assertThat(((Column.Texts) read(TEXTS, "\"ž\"")).values()).containsExactly("ž");
    assertThat(((Column.Texts) read(TEXTS, "[\"\",\"a\",\"\\ud83d\\ude00\"]")).values())
        .containsExactly("", "a", "😀");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[]             | /input/text: an empty list (expected: a text or a list of texts)",
        "7              | /input/text: an integer (expected: a text or a list of texts)",
        "{}             | /input/text: an object (expected: a text or a list of texts)",
        "[\"a\",null]   | /input/text/1: null (expected: a text or a list of texts)",
        "[\"a\",[\"b\"]] | /input/text/1: a list (expected: a text or a list of texts)",
        "\"\\ud83d\"    | /input/text: half of a surrogate pair (expected: whole characters)",
        "[\"a\",\"\\ude00b\"] | /input/text/1: half of a surrogate pair (expected: whole characters)"
      })
  void what_is_no_text_is_told_by_its_place(String json, String message) {
    assertThat(refused(TEXTS, json).message()).isEqualTo(message);
  }

  @Test
  void as_many_as_the_limit_and_not_one_more() {
    assertThat(read(TEXTS, "[\"a\",\"b\",\"c\"]").rows()).isEqualTo(3);
    Problem problem = refused(TEXTS, "[\"a\",\"b\",\"c\",\"d\"]");
    assertThat(problem.code()).isEqualTo(ErrorCode.TOO_LARGE);
    assertThat(problem.message()).isEqualTo("/input/text: 4 rows (expected: at most 3)");
    Tensor many = Tensor.ofTexts("text", new long[] {4}, List.of("a", "b", "c", "d"));
    assertThat(refused(TEXTS, many).code()).isEqualTo(ErrorCode.TOO_LARGE);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void a_tensor_of_texts_may_be_a_row_or_a_column(int dimensions) {
    long[] shape = dimensions == 1 ? new long[] {2} : new long[] {2, 1};
    Column column = TEXTS.read(Tensor.ofTexts("text", shape, List.of("a", "ž")));
    assertThat(((Column.Texts) column).values()).containsExactly("a", "ž");
  }

  @Test
  void a_tensor_that_is_not_of_such_texts_is_refused_with_what_it_is() {
    assertThat(refused(TEXTS, Tensor.ofTexts("t", new long[] {1, 2}, List.of("a", "b"))).message())
        .isEqualTo("/input/text: BYTES [1, 2] (expected: BYTES [N] or [N, 1], N at least 1)");
    assertThat(refused(TEXTS, Tensor.ofTexts("t", new long[] {0}, List.of())).message())
        .contains("BYTES [0]");
    assertThat(refused(TEXTS, Tensor.ofLongs("t", new long[] {1}, new long[1])).message())
        .contains("INT64 [1]");
    byte[] broken = {'a', (byte) 0xC3};
    Tensor bytes =
        Tensor.ofBlobs("t", new long[] {2}, List.of("a".getBytes(StandardCharsets.UTF_8), broken));
    assertThat(refused(TEXTS, bytes).message())
        .isEqualTo("/input/text/1: bytes that are not UTF-8 (expected: UTF-8 text)");
  }

  @Test
  void an_image_is_base64_or_a_data_url_of_it() {
    Column column = read(IMAGES, "[\"AQID\",\"data:image/png;base64,AQID\",\"\"]");
    assertThat(((Column.Files) column).values())
        .satisfiesExactly(
            file -> assertThat(file).containsExactly(1, 2, 3),
            file -> assertThat(file).containsExactly(1, 2, 3),
            file -> assertThat(file).isEmpty());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"data:image/png,AQID\"  | /input/image: a data: URL without ;base64,",
        "\"data:AQID\"            | /input/image: a data: URL without ;base64,",
        "\"https://x.example/a\"  | /input/image: a text that is not base64",
        "\"AQI*\"                 | /input/image: a text that is not base64",
        "\"ž\"                    | /input/image: a text that is not base64",
        "[\"AQID\",\"A\"]         | /input/image/1: a text that is not base64",
        "7                        | /input/image: an integer"
      })
  void what_is_no_image_is_told_without_showing_it(String json, String message) {
    assertThat(refused(IMAGES, json).message()).startsWith(message).contains("(expected: base64");
  }

  @Test
  void files_in_a_tensor_are_taken_as_they_are() {
    byte[] file = {1, 2, (byte) 0xFF};
    Column column = IMAGES.read(Tensor.ofBlobs("image", new long[] {1}, List.of(file)));
    assertThat(((Column.Files) column).values().getFirst()).isEqualTo(file);
  }
}
