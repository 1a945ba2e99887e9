package dev.millrace.ingress.testing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A frame's bytes as a client sends them (RFC 6455, 5.2). */
public final class ClientFrame {

  private ClientFrame() {}

  public static byte[] text(String text, int mask) {
    return of(WsClient.TEXT, true, text.getBytes(StandardCharsets.UTF_8), mask);
  }

  public static byte[] of(int opcode, boolean last, byte[] payload, int mask) {
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
    byte[] key = ByteBuffer.allocate(4).putInt(mask).array();
    frame.writeBytes(key);
    for (int i = 0; i < payload.length; i++) {
      frame.write(payload[i] ^ key[i % 4]);
    }
    return frame.toByteArray();
  }
}
