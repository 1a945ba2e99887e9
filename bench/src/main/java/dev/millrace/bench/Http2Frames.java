package dev.millrace.bench;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Cuts the bytes of an HTTP/2 connection into frames (RFC 9113, 4). Fed as they come; one instance
 * a socket, one thread.
 */
final class Http2Frames {

  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;

  static final int END_STREAM = 1;
  static final int ACK = 1;
  static final int END_HEADERS = 4;
  static final int PADDED = 8;
  static final int PRIORITY = 32;

  static final int HEAD = 9;

  /** What a peer may send as long as nobody has told it otherwise. */
  static final int MAX_PAYLOAD = 16_384;

  /** Takes frames; valid until it returns. */
  interface Sink {
    void frame(int type, int flags, int stream, byte[] bytes, int from, int until) throws BadPeer;
  }

  private final Sink sink;

  /** The beginning of a frame whose rest has not come. */
  private byte[] held = {};

  private int heldLength;

  Http2Frames(Sink sink) {
    this.sink = sink;
  }

  void feed(byte[] bytes, int from, int until) throws BadPeer {
    if (heldLength == 0) {
      hold(bytes, cut(bytes, from, until), until);
    } else {
      hold(bytes, from, until);
      byte[] whole = held;
      int length = heldLength;
      heldLength = 0;
      hold(whole, cut(whole, 0, length), length);
    }
  }

  private void hold(byte[] bytes, int from, int until) {
    int length = until - from;
    if (heldLength + length > held.length) {
      held = Arrays.copyOf(held, Math.max(heldLength + length, 2 * held.length));
    }
    System.arraycopy(bytes, from, held, heldLength, length);
    heldLength += length;
  }

  /** Hands on all whole frames; gives where the rest begins. */
  private int cut(byte[] bytes, int from, int until) throws BadPeer {
    int at = from;
    while (until - at >= HEAD) {
      int length = (bytes[at] & 0xff) << 16 | (bytes[at + 1] & 0xff) << 8 | (bytes[at + 2] & 0xff);
      if (length > MAX_PAYLOAD) {
        throw new BadPeer("found a frame of " + length + " bytes, expected at most " + MAX_PAYLOAD);
      }
      int end = at + HEAD + length;
      if (end > until) {
        break;
      }
      int stream = number(bytes, at + 5) & Integer.MAX_VALUE;
      sink.frame(bytes[at + 3], bytes[at + 4], stream, bytes, at + HEAD, end);
      at = end;
    }
    return at;
  }

  /** A whole number of four bytes. */
  static int number(byte[] bytes, int at) {
    return bytes[at] << 24
        | (bytes[at + 1] & 0xff) << 16
        | (bytes[at + 2] & 0xff) << 8
        | (bytes[at + 3] & 0xff);
  }

  /** Writes the head of a frame. */
  static void head(ByteBuf out, int length, int type, int flags, int stream) {
    out.writeMedium(length).writeByte(type).writeByte(flags).writeInt(stream);
  }
}
