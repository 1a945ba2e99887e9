package dev.millrace.ingress.ws;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;

/**
 * Frames as a server sends them: whole, unmasked, each in one buffer that the receiver releases.
 */
final class Frames {

  private static final int LAST = 0x80;
  private static final int SHORT = 125;
  private static final int LONGEST_HEAD = 10;

  private Frames() {}

  static ByteBuf text(ByteBufAllocator buffers, byte[] utf8, int size) {
    return frame(buffers, Opcode.TEXT, size).writeBytes(utf8, 0, size);
  }

  /**
   * @param payload at most 125 bytes
   */
  static ByteBuf control(ByteBufAllocator buffers, int opcode, byte[] payload) {
    return frame(buffers, opcode, payload.length).writeBytes(payload);
  }

  /**
   * @param reason of at most 123 ASCII characters; none is sent with {@link CloseStatus#NONE}
   */
  static ByteBuf goodbye(ByteBufAllocator buffers, int status, String reason) {
    if (status == CloseStatus.NONE) {
      return frame(buffers, Opcode.CLOSE, 0);
    }
    return frame(buffers, Opcode.CLOSE, 2 + reason.length())
        .writeShort(status)
        .writeBytes(reason.getBytes(StandardCharsets.US_ASCII));
  }

  private static ByteBuf frame(ByteBufAllocator buffers, int opcode, int size) {
    // Direct: what the operating system is given must not move, and a heap buffer would be copied.
    ByteBuf frame = buffers.directBuffer(LONGEST_HEAD + size).writeByte(LAST | opcode);
    if (size <= SHORT) {
      return frame.writeByte(size);
    }
    return size <= 0xFFFF
        ? frame.writeByte(SHORT + 1).writeShort(size)
        : frame.writeByte(SHORT + 2).writeLong(size);
  }
}
