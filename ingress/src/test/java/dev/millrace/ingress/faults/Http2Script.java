package dev.millrace.ingress.faults;

import dev.millrace.ingress.testing.Keys;
import dev.millrace.ingress.testing.RawClient;
import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** HTTP/2 with prior knowledge, any frame at any time on any stream. */
final class Http2Script implements AutoCloseable {

  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int PRIORITY = 2;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;

  static final int END_STREAM = 1;
  static final int END_HEADERS = 4;

  static final int PROTOCOL_ERROR = 1;
  static final int ENHANCE_YOUR_CALM = 11;

  /** Of an ending: the connection was reset, and that overtook its goodbye. */
  static final int CUT = -1;

  private static final byte[] NOTHING = {};

  private final RawClient raw;
  private final ByteArrayOutputStream unsent = new ByteArrayOutputStream();

  /**
   * How the node ended the connection.
   *
   * @param error of its GOAWAY, or {@link #CUT}
   * @param frames how many of each type came before
   */
  record Ending(int error, Map<Integer, Integer> frames) {
    int count(int type) {
      return frames.getOrDefault(type, 0);
    }
  }

  /** A frame as it came. */
  @SuppressWarnings("ArrayRecordComponent")
  record Frame(int type, int flags, int stream, byte[] payload) {}

  Http2Script(int port) {
    raw = new RawClient(port);
    unsent.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    frame(SETTINGS, 0, 0, NOTHING);
  }

  /** The head of a POST with Alice's key; more headers in pairs. */
  static byte[] post(String path, String... more) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    header(block, ":method", "POST");
    header(block, ":scheme", "http");
    header(block, ":path", path);
    header(block, ":authority", "localhost");
    header(block, "authorization", "Bearer " + Keys.ALICE);
    for (int i = 0; i < more.length; i += 2) {
      header(block, more[i], more[i + 1]);
    }
    return block.toByteArray();
  }

  /** A literal that is not indexed (RFC 7541, 6.2.2). */
  static void header(ByteArrayOutputStream block, String name, String value) {
    block.write(0);
    for (String each : List.of(name, value)) {
      int length = each.length();
      block.write(Math.min(length, 127));
      if (length >= 127) {
        for (length -= 127; length >= 128; length >>>= 7) {
          block.write(length & 127 | 128);
        }
        block.write(length);
      }
      block.writeBytes(each.getBytes(StandardCharsets.ISO_8859_1));
    }
  }

  Http2Script frame(int type, int flags, int stream, byte[] payload) {
    unsent.writeBytes(
        ByteBuffer.allocate(9)
            .putShort((short) (payload.length >> 8))
            .put((byte) payload.length)
            .put((byte) type)
            .put((byte) flags)
            .putInt(stream)
            .array());
    unsent.writeBytes(payload);
    return this;
  }

  /** A frame whose payload is one number. */
  Http2Script number(int type, int stream, int value) {
    return frame(type, 0, stream, ByteBuffer.allocate(4).putInt(value).array());
  }

  /** A whole request. */
  Http2Script request(int stream, byte[] head, byte[] body) {
    return frame(HEADERS, END_HEADERS, stream, head).frame(DATA, END_STREAM, stream, body);
  }

  /** Sends what was written since the last time; false once the node has hung up. */
  boolean flush() {
    byte[] bytes = unsent.toByteArray();
    unsent.reset();
    try {
      raw.send(bytes);
      return true;
    } catch (UncheckedIOException down) {
      return false;
    }
  }

  /** The next frame. */
  Frame next() {
    ByteBuffer head = ByteBuffer.wrap(raw.read(9));
    int length = ((head.getShort() & 0xFFFF) << 8) | (head.get() & 0xFF);
    return new Frame(head.get(), head.get(), head.getInt(), raw.read(length));
  }

  /** Reads until the node has hung up, which it must. */
  Ending ending() {
    flush();
    Map<Integer, Integer> frames = new HashMap<>();
    int error = CUT;
    while (true) {
      int first = raw.read();
      if (first < 0) {
        return new Ending(error, frames);
      }
      byte[] rest = raw.read(8);
      int length = first << 16 | (rest[0] & 0xFF) << 8 | rest[1] & 0xFF;
      byte[] payload = raw.read(length);
      frames.merge((int) rest[2], 1, Integer::sum);
      if (rest[2] == GOAWAY) {
        error = ByteBuffer.wrap(payload).getInt(4);
      }
    }
  }

  @Override
  public void close() {
    raw.close();
  }
}
