package dev.millrace.verify.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verify.node.NodeProcess;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** A WebSocket client (RFC 6455) by hand, that writes and reads nothing until it is asked to. */
final class StuckSocket implements AutoCloseable {

  private static final int TEXT = 1;
  private static final int CLOSE = 8;
  private static final int LIMIT_MILLIS = 20_000;

  private final Socket socket = new Socket();
  private final DataInputStream in;
  private final OutputStream out;
  private final Map<String, String> tasks = new HashMap<>();
  private int events;

  StuckSocket(NodeProcess node) throws IOException {
    socket.setReceiveBufferSize(4_096);
    socket.setSoTimeout(LIMIT_MILLIS);
    socket.connect(new InetSocketAddress("127.0.0.1", node.port()));
    in = new DataInputStream(socket.getInputStream());
    out = socket.getOutputStream();
    out.write(
        ("GET /v1/ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                + "Authorization: Bearer "
                + NodeProcess.KEY
                + "\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII));
    assertThat(head()).startsWith("HTTP/1.1 101");
  }

  private String head() throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) in.readUnsignedByte());
    }
    return head.toString();
  }

  /** Sends one text in one masked frame; the mask is all zeros. */
  void send(String text) throws IOException {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.write(0x80 | TEXT);
    // A length must not be written longer than it needs (5.2).
    if (utf8.length < 126) {
      frame.write(0x80 | utf8.length);
    } else {
      frame.write(0x80 | 126);
      frame.write(utf8.length >> 8);
      frame.write(utf8.length);
    }
    frame.write(new byte[4]);
    frame.write(utf8);
    out.write(frame.toByteArray());
  }

  /** Reads what was sent meanwhile, up to the node's goodbye. */
  SocketClient.Closed readToTheClose() throws IOException {
    while (true) {
      int kind = in.readUnsignedByte() & 0x0F;
      int length = in.readUnsignedByte();
      if (length == 126) {
        length = in.readUnsignedShort();
      }
      byte[] payload = in.readNBytes(length);
      if (kind == CLOSE) {
        int status = (payload[0] & 0xFF) << 8 | payload[1] & 0xFF;
        String reason = new String(payload, 2, length - 2, StandardCharsets.UTF_8);
        return new SocketClient.Closed(status, reason);
      }
      if (kind == TEXT) {
        take(NodeClient.JSON.readTree(payload));
      }
    }
  }

  private void take(JsonNode message) {
    if (message.path("op").asString("").equals("event")) {
      events++;
    } else {
      tasks.put(message.path("ref").asString(""), message.path("task").asString(""));
    }
  }

  int eventsRead() {
    return events;
  }

  /** The task that was acknowledged under a ref. */
  String task(String ref) {
    return tasks.getOrDefault(ref, "none");
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
