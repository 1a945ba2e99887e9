package dev.millrace.ingress.grpc;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts what arrives into messages: a byte that says whether one is compressed, four bytes of
 * length, the message. Room is made as bytes arrive, never for what a length only says.
 */
final class FrameReader {

  private static final int HEAD = 5;
  private static final int FIRST_ROOM = 64 << 10;
  private static final byte[] EMPTY = {};

  private final int limit;
  private final byte[] head = new byte[HEAD];
  private int headSize;
  private int length;
  private byte[] body = EMPTY;
  private int size;
  private @Nullable Buffer part;
  private int at;

  /**
   * @param limit bytes of a message
   */
  FrameReader(int limit) {
    this.limit = limit;
  }

  /** More has arrived; to be called when {@link #poll} has given null. */
  void offer(Buffer more) {
    part = more;
    at = 0;
  }

  /** Whether a message has begun and is not whole. */
  boolean isWithin() {
    return headSize > 0;
  }

  /** Whether the message given last is compressed. */
  boolean isCompressed() {
    return head[0] == 1;
  }

  /**
   * The next whole message, or null until more has arrived.
   *
   * @throws ProblemException when it would be too long, or is no message
   */
  byte @Nullable [] poll() {
    Buffer from = part;
    if (from == null) {
      return null;
    }
    if (headSize < HEAD && !readHead(from)) {
      part = null;
      return null;
    }
    int count = Math.min(length - size, from.length() - at);
    makeRoom(count);
    from.getBytes(at, at + count, body, size);
    at += count;
    size += count;
    if (size < length) {
      part = null;
      return null;
    }
    byte[] whole = body.length == length ? body : Arrays.copyOf(body, length);
    headSize = 0;
    body = EMPTY;
    size = 0;
    return whole;
  }

  private boolean readHead(Buffer from) {
    while (headSize < HEAD) {
      if (at == from.length()) {
        return false;
      }
      head[headSize++] = from.getByte(at++);
    }
    if (head[0] != 0 && head[0] != 1) {
      throw new ProblemException(
          Problem.invalid("message", "a first byte of " + (head[0] & 0xFF), "0, or 1: compressed"));
    }
    long said =
        (head[1] & 0xFFL) << 24 | (head[2] & 0xFFL) << 16 | (head[3] & 0xFFL) << 8 | head[4] & 0xFF;
    if (said > limit) {
      throw new ProblemException(
          Problem.of(
              ErrorCode.TOO_LARGE,
              "a message of " + said + " bytes (expected: at most " + limit + ")"));
    }
    length = (int) said;
    return true;
  }

  private void makeRoom(int count) {
    int needed = size + count;
    if (needed > body.length) {
      int room = needed == length ? length : Math.max(FIRST_ROOM, needed * 2);
      body = Arrays.copyOf(body, Math.min(length, room));
    }
  }
}
