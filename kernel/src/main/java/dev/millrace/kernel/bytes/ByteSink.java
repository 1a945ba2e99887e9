package dev.millrace.kernel.bytes;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A growing little-endian buffer. Reused by its owner: {@link #clear} keeps the array. */
public final class ByteSink {

  private static final VarHandle SHORT = view(short[].class);
  private static final VarHandle INT = view(int[].class);
  private static final VarHandle LONG = view(long[].class);
  private static final int ABSENT = -1;

  private byte[] bytes;
  private int length;

  public ByteSink(int initialCapacity) {
    this.bytes = new byte[Math.max(16, initialCapacity)];
  }

  private static VarHandle view(Class<?> array) {
    return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.LITTLE_ENDIAN);
  }

  public ByteSink clear() {
    length = 0;
    return this;
  }

  public int length() {
    return length;
  }

  /** The backing array; valid from 0 to {@link #length} until the next write. */
  public byte[] array() {
    return bytes;
  }

  public byte[] toByteArray() {
    return Arrays.copyOf(bytes, length);
  }

  public ByteSink putByte(int value) {
    ensure(1);
    bytes[length++] = (byte) value;
    return this;
  }

  public ByteSink putBoolean(boolean value) {
    return putByte(value ? 1 : 0);
  }

  public ByteSink putShort(int value) {
    ensure(2);
    SHORT.set(bytes, length, (short) value);
    length += 2;
    return this;
  }

  public ByteSink putInt(int value) {
    ensure(4);
    INT.set(bytes, length, value);
    length += 4;
    return this;
  }

  public ByteSink putLong(long value) {
    ensure(8);
    LONG.set(bytes, length, value);
    length += 8;
    return this;
  }

  public ByteSink putFloat(float value) {
    return putInt(Float.floatToRawIntBits(value));
  }

  public ByteSink putDouble(double value) {
    return putLong(Double.doubleToRawLongBits(value));
  }

  /** Bare bytes, no length before them. */
  public ByteSink putRaw(byte[] source, int from, int count) {
    ensure(count);
    System.arraycopy(source, from, bytes, length, count);
    length += count;
    return this;
  }

  /** An int length, then the bytes. */
  public ByteSink putBytes(byte[] source) {
    return putInt(source.length).putRaw(source, 0, source.length);
  }

  /** An int length in bytes, then UTF-8. */
  public ByteSink putText(String text) {
    return putBytes(text.getBytes(StandardCharsets.UTF_8));
  }

  /** As {@link #putText}; an absent text is length −1. */
  public ByteSink putOptionalText(@Nullable String text) {
    return text == null ? putInt(ABSENT) : putText(text);
  }

  /** Overwrites an int written before, such as a length known only at the end. */
  public void setInt(int at, int value) {
    if (at < 0 || at + 4 > length) {
      throw new IndexOutOfBoundsException("at " + at + " of " + length);
    }
    INT.set(bytes, at, value);
  }

  private void ensure(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(length, more), bytes.length * 2));
    }
  }
}
