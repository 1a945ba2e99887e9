package dev.millrace.bench;

import io.netty.buffer.ByteBuf;

/** What the peer of an HTTP/2 connection has said that it allows. One thread. */
final class Http2Settings {

  private static final int HEADER_TABLE_SIZE = 1;
  private static final int ENABLE_PUSH = 2;
  private static final int INITIAL_WINDOW_SIZE = 4;
  private static final int MAX_FRAME_SIZE = 5;
  private static final int ENTRY = 6;

  private long tableSize = 4_096;
  private long initialWindow = 65_535;
  private int maxPayload = Http2Frames.MAX_PAYLOAD;

  /** Ours: no table of headers on the peer's side, no push, and much room. */
  static void writeOwn(ByteBuf out, int window) {
    Http2Frames.head(out, 3 * ENTRY, Http2Frames.SETTINGS, 0, 0);
    out.writeShort(HEADER_TABLE_SIZE).writeInt(0);
    out.writeShort(ENABLE_PUSH).writeInt(0);
    out.writeShort(INITIAL_WINDOW_SIZE).writeInt(window);
  }

  /**
   * Takes a frame.
   *
   * @return by how much the window of every open stream changes
   */
  long read(byte[] bytes, int from, int until) throws BadPeer {
    if ((until - from) % ENTRY != 0) {
      throw new BadPeer("found settings of " + (until - from) + " bytes, expected 6 each");
    }
    long before = initialWindow;
    for (int at = from; at < until; at += ENTRY) {
      int name = (bytes[at] & 0xff) << 8 | (bytes[at + 1] & 0xff);
      long value = Http2Frames.number(bytes, at + 2) & 0xffff_ffffL;
      switch (name) {
        case HEADER_TABLE_SIZE -> tableSize = value;
        case INITIAL_WINDOW_SIZE -> initialWindow = value;
        case MAX_FRAME_SIZE -> maxPayload = (int) Math.min(value, 1 << 20);
        default -> {}
      }
    }
    return initialWindow - before;
  }

  long tableSize() {
    return tableSize;
  }

  long initialWindow() {
    return initialWindow;
  }

  int maxPayload() {
    return maxPayload;
  }
}
