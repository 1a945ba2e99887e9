package dev.millrace.runtime.onnx;

import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.tensor.DataType;
import dev.millrace.domain.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads numbers: one row, a list of rows, or, where the manifest names the values of a row, an
 * object by name or a list of such objects.
 */
final class NumberReader implements FieldReader {

  private final String field;
  private final DataType type;
  private final long[] rowShape;
  private final int width;
  private final Map<String, Integer> names = new HashMap<>();
  private final int maxRows;

  /**
   * @param type FP32 or INT64
   * @param rowShape of one row; empty for one value a row
   * @param names of a row's values, in order; empty when they have none
   */
  NumberReader(String field, DataType type, long[] rowShape, List<String> names, int maxRows) {
    this.field = field;
    this.type = type;
    this.rowShape = rowShape.clone();
    this.width = Math.toIntExact(Tensor.elements(rowShape));
    this.maxRows = maxRows;
    for (int i = 0; i < names.size(); i++) {
      this.names.put(names.get(i), i);
    }
  }

  /** Values of the rows read so far; of one type. */
  private final class Values {

    private float[] floats = type == DataType.FP32 ? new float[width] : new float[0];
    private long[] longs = type == DataType.INT64 ? new long[width] : new long[0];
    private int count;

    /** Makes room for one more row. */
    void grow() {
      int rows = count / Math.max(1, width);
      if (rows >= maxRows) {
        throw FieldReader.tooMany(field, rows + 1L, maxRows);
      }
      if (type == DataType.FP32 && floats.length - count < width) {
        floats = Arrays.copyOf(floats, Math.max(count + width, floats.length * 2));
      } else if (type == DataType.INT64 && longs.length - count < width) {
        longs = Arrays.copyOf(longs, Math.max(count + width, longs.length * 2));
      }
    }

    void set(int at, JsonParser parser) {
      JsonToken token = parser.currentToken();
      boolean integer = token == JsonToken.VALUE_NUMBER_INT;
      if (type == DataType.INT64) {
        if (!integer || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
          throw wrong(at, FieldReader.sort(token), "an integer of 64 bits");
        }
        longs[at] = parser.getLongValue();
        return;
      }
      if (!integer && token != JsonToken.VALUE_NUMBER_FLOAT) {
        throw wrong(at, FieldReader.sort(token), "a number");
      }
      float value = (float) parser.getDoubleValue();
      if (!Float.isFinite(value)) {
        throw wrong(at, "a number beyond float32", "a number of at most 3.4e38");
      }
      floats[at] = value;
    }

    Column column() {
      long[] shape = new long[rowShape.length + 1];
      shape[0] = count / Math.max(1, width);
      System.arraycopy(rowShape, 0, shape, 1, rowShape.length);
      return type == DataType.FP32
          ? new Column.Floats(floats.length == count ? floats : Arrays.copyOf(floats, count), shape)
          : new Column.Longs(longs.length == count ? longs : Arrays.copyOf(longs, count), shape);
    }

    private ProblemException wrong(int at, String found, String expected) {
      return FieldReader.invalid(field + "/" + at / width + "/" + at % width, found, expected);
    }
  }

  @Override
  public Column read(JsonParser parser) {
    Values values = new Values();
    JsonToken token = parser.currentToken();
    if (token == JsonToken.START_OBJECT) {
      namedRow(parser, values);
    } else if (token != JsonToken.START_ARRAY) {
      scalarRow(parser, values);
    } else {
      list(parser, values);
    }
    return values.column();
  }

  private void scalarRow(JsonParser parser, Values values) {
    if (rowShape.length > 0) {
      throw FieldReader.invalid(field, FieldReader.sort(parser.currentToken()), expected());
    }
    values.grow();
    values.set(values.count++, parser);
  }

  /** A list is one row or many: its first element tells. */
  private void list(JsonParser parser, Values values) {
    JsonToken first = parser.nextToken();
    if (first == JsonToken.END_ARRAY) {
      throw FieldReader.invalid(field, "an empty list", expected());
    }
    boolean rows =
        rowShape.length == 0
            || first == JsonToken.START_OBJECT
            || (rowShape.length == 1 && first == JsonToken.START_ARRAY)
            || (rowShape.length > 1 && isDeeper(parser));
    if (!rows) {
      values.grow();
      int end = values.count + width;
      elements(parser, values, 0, end);
      finishRow(values, end);
      return;
    }
    while (parser.currentToken() != JsonToken.END_ARRAY) {
      row(parser, values);
      parser.nextToken();
    }
  }

  /**
   * Rows of more than one dimension come as a list of rows always: telling them from a bare row
   * would need a look ahead.
   */
  private static boolean isDeeper(JsonParser parser) {
    return parser.currentToken() == JsonToken.START_ARRAY;
  }

  private void row(JsonParser parser, Values values) {
    if (parser.currentToken() == JsonToken.START_OBJECT) {
      namedRow(parser, values);
      return;
    }
    if (rowShape.length == 0) {
      scalarRow(parser, values);
      return;
    }
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw FieldReader.invalid(field, FieldReader.sort(parser.currentToken()), expected());
    }
    values.grow();
    int end = values.count + width;
    parser.nextToken();
    elements(parser, values, 0, end);
    finishRow(values, end);
  }

  /** The elements of a list whose first token is current, down to the innermost dimension. */
  private void elements(JsonParser parser, Values values, int depth, int end) {
    int from = values.count;
    int each = 1;
    for (int i = depth + 1; i < rowShape.length; i++) {
      each *= (int) rowShape[i];
    }
    while (parser.currentToken() != JsonToken.END_ARRAY) {
      if (values.count >= end) {
        throw FieldReader.invalid(field, "more than " + width + " numbers in a row", expected());
      }
      if (depth + 1 < rowShape.length) {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
          throw FieldReader.invalid(field, FieldReader.sort(parser.currentToken()), expected());
        }
        parser.nextToken();
        elements(parser, values, depth + 1, Math.min(end, values.count + each));
      } else {
        values.set(values.count++, parser);
      }
      parser.nextToken();
    }
    if (values.count - from != each * (int) rowShape[depth]) {
      throw FieldReader.invalid(
          field, (values.count - from) + " numbers", each * (int) rowShape[depth] + " numbers");
    }
  }

  private void finishRow(Values values, int end) {
    if (values.count != end) {
      throw FieldReader.invalid(
          field, (values.count - end + width) + " numbers in a row", expected());
    }
  }

  private void namedRow(JsonParser parser, Values values) {
    if (names.isEmpty()) {
      throw FieldReader.invalid(field, "an object", expected());
    }
    values.grow();
    boolean[] seen = new boolean[width];
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      Integer at = names.get(parser.currentName());
      parser.nextToken();
      if (at == null) {
        parser.skipChildren();
      } else {
        values.set(values.count + at, parser);
        seen[at] = true;
      }
    }
    for (Map.Entry<String, Integer> name : names.entrySet()) {
      if (!seen[name.getValue()]) {
        throw FieldReader.invalid(field + "/" + name.getKey(), "absent", "a number");
      }
    }
    values.count += width;
  }

  private String expected() {
    String row = rowShape.length == 0 ? "a number" : Arrays.toString(rowShape) + " numbers";
    return row + (names.isEmpty() ? "" : " or an object of them") + ", or a list of such rows";
  }

  @Override
  public Column read(Tensor tensor) {
    long[] shape = tensor.shape();
    boolean scalar = rowShape.length == 0 && shape.length == 2 && shape[1] == 1;
    boolean fits =
        shape.length == rowShape.length + 1
            && Arrays.equals(shape, 1, shape.length, rowShape, 0, rowShape.length);
    if (tensor.type() != type || !(fits || scalar) || shape[0] < 1) {
      throw FieldReader.invalid(
          field,
          tensor.type() + " " + Arrays.toString(shape),
          type + " [N" + (width > 1 ? ", " + Arrays.toString(rowShape) : "") + "]");
    }
    if (shape[0] > maxRows) {
      throw FieldReader.tooMany(field, shape[0], maxRows);
    }
    return type == DataType.FP32
        ? new Column.Floats(tensor.floats(), shape)
        : new Column.Longs(tensor.longs(), shape);
  }
}
