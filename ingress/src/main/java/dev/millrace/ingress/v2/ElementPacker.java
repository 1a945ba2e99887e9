package dev.millrace.ingress.v2;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.tensor.DataType;
import dev.millrace.ingress.json.JsonObjectReader;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Packs one tensor's JSON elements into its bytes as they are read: no boxes, no list. Room is made
 * for what the shape says only after that was held against the limit and against what a body of
 * this length can hold at all.
 */
final class ElementPacker {

  private static final VarHandle SHORT = view(short[].class);
  private static final VarHandle INT = view(int[].class);
  private static final VarHandle LONG = view(long[].class);
  private static final long UINT32_MOST = 0xFFFF_FFFFL;

  private final JsonObjectReader json;
  private final DataType type;
  private final long count;
  private final int limit;
  private byte[] bytes;
  private int used;
  private long taken;

  private static VarHandle view(Class<?> array) {
    return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.LITTLE_ENDIAN);
  }

  private ElementPacker(JsonObjectReader json, DataType type, long count, int limit) {
    this.json = json;
    this.type = type;
    this.count = count;
    this.limit = limit;
    this.bytes = new byte[(int) (type == DataType.BYTES ? count * 16 : count * type.width())];
  }

  /**
   * Packs the array at hand.
   *
   * @param count elements that the shape promises
   * @param most elements that the body can hold, by its length
   * @param limit bytes that a tensor may have
   */
  static byte[] pack(JsonObjectReader json, DataType type, long count, long most, int limit) {
    if (type == DataType.FP16 || type == DataType.BF16) {
      throw new ProblemException(
          new Problem(
              ErrorCode.UNSUPPORTED,
              json.pointer() + ": " + type + " as JSON (expected: FP32, or raw bytes)",
              json.pointer(),
              0));
    }
    if (count > most) {
      throw wrongCount(json, "fewer", count);
    }
    if (count * Math.max(4, type.width()) > limit) {
      throw tooLarge(json, count * Math.max(4, type.width()), limit);
    }
    ElementPacker packer = new ElementPacker(json, type, count, limit);
    json.scalars(packer::next);
    if (packer.taken != count) {
      throw wrongCount(json, Long.toString(packer.taken), count);
    }
    return packer.used == packer.bytes.length
        ? packer.bytes
        : Arrays.copyOf(packer.bytes, packer.used);
  }

  private static ProblemException wrongCount(JsonObjectReader json, String found, long count) {
    return new ProblemException(
        Problem.invalid(
            json.pointer(), found + " elements", count + " elements, as the shape says"));
  }

  private static ProblemException tooLarge(JsonObjectReader json, long found, int limit) {
    return new ProblemException(
        new Problem(
            ErrorCode.TOO_LARGE,
            json.pointer() + ": a tensor of " + found + " bytes (expected: at most " + limit + ")",
            json.pointer(),
            0));
  }

  private void next() {
    if (++taken > count) {
      throw wrongCount(json, "more", count);
    }
    switch (type) {
      case FP32 -> put(Float.floatToRawIntBits(json.float32()));
      case FP64 ->
          put(Double.doubleToRawLongBits(json.number(-Double.MAX_VALUE, Double.MAX_VALUE)));
      case INT64 -> put(json.whole(Long.MIN_VALUE, Long.MAX_VALUE));
      case INT32 -> put((int) json.whole(Integer.MIN_VALUE, Integer.MAX_VALUE));
      case UINT32 -> put((int) json.whole(0, UINT32_MOST));
      case UINT64 -> put(json.unsigned());
      case INT16 -> put((short) json.whole(Short.MIN_VALUE, Short.MAX_VALUE));
      case UINT16 -> put((short) json.whole(0, 0xFFFF));
      case INT8 -> bytes[used++] = (byte) json.whole(Byte.MIN_VALUE, Byte.MAX_VALUE);
      case UINT8 -> bytes[used++] = (byte) json.whole(0, 0xFF);
      case BOOL -> bytes[used++] = (byte) (json.truth() ? 1 : 0);
      case BYTES -> put(json.text().getBytes(StandardCharsets.UTF_8));
      case FP16, BF16 -> throw new IllegalStateException("refused before");
    }
  }

  private void put(short value) {
    SHORT.set(bytes, used, value);
    used += Short.BYTES;
  }

  private void put(int value) {
    INT.set(bytes, used, value);
    used += Integer.BYTES;
  }

  private void put(long value) {
    LONG.set(bytes, used, value);
    used += Long.BYTES;
  }

  private void put(byte[] text) {
    long size = (long) used + Integer.BYTES + text.length;
    if (size > limit) {
      throw tooLarge(json, size, limit);
    }
    if (size > bytes.length) {
      bytes = Arrays.copyOf(bytes, (int) Math.min(limit, size * 2));
    }
    put(text.length);
    System.arraycopy(text, 0, bytes, used, text.length);
    used += text.length;
  }
}
