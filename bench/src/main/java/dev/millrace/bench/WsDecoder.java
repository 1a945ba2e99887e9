package dev.millrace.bench;

import java.util.Arrays;

/**
 * Cuts a socket's bytes into the server's frames. Whole frames are handed on where they lie; only a
 * frame cut in two by the socket is copied. One thread; one instance a socket.
 */
final class WsDecoder {

  /** A single event is far smaller; a larger frame is a defect of the server. */
  static final int MAX_PAYLOAD = 1 << 20;

  private static final byte[] EMPTY = {};

  private byte[] kept = EMPTY;
  private int keptLength;

  /** What the frames are told to; the bytes are valid during the call. */
  interface Frames {
    void frame(int opcode, byte[] bytes, int from, int length);
  }

  void feed(byte[] bytes, int from, int until, Frames frames) throws BadPeer {
    if (keptLength == 0) {
      keep(bytes, consume(bytes, from, until, frames), until);
      return;
    }
    byte[] joined = Arrays.copyOf(kept, keptLength + until - from);
    System.arraycopy(bytes, from, joined, keptLength, until - from);
    keptLength = 0;
    keep(joined, consume(joined, 0, joined.length, frames), joined.length);
  }

  private void keep(byte[] bytes, int from, int until) {
    keptLength = until - from;
    // An idle socket holds nothing: ten thousand of them must stay cheap.
    kept = keptLength == 0 ? EMPTY : Arrays.copyOfRange(bytes, from, until);
  }

  /** Hands on every whole frame; gives where the first that is not whole begins. */
  private static int consume(byte[] bytes, int from, int until, Frames frames) throws BadPeer {
    int at = from;
    while (until - at >= 2) {
      int header = headerLength(bytes[at + 1]);
      if (until - at < header) {
        return at;
      }
      int length = length(bytes, at);
      if (until - at - header < length) {
        return at;
      }
      frames.frame(opcode(bytes[at]), bytes, at + header, length);
      at += header + length;
    }
    return at;
  }

  private static int opcode(byte first) throws BadPeer {
    if ((first & 0x80) == 0) {
      throw new BadPeer("found a fragment, expected one event in one frame");
    }
    if ((first & 0x70) != 0) {
      throw new BadPeer("found extension bits, expected none: no extension was offered");
    }
    return first & 0x0f;
  }

  private static int headerLength(byte second) throws BadPeer {
    if ((second & 0x80) != 0) {
      throw new BadPeer("found a masked frame, expected a server's frame without a mask");
    }
    return switch (second & 0x7f) {
      case 126 -> 4;
      case 127 -> 10;
      default -> 2;
    };
  }

  private static int length(byte[] bytes, int at) throws BadPeer {
    int small = bytes[at + 1] & 0x7f;
    if (small < 126) {
      return small;
    }
    long length = 0;
    int size = small == 126 ? 2 : 8;
    for (int i = 0; i < size; i++) {
      length = length << 8 | (bytes[at + 2 + i] & 0xff);
    }
    if (length < 0 || length > MAX_PAYLOAD) {
      throw new BadPeer("found a frame of " + length + " bytes, expected at most " + MAX_PAYLOAD);
    }
    return (int) length;
  }
}
