package dev.millrace.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;

/** Writes the few kinds of protobuf field that a request is made of. For set-up, not for speed. */
final class ProtoWriter {

  private static final int LENGTH_DELIMITED = 2;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  ProtoWriter text(int field, String text) {
    return bytes(field, text.getBytes(UTF_8));
  }

  ProtoWriter message(int field, ProtoWriter message) {
    return bytes(field, message.toBytes());
  }

  ProtoWriter bytes(int field, byte[] bytes) {
    varint((field << 3) | LENGTH_DELIMITED);
    varint(bytes.length);
    out.writeBytes(bytes);
    return this;
  }

  /** A repeated field of whole numbers, none below 0. */
  ProtoWriter packed(int field, long... numbers) {
    ProtoWriter values = new ProtoWriter();
    for (long number : numbers) {
      values.varint(number);
    }
    return message(field, values);
  }

  private void varint(long number) {
    long rest = number;
    while (rest >= 0x80) {
      out.write((int) (rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  byte[] toBytes() {
    return out.toByteArray();
  }
}
