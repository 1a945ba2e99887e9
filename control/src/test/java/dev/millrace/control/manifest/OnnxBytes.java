package dev.millrace.control.manifest;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes the outline of ONNX files, right or wrong as a test wants it. */
public final class OnnxBytes {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  public static byte[] model(byte[] graph) {
    return new OnnxBytes().number(1, 8).bytes(7, graph).done();
  }

  /** One input and one output, both float32. */
  public static byte[] simple() {
    return model(
        new OnnxBytes()
            .bytes(11, value("features", 1, -1, 16))
            .bytes(12, value("label", 7, -1))
            .done());
  }

  /** As {@link #simple}, and different bytes for each seed. */
  public static byte[] simple(int seed) {
    return new OnnxBytes().number(1, 8).bytes(7, graph()).number(5, seed).done();
  }

  private static byte[] graph() {
    return new OnnxBytes()
        .bytes(11, value("features", 1, -1, 16))
        .bytes(12, value("label", 7, -1))
        .done();
  }

  public static byte[] value(String name, int type, long... sizes) {
    OnnxBytes shape = new OnnxBytes();
    for (long size : sizes) {
      OnnxBytes one = new OnnxBytes();
      shape.bytes(1, size < 0 ? one.text(2, "N").done() : one.number(1, size).done());
    }
    byte[] tensor = new OnnxBytes().number(1, type).bytes(2, shape.done()).done();
    return new OnnxBytes().text(1, name).bytes(2, new OnnxBytes().bytes(1, tensor).done()).done();
  }

  public OnnxBytes number(int field, long value) {
    varint((long) field << 3);
    varint(value);
    return this;
  }

  public OnnxBytes text(int field, String text) {
    return bytes(field, text.getBytes(StandardCharsets.UTF_8));
  }

  public OnnxBytes bytes(int field, byte[] bytes) {
    varint((long) field << 3 | 2);
    varint(bytes.length);
    out.writeBytes(bytes);
    return this;
  }

  public byte[] done() {
    return out.toByteArray();
  }

  private void varint(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }
}
