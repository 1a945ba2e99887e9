package dev.millrace.runtime.remote;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Server-Sent Events out of bytes that are cut anywhere: lines ended by LF, CR or both, comments
 * and unknown fields passed over, the {@code data} lines of one event joined. One thread.
 */
final class SseReader {

  /** What reads events. */
  @FunctionalInterface
  interface Handler {
    /**
     * @param error whether the event was named {@code error}
     */
    void event(boolean error, byte[] data);
  }

  /** Bytes of one line, and of one event. */
  static final int LONGEST = 1 << 20;

  private final Handler handler;
  private byte[] line = new byte[512];
  private int length;
  private byte[] data = {};
  private boolean anyData;
  private boolean error;
  private boolean afterReturn;

  SseReader(Handler handler) {
    this.handler = handler;
  }

  void read(byte[] bytes) {
    int from = 0;
    for (int at = 0; at < bytes.length; at++) {
      byte each = bytes[at];
      if (each == '\n' || each == '\r') {
        boolean halfEnd = each == '\n' && afterReturn && at == from && length == 0;
        afterReturn = each == '\r';
        if (!halfEnd) {
          keep(bytes, from, at);
          lineEnded();
        }
        from = at + 1;
      } else {
        afterReturn = false;
      }
    }
    keep(bytes, from, bytes.length);
  }

  /** The stream ended: an event without its blank line is given all the same. */
  void end() {
    if (length > 0) {
      lineEnded();
    }
    dispatch();
  }

  private void keep(byte[] bytes, int from, int to) {
    int more = to - from;
    if (length + more > LONGEST) {
      throw new Fault.Thrown(Faults.malformed("a line of more than " + LONGEST + " bytes"));
    }
    if (length + more > line.length) {
      line = Arrays.copyOf(line, Math.max(line.length * 2, length + more));
    }
    System.arraycopy(bytes, from, line, length, more);
    length += more;
  }

  private void lineEnded() {
    if (length == 0) {
      dispatch();
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
    if (is("data", colon)) {
      data(value);
    } else if (is("event", colon)) {
      error = new String(line, value, length - value, StandardCharsets.UTF_8).equals("error");
    } else if (is("error", colon)) {
      // llama.cpp once told of its errors so.
      error = true;
      data(value);
    }
    length = 0;
  }

  private boolean is(String field, int colon) {
    if (colon != field.length()) {
      return false;
    }
    for (int at = 0; at < colon; at++) {
      if (line[at] != field.charAt(at)) {
        return false;
      }
    }
    return true;
  }

  private void data(int value) {
    int more = length - value;
    int before = anyData ? data.length + 1 : 0;
    if (before + more > LONGEST) {
      throw new Fault.Thrown(Faults.malformed("an event of more than " + LONGEST + " bytes"));
    }
    byte[] joined = Arrays.copyOf(data, before + more);
    if (anyData) {
      joined[before - 1] = '\n';
    }
    System.arraycopy(line, value, joined, before, more);
    data = joined;
    anyData = true;
  }

  private void dispatch() {
    if (anyData) {
      byte[] whole = data;
      boolean wasError = error;
      anyData = false;
      data = new byte[0];
      error = false;
      handler.event(wasError, whole);
    }
    error = false;
  }
}
