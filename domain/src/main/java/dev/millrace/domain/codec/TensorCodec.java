package dev.millrace.domain.codec;

import dev.millrace.domain.tensor.DataType;
import dev.millrace.domain.tensor.Tensor;
import dev.millrace.kernel.bytes.ByteSink;
import dev.millrace.kernel.bytes.ByteSource;
import dev.millrace.kernel.bytes.MalformedBytes;
import java.util.ArrayList;
import java.util.List;

/** Tensors: name, type, shape, bytes; the bytes are held against type and shape on reading. */
public final class TensorCodec {

  private static final DataType[] TYPES = DataType.values();
  private static final int SMALLEST = 4 + 1 + 1 + 4;

  private TensorCodec() {}

  public static void writeAll(ByteSink sink, List<Tensor> tensors) {
    sink.putInt(tensors.size());
    for (Tensor tensor : tensors) {
      write(sink, tensor);
    }
  }

  public static List<Tensor> readAll(ByteSource source) {
    int count = source.getCount(SMALLEST);
    List<Tensor> tensors = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      tensors.add(read(source));
    }
    return tensors;
  }

  static void write(ByteSink sink, Tensor tensor) {
    sink.putText(tensor.name()).putByte(tensor.type().ordinal()).putByte(tensor.shape().length);
    for (long size : tensor.shape()) {
      sink.putLong(size);
    }
    sink.putBytes(tensor.data());
  }

  static Tensor read(ByteSource source) {
    String name = source.getText();
    DataType type = source.getEnum(TYPES);
    int rank = source.getByte();
    if (rank < 0) {
      throw new MalformedBytes("a rank of " + rank + " (expected: 0..127)");
    }
    long[] shape = new long[rank];
    for (int i = 0; i < rank; i++) {
      shape[i] = source.getLong();
    }
    Tensor tensor = new Tensor(name, type, shape, source.getBytes());
    checkSize(tensor);
    return tensor;
  }

  private static void checkSize(Tensor tensor) {
    try {
      if (tensor.type() == DataType.BYTES) {
        checkBlobs(tensor);
      } else {
        long expected = Math.multiplyExact(tensor.elements(), tensor.type().width());
        if (expected != tensor.data().length) {
          throw new MalformedBytes(
              tensor + ": " + tensor.data().length + " bytes (expected: " + expected + ")");
        }
      }
    } catch (ArithmeticException overflow) {
      throw new MalformedBytes(
          tensor + ": " + overflow.getMessage() + " (expected: a shape that its bytes fill)");
    }
  }

  private static void checkBlobs(Tensor tensor) {
    ByteSource elements = new ByteSource(tensor.data());
    long count = 0;
    while (elements.remaining() > 0) {
      elements.skip(elements.getInt());
      count++;
    }
    if (count != tensor.elements()) {
      throw new MalformedBytes(
          tensor + ": " + count + " elements (expected: " + tensor.elements() + ")");
    }
  }
}
