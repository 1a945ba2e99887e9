package dev.millrace.kernel.bytes;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link ByteSink} wrote. Every length is checked against what is left before anything
 * is allocated, so a damaged or hostile input ends in a {@link MalformedBytes}, never in a crash.
 */
public final class ByteSource {

  private static final VarHandle SHORT = view(short[].class);
  private static final VarHandle INT = view(int[].class);
  private static final VarHandle LONG = view(long[].class);

  private final byte[] bytes;
  private final int end;
  private int position;

  public ByteSource(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  public ByteSource(byte[] bytes, int from, int count) {
    if (from < 0 || count < 0 || count > bytes.length - from) {
      throw new IndexOutOfBoundsException(from + "+" + count + " of " + bytes.length);
    }
    this.bytes = bytes;
    this.position = from;
    this.end = from + count;
  }

  private static VarHandle view(Class<?> array) {
    return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.LITTLE_ENDIAN);
  }

  public int remaining() {
    return end - position;
  }

  public byte getByte() {
    return bytes[take(1)];
  }

  public boolean getBoolean() {
    byte value = getByte();
    if (value != 0 && value != 1) {
      throw new MalformedBytes("a truth value of " + value + " (expected: 0 or 1)");
    }
    return value == 1;
  }

  public short getShort() {
    return (short) SHORT.get(bytes, take(2));
  }

  public int getInt() {
    return (int) INT.get(bytes, take(4));
  }

  public long getLong() {
    return (long) LONG.get(bytes, take(8));
  }

  public float getFloat() {
    return Float.intBitsToFloat(getInt());
  }

  public double getDouble() {
    return Double.longBitsToDouble(getLong());
  }

  public void skip(int count) {
    take(count);
  }

  public byte[] getRaw(int count) {
    int from = take(count);
    return Arrays.copyOfRange(bytes, from, from + count);
  }

  public byte[] getBytes() {
    return getRaw(getInt());
  }

  public String getText() {
    int count = getInt();
    int from = take(count);
    return new String(bytes, from, count, StandardCharsets.UTF_8);
  }

  public @Nullable String getOptionalText() {
    int count = getInt();
    if (count == -1) {
      return null;
    }
    int from = take(count);
    return new String(bytes, from, count, StandardCharsets.UTF_8);
  }

  /**
   * A count of things of at least {@code bytesEach} bytes, checked against what is left.
   *
   * @param bytesEach the smallest encoding of one thing, at least 1
   */
  public int getCount(int bytesEach) {
    int count = getInt();
    if (count < 0 || (long) count * bytesEach > remaining()) {
      throw new MalformedBytes(
          "a count of " + count + " (expected: at most " + remaining() / bytesEach + ")");
    }
    return count;
  }

  /** An enum constant by its ordinal, written as a byte. */
  public <E extends Enum<E>> E getEnum(E[] values) {
    int ordinal = getByte();
    if (ordinal < 0 || ordinal >= values.length) {
      throw new MalformedBytes(
          "a constant numbered " + ordinal + " (expected: 0.." + (values.length - 1) + ")");
    }
    return values[ordinal];
  }

  private int take(int count) {
    if (count < 0 || count > end - position) {
      throw new MalformedBytes(
          "a length of " + count + " bytes (expected: at most " + remaining() + ")");
    }
    int from = position;
    position += count;
    return from;
  }
}
