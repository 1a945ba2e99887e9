package dev.millrace.ingress.testing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;

/** A WebSocket client that can also break the protocol. */
public final class WsClient implements AutoCloseable {

  public static final int TEXT = 1;
  public static final int BINARY = 2;
  public static final int CLOSE = 8;
  public static final int PING = 9;
  public static final int PONG = 10;

  /** A frame as it came. */
  @SuppressWarnings("ArrayRecordComponent")
  public record Frame(int opcode, byte[] payload) {
    public String text() {
      return new String(payload, StandardCharsets.UTF_8);
    }

    public int closeStatus() {
      return ByteBuffer.wrap(payload).getShort() & 0xFFFF;
    }
  }

  private final RawClient raw;
  private final String answer;

  private WsClient(RawClient raw, String answer) {
    this.raw = raw;
    this.answer = answer;
  }

  /** Shakes hands; the answer may be a refusal. */
  public static WsClient open(int port, String path, String... headers) {
    RawClient raw = new RawClient(port);
    StringBuilder head = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n");
    head.append("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n");
    head.append("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
    for (String header : headers) {
      head.append(header).append("\r\n");
    }
    raw.send(head.append("\r\n").toString());
    return new WsClient(raw, raw.readUntil("\r\n\r\n"));
  }

  /** The head of the answer to the handshake. */
  public String answer() {
    return answer;
  }

  public int status() {
    return Integer.parseInt(answer.substring(9, 12));
  }

  public WsClient send(String text) {
    return frame(TEXT, true, text.getBytes(StandardCharsets.UTF_8));
  }

  public WsClient frame(int opcode, boolean last, byte[] payload) {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.write((last ? 0x80 : 0) | opcode);
    if (payload.length < 126) {
      frame.write(0x80 | payload.length);
    } else if (payload.length < 65_536) {
      frame.write(0x80 | 126);
      frame.writeBytes(ByteBuffer.allocate(2).putShort((short) payload.length).array());
    } else {
      frame.write(0x80 | 127);
      frame.writeBytes(ByteBuffer.allocate(8).putLong(payload.length).array());
    }
    frame.writeBytes(new byte[4]); // a mask of zeros leaves the payload as it is
    frame.writeBytes(payload);
    raw.send(frame.toByteArray());
    return this;
  }

  /** The next frame, whatever it is; pings are answered and passed over. */
  public Frame next() {
    while (true) {
      Frame frame = any();
      if (frame.opcode() != PING) {
        return frame;
      }
      frame(PONG, true, frame.payload());
    }
  }

  public Frame any() {
    int opcode = raw.read(1)[0] & 0x0F;
    long length = raw.read(1)[0] & 0x7F;
    if (length == 126) {
      length = ByteBuffer.wrap(raw.read(2)).getShort() & 0xFFFF;
    } else if (length == 127) {
      length = ByteBuffer.wrap(raw.read(8)).getLong();
    }
    return new Frame(opcode, raw.read(Math.toIntExact(length)));
  }

  /** The next message as JSON. */
  public JsonNode message() {
    Frame frame = next();
    if (frame.opcode() != TEXT) {
      throw new AssertionError("a frame of kind " + frame.opcode() + " (expected: a text)");
    }
    return Doors.json(frame.text());
  }

  /** The status of the close frame that comes next, after any messages. */
  public int closed() {
    Frame frame = next();
    while (frame.opcode() != CLOSE) {
      frame = next();
    }
    return frame.closeStatus();
  }

  public RawClient raw() {
    return raw;
  }

  @Override
  public void close() {
    raw.close();
  }
}
