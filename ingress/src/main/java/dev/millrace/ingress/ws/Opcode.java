package dev.millrace.ingress.ws;

import org.jspecify.annotations.Nullable;

/** Kinds of frames (RFC 6455, 5.2), and what their first byte may say. */
final class Opcode {

  static final int CONTINUATION = 0;
  static final int TEXT = 1;
  static final int BINARY = 2;

  /** From here on: control frames, never cut in fragments. */
  static final int CLOSE = 8;

  static final int PING = 9;
  static final int PONG = 10;

  private Opcode() {}

  /**
   * What is wrong with a frame's first byte, or null.
   *
   * @param within a message of which the last frame has not come
   */
  static @Nullable String fault(byte first, boolean within) {
    int opcode = first & 0x0F;
    if ((first & 0x70) != 0) {
      return "a bit that means nothing here";
    }
    if (opcode > BINARY && opcode < CLOSE || opcode > PONG) {
      return "a frame of kind " + opcode;
    }
    if (opcode >= CLOSE) {
      return first >= 0 ? "a control frame in fragments" : null;
    }
    if (within != (opcode == CONTINUATION)) {
      return within ? "a new message within a message" : "a continuation of nothing";
    }
    return null;
  }
}
