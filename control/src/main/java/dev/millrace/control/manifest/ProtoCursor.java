package dev.millrace.control.manifest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Walks the fields of one protobuf message in place. Every length is held against the end of the
 * message it stands in before it is believed; nothing is allocated by a length but short texts.
 */
final class ProtoCursor {

  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;
  private static final int LONGEST_TEXT = 1_024;

  private final FileWindow window;
  private final long end;
  private long at;
  private int field;
  private int wire;
  private long value;

  ProtoCursor(FileWindow window, long at, long end) {
    this.window = window;
    this.at = at;
    this.end = end;
  }

  /**
   * Steps to the next field.
   *
   * @return false at the end of the message
   */
  boolean next() throws IOException {
    if (at == end) {
      return false;
    }
    long tag = varint();
    field = (int) (tag >>> 3);
    wire = (int) (tag & 7);
    if (tag >>> 32 != 0 || field == 0) {
      throw new MalformedModel("tag " + tag + " at " + at + " (expected: a field's)");
    }
    switch (wire) {
      case VARINT -> value = varint();
      case FIXED64 -> skip(8);
      case FIXED32 -> skip(4);
      case BYTES -> {
        value = varint();
        skip(value);
      }
      default ->
          throw new MalformedModel("wire type " + wire + " at " + at + " (expected: 0, 1, 2 or 5)");
    }
    return true;
  }

  int field() {
    return field;
  }

  /** The value of a number; of bytes, their length. */
  long value() {
    return value;
  }

  long number() {
    require(VARINT);
    return value;
  }

  /** The current field as a message of its own. */
  ProtoCursor message() {
    require(BYTES);
    return new ProtoCursor(window, at - value, at);
  }

  /** The current field as a text. */
  String text() throws IOException {
    require(BYTES);
    if (value > LONGEST_TEXT) {
      throw new MalformedModel(
          "a text of " + value + " bytes at " + at + " (expected: <= " + LONGEST_TEXT + ")");
    }
    byte[] bytes = new byte[(int) value];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = window.at(at - value + i);
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private void require(int expected) {
    if (wire != expected) {
      throw new MalformedModel(
          "field " + field + " of wire type " + wire + " (expected: " + expected + ")");
    }
  }

  private void skip(long count) {
    if (count < 0 || count > end - at) {
      throw new MalformedModel(
          "field "
              + field
              + " of "
              + count
              + " bytes at "
              + at
              + " (expected: <= "
              + (end - at)
              + ", what is left)");
    }
    at += count;
  }

  private long varint() throws IOException {
    long result = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (at == end) {
        throw new MalformedModel("a number cut short at " + at + " (expected: its last byte)");
      }
      byte b = window.at(at++);
      result |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return result;
      }
    }
    throw new MalformedModel("a number of more than 10 bytes at " + at + " (expected: <= 10)");
  }
}
