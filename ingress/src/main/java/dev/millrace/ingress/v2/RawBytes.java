package dev.millrace.ingress.v2;

import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.tensor.DataType;
import dev.millrace.domain.tensor.Tensor;
import dev.millrace.ingress.json.Utf8;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Holds bytes as they came from the wire to the shape and the type that they claim to have. */
final class RawBytes {

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private RawBytes() {}

  /**
   * @param pointer of the tensor, for failures
   * @param text whether BYTES must be UTF-8
   * @throws ProblemException when shape × type is not what there is
   */
  static void check(String pointer, DataType type, long[] shape, byte[] data, boolean text) {
    long count = elements(pointer, shape);
    if (type == DataType.BYTES) {
      checkBytes(pointer, count, data, text);
      return;
    }
    if (count > data.length || count * type.width() != data.length) {
      throw invalid(
          pointer,
          data.length + " bytes",
          count + " elements of " + type + ", " + type.width() + " bytes each");
    }
    if (type == DataType.BOOL) {
      checkTruth(pointer, data);
    }
  }

  static long elements(String pointer, long[] shape) {
    try {
      return Tensor.elements(shape);
    } catch (ArithmeticException outside) {
      throw invalid(
          pointer, Arrays.toString(shape), "sizes of at least 0 whose product fits in 64 bits");
    }
  }

  private static void checkBytes(String pointer, long count, byte[] data, boolean text) {
    long found = 0;
    int at = 0;
    while (at < data.length) {
      int left = data.length - at - Integer.BYTES;
      int length = left < 0 ? -1 : (int) INT.get(data, at);
      if (length < 0 || length > left) {
        throw invalid(
            pointer,
            "element " + found + " ends beyond the last byte",
            "each with its length in four bytes, little-endian, before it");
      }
      if (text && !isText(data, at + Integer.BYTES, length)) {
        throw invalid(pointer, "element " + found + " is no UTF-8", "texts in UTF-8");
      }
      at += Integer.BYTES + length;
      found++;
    }
    if (found != count) {
      throw invalid(pointer, found + " elements", count + " elements, as the shape says");
    }
  }

  private static boolean isText(byte[] data, int from, int length) {
    for (int i = from; i < from + length; i++) {
      if (data[i] < 0) {
        return Utf8.isWellFormed(Arrays.copyOfRange(data, from, from + length));
      }
    }
    return true;
  }

  private static void checkTruth(String pointer, byte[] data) {
    for (byte each : data) {
      if (each != 0 && each != 1) {
        throw invalid(pointer, "a truth value of " + (each & 0xFF), "0 or 1");
      }
    }
  }

  private static ProblemException invalid(String pointer, String found, String expected) {
    return new ProblemException(Problem.invalid(pointer, found, expected));
  }
}
