package dev.millrace.ingress.net;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Looks at the lines of a request's head as they stand on the wire. One head after the other. */
final class HeadLines {

  private static final byte[] VERSION = {'H', 'T', 'T', 'P', '/'};

  private boolean requestLine = true;
  private @Nullable String fault;

  /** Begins the next head. */
  void begin() {
    requestLine = true;
    fault = null;
  }

  /** What is wrong with the head so far, or null. */
  @Nullable String fault() {
    return fault;
  }

  /** The decoder has taken these bytes: whole lines, and what it skips before the first. */
  void look(ByteBuf in, int from, int to) {
    int at = from;
    while (at < to && fault == null) {
      int end = in.indexOf(at, to, (byte) '\n');
      if (end < 0) {
        end = to;
      }
      if (requestLine) {
        firstLine(in, at, end);
      } else {
        header(in.getByte(at));
      }
      at = end + 1;
    }
  }

  private void header(byte first) {
    if (first == ' ' || first == '\t') {
      fault = "a folded line";
    } else if (first == ':') {
      fault = "a header without a name";
    }
  }

  /** An empty line may stand before it (RFC 9112, 2.2); nothing else may. */
  private void firstLine(ByteBuf in, int from, int end) {
    int to = end > from && in.getByte(end - 1) == '\r' ? end - 1 : end;
    if (to == from) {
      return;
    }
    requestLine = false;
    int afterMethod = in.indexOf(from, to, (byte) ' ');
    int afterTarget = afterMethod < 0 ? -1 : in.indexOf(afterMethod + 1, to, (byte) ' ');
    boolean whole =
        afterMethod > from
            && afterTarget > afterMethod + 1
            && isVersion(in, afterTarget + 1, to)
            && isVisible(in, from, afterMethod)
            && isVisible(in, afterMethod + 1, afterTarget);
    if (!whole) {
      fault = "a request line (expected: method, target and version, a space between)";
    }
  }

  private static boolean isVersion(ByteBuf in, int from, int to) {
    if (to - from != VERSION.length + 3 || in.getByte(to - 2) != '.') {
      return false;
    }
    for (int i = 0; i < VERSION.length; i++) {
      if (in.getByte(from + i) != VERSION[i]) {
        return false;
      }
    }
    return isDigit(in.getByte(to - 3)) && isDigit(in.getByte(to - 1));
  }

  private static boolean isDigit(byte one) {
    return one >= '0' && one <= '9';
  }

  private static boolean isVisible(ByteBuf in, int from, int to) {
    for (int i = from; i < to; i++) {
      int one = in.getByte(i);
      if (one >= 0 && one <= ' ' || one == 0x7F) {
        return false;
      }
    }
    return true;
  }
}
