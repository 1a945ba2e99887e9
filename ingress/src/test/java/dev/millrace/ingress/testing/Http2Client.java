package dev.millrace.ingress.testing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** HTTP/2 with prior knowledge, frame by frame; one request on stream 1. */
public final class Http2Client implements AutoCloseable {

  public static final int DATA = 0;
  public static final int HEADERS = 1;
  public static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int WINDOW_UPDATE = 8;

  /** A frame as it came. */
  @SuppressWarnings("ArrayRecordComponent")
  public record Frame(int type, int flags, int stream, byte[] payload) {
    public String text() {
      return new String(payload, StandardCharsets.UTF_8);
    }

    public boolean ends() {
      return type == RST_STREAM || (type <= HEADERS && (flags & 1) != 0);
    }
  }

  private final RawClient raw;

  public Http2Client(int port) {
    raw = new RawClient(port);
    raw.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    frame(SETTINGS, 0, 0, new byte[0]);
  }

  /** Posts with Alice's key. */
  public Http2Client post(String path, String body) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    header(block, ":method", "POST");
    header(block, ":scheme", "http");
    header(block, ":path", path);
    header(block, ":authority", "localhost");
    header(block, "authorization", "Bearer " + Keys.ALICE);
    frame(HEADERS, 4, 1, block.toByteArray());
    frame(DATA, 1, 1, body.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  /** A literal that is not indexed, of less than 127 bytes (RFC 7541, 6.2.2). */
  private static void header(ByteArrayOutputStream block, String name, String value) {
    block.write(0);
    for (String each : List.of(name, value)) {
      block.write(each.length());
      block.writeBytes(each.getBytes(StandardCharsets.US_ASCII));
    }
  }

  public void frame(int type, int flags, int stream, byte[] payload) {
    raw.send(
        ByteBuffer.allocate(9 + payload.length)
            .putShort((short) (payload.length >> 8))
            .put((byte) payload.length)
            .put((byte) type)
            .put((byte) flags)
            .putInt(stream)
            .put(payload)
            .array());
  }

  /** The frames of stream 1 up to its end. */
  public List<Frame> answer() {
    List<Frame> frames = new ArrayList<>();
    while (frames.isEmpty() || !frames.getLast().ends()) {
      ByteBuffer head = ByteBuffer.wrap(raw.read(9));
      int length = ((head.getShort() & 0xFFFF) << 8) | (head.get() & 0xFF);
      Frame frame = new Frame(head.get(), head.get(), head.getInt(), raw.read(length));
      if (frame.stream() == 1 && frame.type() != WINDOW_UPDATE) {
        frames.add(frame);
      }
    }
    return frames;
  }

  @Override
  public void close() {
    raw.close();
  }
}
