package dev.millrace.ingress.testing;

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
    return over(new RawClient(port), path, headers);
  }

  /** As {@link #open}, on a connection that may have been used before. */
  public static WsClient over(RawClient raw, String path, String... headers) {
    raw.send(request(path, headers));
    return new WsClient(raw, raw.readUntil("\r\n\r\n"));
  }

  /** A request for a WebSocket. */
  public static String request(String path, String... headers) {
    StringBuilder head = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n");
    head.append("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n");
    head.append("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
    for (String header : headers) {
      head.append(header).append("\r\n");
    }
    return head.append("\r\n").toString();
  }

  /** A connection on which the handshake has been done, and answered. */
  public static WsClient upgraded(RawClient raw, String answer) {
    return new WsClient(raw, answer);
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
    raw.send(ClientFrame.of(opcode, last, payload, 0x37FA213D));
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
