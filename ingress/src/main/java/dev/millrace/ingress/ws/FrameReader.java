package dev.millrace.ingress.ws;

import dev.millrace.ingress.json.Utf8;
import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Takes a client's bytes apart into frames and puts its messages together (RFC 6455, 5), cut
 * wherever the network cut them. It takes all it is given, so between two frames it holds a few
 * numbers and no buffer. On the socket's loop.
 */
final class FrameReader {

  /** What comes of the bytes. After a goodbye or a fault nothing more comes. */
  interface Outcome {

    /** A whole text, well-formed. */
    void message(byte[] utf8);

    void ping(byte[] payload);

    void pong();

    /**
     * @param status as the client gave it, or {@link CloseStatus#NONE}
     */
    void goodbye(int status);

    /** The socket cannot go on. */
    void broken(int status, String reason);
  }

  private enum Stage {
    KIND,
    LENGTH,
    LONG_LENGTH,
    MASK,
    PAYLOAD,
    DEAF
  }

  private static final VarHandle EIGHT_BYTES =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final byte[] EMPTY = {};
  private static final int LONGEST_CONTROL = 125;

  /** A message in more parts than this is no message but work for nothing. */
  private static final int MOST_FRAGMENTS = 16_384;

  private static final int LENGTH_IN_2 = 126;
  private static final int LENGTH_IN_8 = 127;

  private final int limit;
  private final Outcome outcome;
  private Stage stage = Stage.KIND;

  // The frame that is being read.
  private boolean last;
  private int opcode;

  /** Bytes that are still to come of the part that is being read. */
  private int missing;

  private long length;

  /** What a length of this form must at least say. */
  private int least;

  private int mask;

  /**
   * Control frames may stand between the frames of a message, so they have a place of their own.
   */
  private byte[] control = EMPTY;

  private int controlSize;

  // The message that is being put together.
  private boolean within;
  private int fragments;
  private byte[] message = EMPTY;
  private int size;

  /**
   * @param limit bytes of a message
   */
  FrameReader(int limit, Outcome outcome) {
    this.limit = limit;
    this.outcome = outcome;
  }

  /** Takes all of the bytes; whose they are stays the caller's business. */
  void read(ByteBuf in) {
    while (in.isReadable()) {
      switch (stage) {
        case KIND -> kind(in.readByte());
        case LENGTH -> firstLength(in.readByte());
        case LONG_LENGTH -> {
          length = length << 8 | in.readUnsignedByte();
          if (--missing == 0) {
            longLength();
          }
        }
        case MASK -> {
          mask = mask << 8 | in.readUnsignedByte();
          if (--missing == 0) {
            beginPayload();
          }
        }
        case PAYLOAD -> payload(in);
        case DEAF -> in.skipBytes(in.readableBytes());
      }
    }
  }

  private void kind(byte first) {
    last = (first & 0x80) != 0;
    opcode = first & 0x0F;
    String fault = Opcode.fault(first, within);
    if (fault != null) {
      broken(CloseStatus.PROTOCOL_ERROR, fault);
    } else if (opcode == Opcode.BINARY) {
      broken(CloseStatus.UNSUPPORTED_DATA, "binary message (expected: JSON text)");
    } else {
      stage = Stage.LENGTH;
    }
  }

  private void firstLength(byte second) {
    length = second & 0x7F;
    if (second >= 0) {
      broken(CloseStatus.PROTOCOL_ERROR, "a frame without a mask");
    } else if (opcode >= Opcode.CLOSE && length > LONGEST_CONTROL) {
      broken(CloseStatus.PROTOCOL_ERROR, "a control frame of more than 125 bytes");
    } else if (length < LENGTH_IN_2) {
      lengthKnown();
    } else {
      missing = length == LENGTH_IN_8 ? 8 : 2;
      least = length == LENGTH_IN_8 ? 1 << 16 : LENGTH_IN_2;
      length = 0;
      stage = Stage.LONG_LENGTH;
    }
  }

  private void longLength() {
    if (length < least) { // also where the first bit is set, which it must not be
      broken(CloseStatus.PROTOCOL_ERROR, "a length written longer than it needs");
    } else {
      lengthKnown();
    }
  }

  private void lengthKnown() {
    if (opcode < Opcode.CLOSE && length > limit - size) {
      broken(CloseStatus.TOO_BIG, "a message of more than " + limit + " bytes");
    } else {
      mask = 0;
      missing = 4;
      stage = Stage.MASK;
    }
  }

  private void beginPayload() {
    if (opcode >= Opcode.CLOSE) {
      control = length == 0 ? EMPTY : new byte[(int) length];
      controlSize = 0;
    }
    missing = (int) length;
    if (missing == 0) {
      end();
    } else {
      stage = Stage.PAYLOAD;
    }
  }

  private void payload(ByteBuf in) {
    int count = Math.min(in.readableBytes(), missing);
    if (opcode >= Opcode.CLOSE) {
      in.readBytes(control, controlSize, count);
      unmask(control, controlSize, count);
      controlSize += count;
    } else {
      room(count);
      in.readBytes(message, size, count);
      unmask(message, size, count);
      size += count;
    }
    missing -= count;
    if (missing == 0) {
      end();
    }
  }

  /** Grows with what comes, not with what is announced: announcing costs a client nothing. */
  private void room(int count) {
    int needed = size + count;
    if (needed > message.length) {
      // Twice as much for fragments, however small: exact room for each would copy all of it again.
      int most = last ? size + missing : limit;
      message = Arrays.copyOf(message, Math.min(most, Math.max(needed, 2 * message.length)));
    }
  }

  private void unmask(byte[] bytes, int from, int count) {
    long eight = (mask & 0xFFFF_FFFFL) << 32 | (mask & 0xFFFF_FFFFL);
    int at = from;
    int end = from + count;
    for (; at <= end - Long.BYTES; at += Long.BYTES) {
      EIGHT_BYTES.set(bytes, at, (long) EIGHT_BYTES.get(bytes, at) ^ eight);
    }
    for (int shift = 24; at < end; at++, shift = shift - 8 & 24) {
      bytes[at] ^= (byte) (mask >>> shift);
    }
    // The next part of the payload begins with the byte of the mask that is next.
    mask = Integer.rotateLeft(mask, (count & 3) * 8);
  }

  private void end() {
    stage = Stage.KIND;
    switch (opcode) {
      case Opcode.PING -> outcome.ping(taken());
      case Opcode.PONG -> {
        taken();
        outcome.pong();
      }
      case Opcode.CLOSE -> goodbye(taken());
      default -> {
        within = !last;
        fragments++;
        if (last) {
          whole();
        } else if (fragments == MOST_FRAGMENTS) {
          broken(CloseStatus.TOO_BIG, "a message of more than " + MOST_FRAGMENTS + " fragments");
        }
      }
    }
  }

  private byte[] taken() {
    byte[] payload = control;
    control = EMPTY;
    return payload;
  }

  private void whole() {
    byte[] utf8 = size == message.length ? message : Arrays.copyOf(message, size);
    message = EMPTY;
    size = 0;
    fragments = 0;
    if (Utf8.isWellFormed(utf8)) {
      outcome.message(utf8);
    } else {
      broken(CloseStatus.INVALID_PAYLOAD, "a text that is no UTF-8");
    }
  }

  private void goodbye(byte[] payload) {
    int fault = CloseStatus.fault(payload);
    if (fault != 0) {
      broken(fault, "a goodbye that says nothing");
      return;
    }
    stage = Stage.DEAF;
    outcome.goodbye(CloseStatus.of(payload));
  }

  private void broken(int status, String reason) {
    stage = Stage.DEAF;
    message = EMPTY;
    outcome.broken(status, reason);
  }
}
