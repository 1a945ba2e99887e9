package dev.millrace.runtime.ort;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import dev.millrace.domain.tensor.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A direct buffer that grows, and the tensor over its beginning, kept while the shape stays the
 * same: the usual run, one row after another, makes nothing new. Owned by one thread.
 */
public final class TensorBuffer implements AutoCloseable {

  /** What is larger is given back after the run. */
  private static final int KEPT_BYTES = 16 << 20;

  private final DataType type;
  private ByteBuffer bytes = allocate(0);
  private FloatBuffer floats = bytes.asFloatBuffer();
  private LongBuffer longs = bytes.asLongBuffer();
  private @Nullable OnnxTensor tensor;
  private long[] shape = {};

  /**
   * @param type {@link DataType#FP32} or {@link DataType#INT64}
   */
  public TensorBuffer(DataType type) {
    if (type != DataType.FP32 && type != DataType.INT64) {
      throw new IllegalArgumentException(type + " (expected: FP32 or INT64)");
    }
    this.type = type;
  }

  /** Makes this a tensor of the shape; what it held is gone when the shape is another one. */
  public OnnxTensor shaped(long... wanted) throws OrtException {
    OnnxTensor kept = tensor;
    if (kept != null && Arrays.equals(shape, wanted)) {
      return kept;
    }
    dropTensor();
    long count = 1;
    for (long size : wanted) {
      count = Math.multiplyExact(count, size);
    }
    ensure(Math.toIntExact(count * type.width()));
    OnnxTensor made =
        type == DataType.FP32
            ? OnnxTensor.createTensor(OrtModel.environment(), floats.slice(0, (int) count), wanted)
            : OnnxTensor.createTensor(OrtModel.environment(), longs.slice(0, (int) count), wanted);
    tensor = made;
    shape = wanted.clone();
    return made;
  }

  private static ByteBuffer allocate(int capacity) {
    return ByteBuffer.allocateDirect(capacity).order(ByteOrder.nativeOrder());
  }

  private void ensure(int needed) {
    if (bytes.capacity() < needed) {
      int capacity = Math.max(256, Math.max(needed, Math.min(KEPT_BYTES, bytes.capacity() * 2)));
      bytes = allocate(capacity);
      floats = bytes.asFloatBuffer();
      longs = bytes.asLongBuffer();
    }
  }

  public FloatBuffer floats() {
    return floats;
  }

  public LongBuffer longs() {
    return longs;
  }

  /** After a run: gives an unusually large buffer back. */
  public void trim() {
    if (bytes.capacity() > KEPT_BYTES) {
      close();
      bytes = allocate(0);
      floats = bytes.asFloatBuffer();
      longs = bytes.asLongBuffer();
    }
  }

  private void dropTensor() {
    OnnxTensor dropped = tensor;
    if (dropped != null) {
      dropped.close();
      tensor = null;
    }
  }

  @Override
  public void close() {
    dropTensor();
  }
}
