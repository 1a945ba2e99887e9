package dev.millrace.runtime.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.tensor.DataType;
import dev.millrace.domain.tensor.Tensor;
import dev.millrace.runtime.json.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JsonParser;

/**
 * Numbers as callers may write them: one row, many rows, by name; all else is told by its place.
 */
class NumberReaderTest {

  private static final String FIELD = "/input/x";
  private static final int MOST_ROWS = 100;

  private static NumberReader floats(long... row) {
    return new NumberReader(FIELD, DataType.FP32, row, List.of(), MOST_ROWS);
  }

  private static NumberReader longs(long... row) {
    return new NumberReader(FIELD, DataType.INT64, row, List.of(), MOST_ROWS);
  }

  private static NumberReader named(String... names) {
    return new NumberReader(
        FIELD, DataType.FP32, new long[] {names.length}, List.of(names), MOST_ROWS);
  }

  private static Column read(FieldReader reader, String json) {
    try (JsonParser parser = StrictJson.open(json.getBytes(StandardCharsets.UTF_8))) {
      parser.nextToken();
      Column column = reader.read(parser);
      assertThat(parser.nextToken()).as("it stands on its last token").isNull();
      return column;
    }
  }

  private static Problem refused(FieldReader reader, String json) {
    var thrown = catchThrowableOfType(ProblemException.class, () -> read(reader, json));
    assertThat(thrown).as(json + " was taken").isNotNull();
    return thrown.problem();
  }

  private static void assertFloats(Column column, long[] shape, float... values) {
    assertThat(((Column.Floats) column).shape()).containsExactly(shape);
    assertThat(((Column.Floats) column).values()).containsExactly(values);
  }

  @Test
  void a_row_of_one_is_a_number_and_rows_are_a_list_of_them() {
    assertFloats(read(floats(), "1.5"), new long[] {1}, 1.5f);
    assertFloats(read(floats(), "[1, 2.5, -3e2]"), new long[] {3}, 1, 2.5f, -300);
  }

  @Test
  void a_row_of_some_is_a_list_and_rows_are_a_list_of_lists() {
    assertFloats(read(floats(2), "[1, 2]"), new long[] {1, 2}, 1, 2);
    assertFloats(read(floats(2), "[[1, 2], [3, 4], [5, 6]]"), new long[] {3, 2}, 1, 2, 3, 4, 5, 6);
    assertFloats(read(floats(1), "[7]"), new long[] {1, 1}, 7);
    assertFloats(read(floats(1), "[[7],[8]]"), new long[] {2, 1}, 7, 8);
  }

  @Test
  void rows_of_more_dimensions_always_come_as_a_list_of_rows() {
    assertFloats(read(floats(2, 2), "[[[1,2],[3,4]]]"), new long[] {1, 2, 2}, 1, 2, 3, 4);
    assertFloats(read(floats(1, 2), "[[[1,2]],[[3,4]]]"), new long[] {2, 1, 2}, 1, 2, 3, 4);
    assertThat(refused(floats(2, 2), "[[1,2],[3,4]]").message())
        .isEqualTo(FIELD + ": an integer (expected: [2, 2] numbers, or a list of such rows)");
  }

  @Test
  void named_rows_come_in_any_order_and_what_is_not_named_is_passed_over() {
    assertFloats(read(named("a", "b"), "{\"b\":2,\"a\":1}"), new long[] {1, 2}, 1, 2);
    assertFloats(
        read(named("a", "b"), "[{\"x\":{\"a\":9},\"a\":1,\"b\":2},{\"b\":4,\"y\":[1],\"a\":3}]"),
        new long[] {2, 2},
        1,
        2,
        3,
        4);
    assertFloats(read(named("a", "b"), "[5, 6]"), new long[] {1, 2}, 5, 6);
    assertFloats(
        read(named("a", "b"), "[[5, 6],{\"a\":7,\"b\":8}]"), new long[] {2, 2}, 5, 6, 7, 8);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"a\":1}          | /input/x/b: absent (expected: a number)",
        "{}                 | absent (expected: a number)",
        "{\"a\":1,\"b\":\"2\"} | /input/x/0/1: a text (expected: a number)",
        "[{\"a\":1,\"b\":2},{\"a\":null,\"b\":2}] | /input/x/1/0: null (expected: a number)",
        "[1]                | /input/x: 1 numbers (expected: 2 numbers)",
        "[1,2,3]            | /input/x: more than 2 numbers in a row",
        "[[1,2],[3]]        | /input/x: 1 numbers (expected: 2 numbers)",
        "[[1,2],3]          | /input/x: an integer (expected: [2] numbers or an object of them",
        "[]                 | /input/x: an empty list",
        "[[]]               | /input/x: 0 numbers (expected: 2 numbers)",
        "7                  | /input/x: an integer",
        "null               | /input/x: null",
        "true               | /input/x: a truth value",
        "\"7\"              | /input/x: a text",
        "[1,[2]]            | /input/x/0/1: a list (expected: a number)",
        "[1,true]           | /input/x/0/1: a truth value (expected: a number)"
      })
  void what_does_not_fit_is_told_by_its_place_with_what_was_found(String json, String message) {
    Problem problem = refused(named("a", "b"), json);
    assertThat(problem.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(problem.message()).contains(message);
    assertThat(problem.field()).startsWith(FIELD);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"3.5e38", "-3.5e38", "1e400", "123456789012345678901234567890123456789012"})
  void a_number_beyond_float32_is_refused_and_never_becomes_infinite(String number) {
    assertThat(refused(floats(), number).message()).contains("a number beyond float32");
  }

  @ParameterizedTest
  @ValueSource(strings = {"3.4e38", "-3.4028234e38", "1e-50", "0", "-0.0", "9007199254740993"})
  void what_float32_can_say_is_the_nearest_that_it_can(String number) {
    assertFloats(read(floats(), number), new long[] {1}, (float) Double.parseDouble(number));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MAX_VALUE, Long.MIN_VALUE, 9_007_199_254_740_993L})
  void integers_of_64_bits_are_kept_to_the_last_bit(long value) {
    Column.Longs column = (Column.Longs) read(longs(), "[" + value + "]");
    assertThat(column.values()).containsExactly(value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"9223372036854775808", "-9223372036854775809", "1.0", "1e3", "\"1\""})
  void what_is_no_integer_of_64_bits_is_refused(String number) {
    assertThat(refused(longs(), number).message()).contains("(expected: an integer of 64 bits)");
  }

  @Test
  void as_many_rows_as_the_limit_and_not_one_more() {
    String row = "[1,2],";
    String most = "[" + row.repeat(MOST_ROWS - 1) + "[1,2]]";
    assertThat(read(floats(2), most).rows()).isEqualTo(MOST_ROWS);
    Problem problem = refused(floats(2), "[" + row.repeat(MOST_ROWS) + "[1,2]]");
    assertThat(problem.code()).isEqualTo(ErrorCode.TOO_LARGE);
    assertThat(problem.message()).isEqualTo(FIELD + ": 101 rows (expected: at most 100)");
    assertThat(refused(floats(), "[" + "1,".repeat(MOST_ROWS) + "1]").code())
        .isEqualTo(ErrorCode.TOO_LARGE);
  }

  /** Random shapes and rows: what is written by the simplest writer is read back as it was. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void rows_of_any_shape_are_read_in_order(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      long[] row = new long[random.nextInt(4)];
      for (int i = 0; i < row.length; i++) {
        row[i] = 1 + random.nextInt(4);
      }
      int rows = 1 + random.nextInt(20);
      int width = (int) Tensor.elements(row);
      boolean whole = random.nextBoolean();
      long[] values = random.longs((long) rows * width, -1_000, 1_000).toArray();
      List<String> written = new ArrayList<>();
      for (int i = 0; i < rows; i++) {
        written.add(write(values, i * width, row, 0));
      }
      String json = written.toString();
      Column column = read(whole ? longs(row) : floats(row), json);
      assertThat(column.rows()).as("seed %d, round %d", seed, round).isEqualTo(rows);
      for (int i = 0; i < values.length; i++) {
        long found =
            whole
                ? ((Column.Longs) column).values()[i]
                : (long) ((Column.Floats) column).values()[i];
        assertThat(found)
            .as("seed %d, round %d, value %d of %s", seed, round, i, json)
            .isEqualTo(values[i]);
      }
    }
  }

  private static String write(long[] values, int from, long[] row, int depth) {
    if (depth == row.length) {
      return Long.toString(values[from]);
    }
    int each = 1;
    for (int i = depth + 1; i < row.length; i++) {
      each *= (int) row[i];
    }
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < row[depth]; i++) {
      parts.add(write(values, from + i * each, row, depth + 1));
    }
    return parts.toString();
  }

  /** Any nesting of lists, of the right number of values or not: rows, or a refusal. */
  @ParameterizedTest
  @ValueSource(longs = {6, 7, 8, 9})
  void any_nesting_is_read_or_refused_and_nothing_else(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 2_000; round++) {
      String json = any(random, 0);
      NumberReader reader = random.nextBoolean() ? floats(2, 2) : named("a", "b", "c");
      try {
        Column column = read(reader, json);
        assertThat(((Column.Floats) column).values().length % column.rows())
            .as("seed %d: %s", seed, json)
            .isZero();
      } catch (ProblemException refused) {
        assertThat(refused.problem().field()).as("seed %d: %s", seed, json).startsWith(FIELD);
      }
    }
  }

  private static String any(Random random, int depth) {
    int kind = random.nextInt(depth > 3 ? 3 : 7);
    if (kind < 3) {
      return List.of("1", "2.5", "null").get(kind);
    }
    List<String> parts = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      parts.add(any(random, depth + 1));
    }
    if (kind < 6) {
      return parts.toString();
    }
    List<String> names = new ArrayList<>(List.of("a", "b", "c", "d"));
    Collections.shuffle(names, random);
    StringBuilder object = new StringBuilder("{");
    for (int i = 0; i < parts.size(); i++) {
      object.append(i == 0 ? "" : ",").append('"').append(names.get(i)).append("\":");
      object.append(parts.get(i));
    }
    return object.append('}').toString();
  }

  @ParameterizedTest
  @CsvSource({"'1', true", "'3', true", "'0', false", "'100', true"})
  void a_tensor_fits_by_its_shape_behind_the_rows(long rows, boolean fits) {
    float[] values = new float[(int) rows * 2];
    Tensor tensor = Tensor.ofFloats("x", new long[] {rows, 2}, values);
    if (fits) {
      assertThat(floats(2).read(tensor).rows()).isEqualTo((int) rows);
    } else {
      assertThat(catchThrowableOfType(ProblemException.class, () -> floats(2).read(tensor)))
          .hasMessageContaining("FP32 [0, 2]");
    }
  }

  @Test
  void a_tensor_of_another_type_or_shape_or_of_too_many_rows_is_refused_with_both() {
    Tensor wide = Tensor.ofFloats("x", new long[] {1, 3}, new float[3]);
    Tensor whole = Tensor.ofLongs("x", new long[] {1, 2}, new long[2]);
    Tensor flat = Tensor.ofFloats("x", new long[] {2}, new float[2]);
    for (Tensor each : List.of(wide, whole, flat)) {
      assertThat(catchThrowableOfType(ProblemException.class, () -> floats(2).read(each)).problem())
          .satisfies(problem -> assertThat(problem.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
          .satisfies(problem -> assertThat(problem.message()).contains(each.type().toString()));
    }
    Tensor many = Tensor.ofFloats("x", new long[] {101, 2}, new float[202]);
    assertThat(catchThrowableOfType(ProblemException.class, () -> floats(2).read(many)).problem())
        .extracting(Problem::code)
        .isEqualTo(ErrorCode.TOO_LARGE);
  }

  @Test
  void a_tensor_of_one_value_a_row_may_stand_in_a_column_of_its_own() {
    Tensor column = Tensor.ofFloats("x", new long[] {3, 1}, new float[] {1, 2, 3});
    assertThat(((Column.Floats) floats().read(column)).values()).containsExactly(1, 2, 3);
    Tensor row = Tensor.ofFloats("x", new long[] {3}, new float[] {1, 2, 3});
    assertThat(floats().read(row).rows()).isEqualTo(3);
  }
}
