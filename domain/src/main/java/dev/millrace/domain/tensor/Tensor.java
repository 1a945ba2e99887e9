package dev.millrace.domain.tensor;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A named array, row-major, little-endian, packed as on the wire. Owned by whoever holds it; the
 * bytes are not copied and must not be changed after hand-over.
 *
 * @param name as the model declares it
 * @param type of its elements
 * @param shape sizes, outermost first; empty for a scalar
 * @param data the elements; for {@link DataType#BYTES} each with its four-byte length
 */
public record Tensor(String name, DataType type, long[] shape, byte[] data) {

  private static final VarHandle FLOAT = view(float[].class);
  private static final VarHandle INT = view(int[].class);
  private static final VarHandle LONG = view(long[].class);

  private static VarHandle view(Class<?> array) {
    return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * How many elements a shape has.
   *
   * @throws ArithmeticException when a size is negative or the product does not fit
   */
  public static long elements(long[] shape) {
    long count = 1;
    for (long size : shape) {
      if (size < 0) {
        throw new ArithmeticException("a size of " + size);
      }
      count = Math.multiplyExact(count, size);
    }
    return count;
  }

  public long elements() {
    return elements(shape);
  }

  public static Tensor ofFloats(String name, long[] shape, float[] values) {
    byte[] data = new byte[Math.multiplyExact(values.length, 4)];
    for (int i = 0; i < values.length; i++) {
      FLOAT.set(data, i * 4, values[i]);
    }
    return new Tensor(name, DataType.FP32, shape, data);
  }

  public static Tensor ofLongs(String name, long[] shape, long[] values) {
    byte[] data = new byte[Math.multiplyExact(values.length, 8)];
    for (int i = 0; i < values.length; i++) {
      LONG.set(data, i * 8, values[i]);
    }
    return new Tensor(name, DataType.INT64, shape, data);
  }

  public static Tensor ofTexts(String name, long[] shape, List<String> texts) {
    return ofBlobs(
        name, shape, texts.stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList());
  }

  public static Tensor ofBlobs(String name, long[] shape, List<byte[]> blobs) {
    int size = 0;
    for (byte[] blob : blobs) {
      size = Math.addExact(size, Math.addExact(4, blob.length));
    }
    byte[] data = new byte[size];
    int at = 0;
    for (byte[] blob : blobs) {
      INT.set(data, at, blob.length);
      System.arraycopy(blob, 0, data, at + 4, blob.length);
      at += 4 + blob.length;
    }
    return new Tensor(name, DataType.BYTES, shape, data);
  }

  /** The elements of an FP32 tensor. */
  public float[] floats() {
    require(DataType.FP32);
    float[] values = new float[data.length / 4];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) FLOAT.get(data, i * 4);
    }
    return values;
  }

  /** The elements of an INT64 tensor. */
  public long[] longs() {
    require(DataType.INT64);
    long[] values = new long[data.length / 8];
    for (int i = 0; i < values.length; i++) {
      values[i] = (long) LONG.get(data, i * 8);
    }
    return values;
  }

  /** The elements of a BYTES tensor; lengths were checked when it was made. */
  public List<byte[]> blobs() {
    require(DataType.BYTES);
    List<byte[]> blobs = new ArrayList<>();
    for (int at = 0; at < data.length; ) {
      int length = (int) INT.get(data, at);
      blobs.add(Arrays.copyOfRange(data, at + 4, at + 4 + length));
      at += 4 + length;
    }
    return blobs;
  }

  /** The elements of a BYTES tensor as UTF-8 texts. */
  public List<String> texts() {
    return blobs().stream().map(blob -> new String(blob, StandardCharsets.UTF_8)).toList();
  }

  private void require(DataType expected) {
    if (type != expected) {
      throw new IllegalStateException(name + ": " + type + " (expected: " + expected + ")");
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tensor(var otherName, var otherType, var otherShape, var otherData)
        && name.equals(otherName)
        && type == otherType
        && Arrays.equals(shape, otherShape)
        && Arrays.equals(data, otherData);
  }

  @Override
  public int hashCode() {
    return 31 * name.hashCode() + Arrays.hashCode(data);
  }

  @Override
  public String toString() {
    return name + " " + type + Arrays.toString(shape);
  }
}
