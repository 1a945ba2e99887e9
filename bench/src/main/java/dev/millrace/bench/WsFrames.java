package dev.millrace.bench;

import io.netty.buffer.ByteBuf;

/** WebSocket framing as a client writes it (RFC 6455, 5.2). */
final class WsFrames {

  static final int CONTINUATION = 0;
  static final int TEXT = 1;
  static final int BINARY = 2;
  static final int CLOSE = 8;
  static final int PING = 9;
  static final int PONG = 10;

  /** Two bytes, a length of eight, a masking key of four. */
  static final int MAX_HEADER = 14;

  private static final int FINAL = 0x80;
  private static final int MASKED = 0x80;

  private WsFrames() {}

  /**
   * Writes the header of a final frame. The masking key is zero: a client must mask, and the zero
   * key does so without a pass over the payload. It protects from proxies that guess, and there is
   * none on the way to this machine's own node.
   */
  static void header(ByteBuf out, int opcode, int length) {
    out.writeByte(FINAL | opcode);
    if (length < 126) {
      out.writeByte(MASKED | length);
    } else if (length < 65_536) {
      out.writeByte(MASKED | 126).writeShort(length);
    } else {
      out.writeByte(MASKED | 127).writeLong(length);
    }
    out.writeInt(0);
  }
}
