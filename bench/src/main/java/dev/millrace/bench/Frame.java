package dev.millrace.bench;

import java.nio.charset.StandardCharsets;

/**
 * The few members of one message that the generator looks at, filled by {@link FrameScanner} and
 * used again for the next message.
 */
final class Frame {

  enum Op {
    ACK,
    EVENT,
    BUSY,
    ERROR,
    OTHER
  }

  enum Kind {
    TOKEN,
    END,
    OTHER
  }

  static final long NONE = -1;

  Op op = Op.OTHER;
  Kind kind = Kind.OTHER;

  /** The reference as a number, or {@link #NONE}: ours are all decimal numbers. */
  long ref = NONE;

  long seq = NONE;
  final Text state = new Text();
  final Text code = new Text();

  void clear() {
    op = Op.OTHER;
    kind = Kind.OTHER;
    ref = NONE;
    seq = NONE;
    state.clear();
    code.clear();
  }

  /** A stretch of the message's bytes; read before the next message comes. */
  static final class Text {
    private static final byte[] EMPTY = {};
    private byte[] bytes = EMPTY;
    private int from;
    private int until;

    void set(byte[] source, int start, int end) {
      bytes = source;
      from = start;
      until = end;
    }

    void clear() {
      set(EMPTY, 0, 0);
    }

    boolean is(byte[] expected) {
      return FrameScanner.equal(bytes, from, until, expected);
    }

    String orElse(String absent) {
      return from == until ? absent : new String(bytes, from, until - from, StandardCharsets.UTF_8);
    }
  }
}
