package dev.millrace.bench;

import java.util.Arrays;

/**
 * Cuts a stream of Server-Sent Events into events: the number of {@code id:} and the bytes of
 * {@code data:}. Comments and other fields are stepped over. One thread; one instance a socket.
 */
final class SseEvents {

  static final int MAX_LINE = 1 << 20;
  static final long NO_ID = -1;

  private static final byte[] ID = FrameScanner.ascii("id");
  private static final byte[] DATA = FrameScanner.ascii("data");

  /** Takes events; the bytes are valid until it returns. */
  interface Sink {

    /**
     * @param id or {@link #NO_ID} when the event has none, or one that is no number
     */
    void event(long id, byte[] data, int length);
  }

  private final Sink sink;
  private byte[] line = new byte[256];
  private int lineLength;
  private byte[] data = new byte[256];
  private int dataLength;
  private boolean hasData;
  private long id = NO_ID;

  SseEvents(Sink sink) {
    this.sink = sink;
  }

  /** Another stream begins. */
  void clear() {
    lineLength = 0;
    forget();
  }

  private void forget() {
    dataLength = 0;
    hasData = false;
    id = NO_ID;
  }

  void feed(byte[] bytes, int from, int until) throws BadPeer {
    for (int at = from; at < until; at++) {
      byte next = bytes[at];
      if (next == '\n') {
        int length = lineLength > 0 && line[lineLength - 1] == '\r' ? lineLength - 1 : lineLength;
        lineLength = 0;
        lineDone(length);
      } else {
        if (lineLength == MAX_LINE) {
          throw new BadPeer("found a line over " + MAX_LINE + " bytes, expected a shorter one");
        }
        if (lineLength == line.length) {
          line = Arrays.copyOf(line, line.length * 2);
        }
        line[lineLength++] = next;
      }
    }
  }

  private void lineDone(int length) throws BadPeer {
    if (length == 0) {
      if (hasData) {
        sink.event(id, data, dataLength);
      }
      forget();
      return;
    }
    int colon = 0;
    while (colon < length && line[colon] != ':') {
      colon++;
    }
    int value = Math.min(length, colon + 1);
    if (value < length && line[value] == ' ') {
      value++;
    }
    if (FrameScanner.equal(line, 0, colon, DATA)) {
      add(value, length);
    } else if (FrameScanner.equal(line, 0, colon, ID)) {
      id = number(value, length);
    }
  }

  private void add(int from, int until) throws BadPeer {
    int length = until - from + (hasData ? 1 : 0);
    if (dataLength + length > MAX_LINE) {
      throw new BadPeer("found an event over " + MAX_LINE + " bytes, expected a shorter one");
    }
    if (dataLength + length > data.length) {
      data = Arrays.copyOf(data, Math.max(dataLength + length, data.length * 2));
    }
    if (hasData) {
      data[dataLength++] = '\n';
    }
    System.arraycopy(line, from, data, dataLength, until - from);
    dataLength += until - from;
    hasData = true;
  }

  private long number(int from, int until) {
    long number = 0;
    if (from == until || until - from > 18) {
      return NO_ID;
    }
    for (int at = from; at < until; at++) {
      if (line[at] < '0' || line[at] > '9') {
        return NO_ID;
      }
      number = number * 10 + line[at] - '0';
    }
    return number;
  }
}
