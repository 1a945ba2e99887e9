package dev.millrace.ingress.net;

import io.netty.buffer.ByteBuf;

/**
 * Follows the frames of an HTTP/2 connection (RFC 9113, 4.1) by their heads alone, cut wherever the
 * network cut them. It keeps a few numbers and looks at no payload.
 */
final class Http2Frames {

  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PUSH_PROMISE = 5;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int CONTINUATION = 9;

  /** Of SETTINGS and PING. */
  static final int ACK = 1;

  static final int END_HEADERS = 4;

  static final int HEAD = 9;

  /** Where in its head a frame's type is. */
  static final int TYPE_AT = 3;

  /** Before the first frame: {@code PRI * HTTP/2.0 ...}. */
  private static final int PREFACE = 24;

  /** Takes each frame's head when it is whole. */
  interface Sink {
    void frame(int type, int flags);
  }

  private final Sink sink;
  private int preface;
  private int headBytes;
  private int length;
  private int type;
  private int flags;

  /** Bytes of the payload that are still to come. */
  private int missing;

  /** Whether a head of a request has begun and its last frame has not. */
  private boolean openHead;

  /**
   * @param handedOn bytes of the preface that were seen before
   */
  Http2Frames(int handedOn, Sink sink) {
    this.preface = PREFACE - handedOn;
    this.sink = sink;
  }

  /** Looks at the bytes and leaves them as they are. */
  void look(ByteBuf in) {
    int at = in.readerIndex();
    int end = in.writerIndex();
    while (at < end) {
      if (preface > 0 || missing > 0) {
        int count = Math.min(end - at, preface > 0 ? preface : missing);
        at += count;
        if (preface > 0) {
          preface -= count;
        } else {
          missing -= count;
        }
      } else {
        head(in.getByte(at++) & 0xFF);
      }
    }
  }

  private void head(int next) {
    switch (headBytes++) {
      case 0, 1, 2 -> length = length << 8 | next;
      case 3 -> type = next;
      case 4 -> flags = next;
      case HEAD - 1 -> {
        missing = length;
        headBytes = 0;
        length = 0;
        if (type == HEADERS || type == CONTINUATION) {
          openHead = (flags & END_HEADERS) == 0;
        }
        sink.frame(type, flags);
      }
      default -> {} // the number of the stream
    }
  }

  /** Whether what has come ends within the preface, or within the head of a request. */
  boolean isWithinHead() {
    boolean withinFrame = missing > 0 && (type == HEADERS || type == CONTINUATION) || headBytes > 0;
    return preface > 0 || openHead || withinFrame;
  }
}
