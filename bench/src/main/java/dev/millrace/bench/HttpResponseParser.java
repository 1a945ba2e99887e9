package dev.millrace.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Finds where each HTTP/1.1 response ends and which status it has; the body is stepped over, or
 * handed on as it comes. Fed with the socket's bytes as they come. One thread; one instance a
 * socket.
 */
final class HttpResponseParser {

  static final int MAX_LINE = 8_192;
  static final int MAX_HEADERS = 200;

  /** Takes a response as it comes, before it is complete. */
  interface Body {

    void head(int status);

    /** A stretch of the body; valid until it returns. */
    void bytes(byte[] bytes, int from, int until) throws BadPeer;
  }

  private static final Body STEPPED_OVER =
      new Body() {
        @Override
        public void head(int status) {
          // Its end is told; that is enough.
        }

        @Override
        public void bytes(byte[] bytes, int from, int until) {
          // As above.
        }
      };

  private enum State {
    STATUS,
    HEADER,
    BODY,
    CHUNK_SIZE,
    CHUNK_DATA,
    CHUNK_END,
    TRAILER
  }

  /** Grows to {@link #MAX_LINE}: ten thousand sockets open at once must not hold that much each. */
  private byte[] line = new byte[256];

  private int lineLength;
  private State state = State.STATUS;
  private int status;
  private int headers;
  private long remaining;
  private boolean chunked;
  private boolean closes;
  private boolean finished;
  private @Nullable String accept;
  private @Nullable String location;
  private final Body body;

  HttpResponseParser() {
    this(STEPPED_OVER);
  }

  HttpResponseParser(Body body) {
    this.body = body;
  }

  /**
   * Steps over the bytes until a response is complete.
   *
   * @return the index behind that response, or -1 when all bytes were taken and more are needed
   */
  int feed(byte[] bytes, int from, int until) throws BadPeer {
    int at = from;
    while (at < until) {
      if (state == State.BODY || state == State.CHUNK_DATA) {
        long step = Math.min(remaining, until - at);
        body.bytes(bytes, at, at + (int) step);
        at += (int) step;
        remaining -= step;
        if (remaining == 0) {
          bodyDone();
        }
      } else {
        byte next = bytes[at++];
        if (next == '\n') {
          lineDone();
        } else if (lineLength == MAX_LINE) {
          throw new BadPeer("found a line over " + MAX_LINE + " bytes, expected a shorter one");
        } else {
          if (lineLength == line.length) {
            line = Arrays.copyOf(line, line.length * 2);
          }
          line[lineLength++] = next;
        }
      }
      if (finished) {
        finished = false;
        state = State.STATUS;
        return at;
      }
    }
    return -1;
  }

  /** The status of the response that was completed last. */
  int status() {
    return status;
  }

  /** Whether the server closes the connection after the response that was completed last. */
  boolean closes() {
    return closes;
  }

  /** The value of Sec-WebSocket-Accept of the response that was completed last. */
  @Nullable String accept() {
    return accept;
  }

  /** The value of Location of the response that was completed last. */
  @Nullable String location() {
    return location;
  }

  private void bodyDone() {
    if (state == State.CHUNK_DATA) {
      state = State.CHUNK_END;
    } else {
      finished = true;
    }
  }

  private void lineDone() throws BadPeer {
    int length = lineLength > 0 && line[lineLength - 1] == '\r' ? lineLength - 1 : lineLength;
    lineLength = 0;
    switch (state) {
      case STATUS -> statusLine(length);
      case HEADER -> {
        if (length == 0) {
          headDone();
        } else {
          header(length);
        }
      }
      case CHUNK_SIZE -> chunkSize(length);
      case CHUNK_END -> state = State.CHUNK_SIZE;
      case TRAILER -> finished = length == 0;
      case BODY, CHUNK_DATA -> throw new IllegalStateException("a body has no lines");
    }
  }

  private void statusLine(int length) throws BadPeer {
    if (length < 12 || line[0] != 'H' || line[5] != '1' || !digits(9, 12)) {
      throw new BadPeer("found \"" + text(0, Math.min(length, 64)) + "\", expected HTTP/1.1");
    }
    status = (line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0');
    headers = 0;
    remaining = 0;
    chunked = false;
    closes = false;
    accept = null;
    location = null;
    state = State.HEADER;
  }

  private boolean digits(int from, int until) {
    for (int i = from; i < until; i++) {
      if (line[i] < '0' || line[i] > '9') {
        return false;
      }
    }
    return true;
  }

  private void header(int length) throws BadPeer {
    if (++headers > MAX_HEADERS) {
      throw new BadPeer("found over " + MAX_HEADERS + " headers, expected fewer");
    }
    // The first letter decides for most headers that they are not of interest: no string is made.
    switch (line[0] | 0x20) {
      case 'c', 't', 's', 'l' -> headerOfInterest(text(0, length));
      default -> {}
    }
  }

  private void headerOfInterest(String header) throws BadPeer {
    int colon = header.indexOf(':');
    String name = colon < 0 ? "" : header.substring(0, colon).toLowerCase(Locale.ROOT);
    String value = header.substring(colon + 1).strip();
    switch (name) {
      case "content-length" -> remaining = contentLength(value);
      case "transfer-encoding" -> chunked = value.toLowerCase(Locale.ROOT).endsWith("chunked");
      case "connection" -> closes = value.equalsIgnoreCase("close");
      case "sec-websocket-accept" -> accept = value;
      case "location" -> location = value;
      default -> {}
    }
  }

  private static long contentLength(String value) throws BadPeer {
    try {
      long length = Long.parseLong(value);
      if (length >= 0) {
        return length;
      }
    } catch (NumberFormatException notANumber) {
      throw new BadPeer("found Content-Length " + value + ", expected a number: " + notANumber);
    }
    throw new BadPeer("found Content-Length " + value + ", expected 0 or more");
  }

  private void headDone() {
    body.head(status);
    if (status == 101 || status == 204 || status == 304) {
      finished = true;
    } else if (status < 200) {
      state = State.STATUS;
    } else if (chunked) {
      state = State.CHUNK_SIZE;
    } else if (remaining == 0) {
      finished = true;
    } else {
      state = State.BODY;
    }
  }

  private void chunkSize(int length) throws BadPeer {
    int end = 0;
    while (end < length && Character.digit(line[end], 16) >= 0) {
      end++;
    }
    if (end == 0 || end > 8) {
      throw new BadPeer("found chunk size \"" + text(0, length) + "\", expected 1-8 digits");
    }
    remaining = Long.parseLong(text(0, end), 16);
    state = remaining == 0 ? State.TRAILER : State.CHUNK_DATA;
  }

  private String text(int from, int until) {
    return new String(line, from, until - from, ISO_8859_1);
  }
}
