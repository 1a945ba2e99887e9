package dev.millrace.runtime.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import dev.millrace.domain.tensor.DataType;
import dev.millrace.domain.tensor.Tensor;
import dev.millrace.runtime.ort.OrtModel.Port;
import dev.millrace.runtime.ort.TensorBuffer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** From the model's outputs to columns, and from columns to the tensors of the answer. */
final class Reading {

  private Reading() {}

  /** An output that was written into the slot's buffer. */
  static Column pinned(TensorBuffer buffer, Port port, int rows) {
    long[] shape = port.shape().clone();
    shape[0] = rows;
    int count = Math.toIntExact(Tensor.elements(shape));
    if (port.type() == DataType.FP32) {
      float[] values = new float[count];
      buffer.floats().get(0, values);
      return new Column.Floats(values, shape);
    }
    long[] values = new long[count];
    buffer.longs().get(0, values);
    return new Column.Longs(values, shape);
  }

  /** An output that ONNX Runtime allocated; copied. */
  static Column result(OnnxTensor tensor, Port port) throws OrtException {
    long[] declared = tensor.getInfo().getShape();
    long[] shape = declared.length == 0 ? new long[] {1} : declared;
    return switch (port.type()) {
      case FP32 -> new Column.Floats(tensor.getFloatBuffer().array(), shape);
      case INT64 -> new Column.Longs(tensor.getLongBuffer().array(), shape);
      case BYTES -> new Column.Texts(flat(tensor.getValue()), shape);
      default -> new Column.Packed(new Tensor(port.name(), port.type(), shape, bytes(tensor)));
    };
  }

  private static byte[] bytes(OnnxTensor tensor) {
    ByteBuffer buffer = tensor.getByteBuffer();
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private static String[] flat(Object texts) {
    List<String> flat = new ArrayList<>();
    collect(texts, flat);
    return flat.toArray(String[]::new);
  }

  private static void collect(Object texts, List<String> into) {
    if (texts instanceof Object[] array) {
      for (Object each : array) {
        collect(each, into);
      }
    } else {
      into.add(String.valueOf(texts));
    }
  }

  /** Some rows of a column that several frames share. */
  static Column rows(Column column, int from, int count, String name) {
    return switch (column) {
      case Column.Floats floats -> {
        int width = floats.width();
        yield new Column.Floats(
            Arrays.copyOfRange(floats.values(), from * width, (from + count) * width),
            withRows(floats.shape(), count));
      }
      case Column.Longs longs -> {
        int width = width(longs.values().length, longs.rows());
        yield new Column.Longs(
            Arrays.copyOfRange(longs.values(), from * width, (from + count) * width),
            withRows(longs.shape(), count));
      }
      case Column.Texts texts -> {
        int width = width(texts.values().length, texts.rows());
        yield new Column.Texts(
            Arrays.copyOfRange(texts.values(), from * width, (from + count) * width),
            withRows(texts.shape(), count));
      }
      case Column.Packed packed -> {
        Tensor tensor = packed.tensor();
        int width = width(tensor.data().length, column.rows());
        yield new Column.Packed(
            new Tensor(
                name,
                tensor.type(),
                withRows(tensor.shape(), count),
                Arrays.copyOfRange(tensor.data(), from * width, (from + count) * width)));
      }
      default -> throw new IllegalStateException(column.describe() + " comes from no model");
    };
  }

  private static int width(int length, int rows) {
    return rows == 0 ? 0 : length / rows;
  }

  private static long[] withRows(long[] shape, int rows) {
    long[] changed = shape.clone();
    changed[0] = rows;
    return changed;
  }

  /** A column as it leaves. */
  static Tensor tensor(String name, Column column, Frame frame) {
    return switch (column) {
      case Column.Floats floats -> Tensor.ofFloats(name, floats.shape(), floats.values());
      case Column.Longs longs -> Tensor.ofLongs(name, longs.shape(), longs.values());
      case Column.Texts texts -> Tensor.ofTexts(name, texts.shape(), Arrays.asList(texts.values()));
      case Column.Packed packed ->
          new Tensor(name, packed.tensor().type(), packed.tensor().shape(), packed.tensor().data());
      case Column.Hidden hidden -> padded(name, hidden);
      case Column.Files files -> throw frame.mismatch("output", "tensors");
      case Column.Pictures pictures -> throw frame.mismatch("output", "tensors");
      case Column.Tokens tokens -> throw frame.mismatch("output", "tensors");
      case Column.Boxes boxes -> throw frame.mismatch("output", "tensors");
    };
  }

  private static Tensor padded(String name, Column.Hidden hidden) {
    int longest = Arrays.stream(hidden.counts()).max().orElse(0);
    int width = hidden.width();
    float[] values = new float[hidden.rows() * longest * width];
    for (int row = 0; row < hidden.rows(); row++) {
      System.arraycopy(
          hidden.backing()[row],
          hidden.from()[row],
          values,
          row * longest * width,
          hidden.counts()[row] * width);
    }
    return Tensor.ofFloats(name, new long[] {hidden.rows(), longest, width}, values);
  }
}
