package dev.millrace.bench;

import java.util.Arrays;

/** Cuts the bytes of one call into messages. Fed as they come; one instance a call, one thread. */
final class GrpcMessages {

  /** What a node sends at most, with room for what a message has around its tensors. */
  static final int MAX_LENGTH = 65 << 20;

  /** Takes messages; valid until it returns. */
  interface Sink {
    void message(GrpcLane lane, byte[] bytes, int from, int until);
  }

  private byte[] held = {};
  private int heldLength;

  void clear() {
    heldLength = 0;
  }

  boolean isWithin() {
    return heldLength > 0;
  }

  void feed(GrpcLane lane, byte[] bytes, int from, int until, Sink sink) throws BadPeer {
    if (heldLength == 0) {
      hold(bytes, cut(lane, bytes, from, until, sink), until);
      return;
    }
    hold(bytes, from, until);
    if (heldLength >= GrpcRequests.HEAD && heldLength >= GrpcRequests.HEAD + length(held, 0)) {
      byte[] whole = held;
      int length = heldLength;
      held = new byte[0];
      heldLength = 0;
      hold(whole, cut(lane, whole, 0, length, sink), length);
    }
  }

  private void hold(byte[] bytes, int from, int until) {
    int length = until - from;
    if (length > 0) {
      if (heldLength + length > held.length) {
        held = Arrays.copyOf(held, Math.max(heldLength + length, 2 * held.length));
      }
      System.arraycopy(bytes, from, held, heldLength, length);
      heldLength += length;
    }
  }

  private static int cut(GrpcLane lane, byte[] bytes, int from, int until, Sink sink)
      throws BadPeer {
    int at = from;
    while (until - at >= GrpcRequests.HEAD) {
      int length = length(bytes, at);
      if (length > until - at - GrpcRequests.HEAD) {
        break;
      }
      int start = at + GrpcRequests.HEAD;
      at = start + length;
      sink.message(lane, bytes, start, at);
    }
    return at;
  }

  private static int length(byte[] bytes, int at) throws BadPeer {
    int length = Http2Frames.number(bytes, at + 1);
    if (bytes[at] != 0 || length < 0 || length > MAX_LENGTH) {
      throw new BadPeer(
          "found a message of "
              + Integer.toUnsignedString(length)
              + " bytes, compressed: "
              + bytes[at]
              + "; expected at most "
              + MAX_LENGTH
              + ", not compressed");
    }
    return length;
  }
}
