package dev.millrace.runtime.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.tensor.DataType;
import dev.millrace.runtime.ort.OrtModel;
import dev.millrace.runtime.ort.OrtModel.Port;
import dev.millrace.runtime.ort.TensorBuffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** From columns to the model's inputs; types and shapes are held against its signature first. */
final class Feeding {

  private static final char REPLACEMENT = '\ufffd';

  private Feeding() {}

  /**
   * The shape in which the column is fed.
   *
   * @throws ProblemException when the column is not what the port takes
   */
  static long[] shape(Column column, Port port) {
    DataType type = type(column);
    if (type != port.type()) {
      throw invalid(
          port, String.valueOf(type == null ? column.describe() : type), port.type().name());
    }
    long[] shape = fitted(shapeOf(column), port.shape());
    boolean fits = shape.length == port.shape().length;
    for (int i = 0; fits && i < shape.length; i++) {
      fits = port.shape()[i] < 0 || port.shape()[i] == shape[i];
    }
    if (!fits) {
      throw invalid(port, "shape " + Arrays.toString(shape), expected(port));
    }
    return shape;
  }

  private static String expected(Port port) {
    return "shape "
        + Arrays.stream(port.shape())
            .mapToObj(size -> size < 0 ? "any" : Long.toString(size))
            .toList();
  }

  private static ProblemException invalid(Port port, String found, String expected) {
    return new ProblemException(Problem.invalid("/input/" + port.name(), found, expected));
  }

  /** One value a row may come as [N] or [N, 1], and is fed as the model has it. */
  private static long[] fitted(long[] shape, long[] wanted) {
    if (shape.length == 1 && wanted.length == 2 && wanted[1] == 1) {
      return new long[] {shape[0], 1};
    }
    if (shape.length == 2 && shape[1] == 1 && wanted.length == 1) {
      return new long[] {shape[0]};
    }
    return shape;
  }

  private static long[] shapeOf(Column column) {
    return switch (column) {
      case Column.Floats floats -> floats.shape();
      case Column.Longs longs -> longs.shape();
      case Column.Texts texts -> texts.shape();
      case Column.Packed packed -> packed.tensor().shape();
      default -> new long[] {column.rows()};
    };
  }

  private static @Nullable DataType type(Column column) {
    return switch (column) {
      case Column.Floats floats -> DataType.FP32;
      case Column.Longs longs -> DataType.INT64;
      case Column.Texts texts -> DataType.BYTES;
      case Column.Packed packed -> packed.tensor().type();
      default -> null;
    };
  }

  /** Copies the parts, one after another, into the buffer. */
  static OnnxTensor fill(TensorBuffer buffer, List<Column> parts, long[] shape)
      throws OrtException {
    OnnxTensor tensor = buffer.shaped(shape);
    int at = 0;
    for (Column part : parts) {
      switch (part) {
        case Column.Floats floats -> {
          buffer.floats().put(at, floats.values());
          at += floats.values().length;
        }
        case Column.Longs longs -> {
          buffer.longs().put(at, longs.values());
          at += longs.values().length;
        }
        default -> throw new IllegalStateException(part.describe() + " was checked before");
      }
    }
    return tensor;
  }

  /** A tensor of another type, for this run alone; the caller closes it. */
  static OnnxTensor fresh(Port port, List<Column> parts, long[] shape) throws OrtException {
    if (port.type() == DataType.BYTES) {
      List<String> texts = new ArrayList<>();
      for (Column part : parts) {
        for (String text : ((Column.Texts) part).values()) {
          texts.add(passable(text));
        }
      }
      return OnnxTensor.createTensor(OrtModel.environment(), texts.toArray(String[]::new), shape);
    }
    int size = 0;
    for (Column part : parts) {
      size = Math.addExact(size, ((Column.Packed) part).tensor().data().length);
    }
    ByteBuffer bytes = ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
    for (Column part : parts) {
      bytes.put(((Column.Packed) part).tensor().data());
    }
    return OnnxTensor.createTensor(
        OrtModel.environment(), bytes.flip(), shape, javaType(port.type()));
  }

  private static OnnxJavaType javaType(DataType type) {
    return switch (type) {
      case BOOL -> OnnxJavaType.BOOL;
      case UINT8 -> OnnxJavaType.UINT8;
      case INT8 -> OnnxJavaType.INT8;
      case INT16 -> OnnxJavaType.INT16;
      case INT32 -> OnnxJavaType.INT32;
      case FP16 -> OnnxJavaType.FLOAT16;
      case BF16 -> OnnxJavaType.BFLOAT16;
      case FP64 -> OnnxJavaType.DOUBLE;
      default -> throw new IllegalStateException(type + " was refused when the model was loaded");
    };
  }

  /**
   * The text with a replacement character for each that cannot be passed: ONNX Runtime's Java
   * binding hands texts over in Java's own UTF-8, where 0 and all beyond U+FFFF are no UTF-8 to the
   * model, which then fails.
   */
  static String passable(String text) {
    StringBuilder changed = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean passes = c != 0 && !Character.isSurrogate(c);
      if (!passes && changed == null) {
        changed = new StringBuilder(text.length()).append(text, 0, i);
      }
      if (changed != null && !Character.isLowSurrogate(c)) {
        changed.append(passes ? c : REPLACEMENT);
      }
    }
    return changed == null ? text : changed.toString();
  }
}
