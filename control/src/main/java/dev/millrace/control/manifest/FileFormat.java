package dev.millrace.control.manifest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The formats that a version may hold, known by their bytes and never by their names. Nothing on
 * the list can carry code: pickles, archives and scripts are on none.
 */
public enum FileFormat {
  ONNX,
  GGUF,
  JSON,
  TEXT;

  private static final long LARGEST_TEXT = 64L << 20;
  private static final int GGUF_MAGIC = 0x46554747;
  private static final int GGUF_HEADER = 24;
  private static final long GGUF_MOST = 1 << 20;

  /** The format, and when the bytes are of none, why. */
  record Detected(@Nullable FileFormat format, String reason) {}

  static Detected detect(Path file, long size) throws IOException {
    try (SeekableByteChannel channel = Sha256.open(file)) {
      byte[] head = head(channel);
      if (head.length >= 4 && littleInt(head, 0) == GGUF_MAGIC) {
        return gguf(head);
      }
      if (looksLikeText(head)) {
        return text(channel, head, size);
      }
      OnnxOutline.read(channel, size);
      return new Detected(ONNX, "");
    } catch (MalformedModel e) {
      return new Detected(
          null, "neither GGUF, JSON, text nor ONNX (as ONNX: " + e.getMessage() + ")");
    }
  }

  private static byte[] head(SeekableByteChannel channel) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(512);
    FileWindow.fill(channel, buffer);
    byte[] head = new byte[buffer.position()];
    buffer.flip().get(head);
    return head;
  }

  private static Detected gguf(byte[] head) {
    if (head.length < GGUF_HEADER) {
      return new Detected(
          null, "GGUF of " + head.length + " bytes (expected: >= " + GGUF_HEADER + ")");
    }
    int version = littleInt(head, 4);
    if (version < 2 || version > 3) {
      return new Detected(null, "GGUF version " + version + " (expected: 2..3)");
    }
    long tensors = littleLong(head, 8);
    long pairs = littleLong(head, 16);
    if (tensors < 1 || tensors > GGUF_MOST || pairs < 0 || pairs > GGUF_MOST) {
      return new Detected(
          null,
          "GGUF with "
              + tensors
              + " tensors and "
              + pairs
              + " pairs (expected: 1.."
              + GGUF_MOST
              + ")");
    }
    return new Detected(GGUF, "");
  }

  private static int littleInt(byte[] bytes, int at) {
    return Integer.reverseBytes(ByteBuffer.wrap(bytes).getInt(at));
  }

  private static long littleLong(byte[] bytes, int at) {
    return Long.reverseBytes(ByteBuffer.wrap(bytes).getLong(at));
  }

  // An ONNX file begins with the tag of ir_version and a small number: control characters both.
  private static boolean looksLikeText(byte[] head) {
    for (byte b : head) {
      if (isControl(b)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isControl(int b) {
    return b >= 0 && b < 0x20 && b != '\t' && b != '\n' && b != '\r' && b != '\f' || b == 0x7f;
  }

  private static Detected text(SeekableByteChannel channel, byte[] head, long size)
      throws IOException {
    if (size > LARGEST_TEXT) {
      return new Detected(null, "text of " + size + " bytes (expected: <= " + LARGEST_TEXT + ")");
    }
    if (head.length >= 2 && head[0] == '#' && head[1] == '!') {
      return new Detected(null, "a script (expected: ONNX, GGUF, JSON or text)");
    }
    ByteBuffer all = ByteBuffer.allocate((int) size);
    channel.position(0);
    FileWindow.fill(channel, all);
    all.flip();
    for (int i = 0; i < all.limit(); i++) {
      if (isControl(all.get(i))) {
        return new Detected(
            null, "text with byte " + all.get(i) + " at " + i + " (expected: no control bytes)");
      }
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(all).toString().stripLeading();
      boolean json = text.startsWith("{") || text.startsWith("[");
      return new Detected(json ? JSON : TEXT, "");
    } catch (CharacterCodingException e) {
      return new Detected(null, "text that is not UTF-8 (expected: ONNX, GGUF, JSON or text)");
    }
  }
}
