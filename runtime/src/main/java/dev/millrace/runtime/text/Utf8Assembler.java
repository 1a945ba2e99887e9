package dev.millrace.runtime.text;

import java.nio.charset.StandardCharsets;

/**
 * Turns the bytes of one stream into text, whole characters only: bytes of an unfinished character
 * wait for those that complete it. What can be no character shows as a replacement character.
 */
public final class Utf8Assembler {

  private static final String BROKEN = "\uFFFD";

  private final byte[] pending = new byte[4];
  private int count;
  private int needed;

  /** What these bytes complete; may be empty. */
  public String push(byte[] bytes) {
    StringBuilder text = new StringBuilder(bytes.length);
    for (byte value : bytes) {
      push(value, text);
    }
    return text.toString();
  }

  private void push(byte value, StringBuilder text) {
    if (count > 0 && !continues(value)) {
      text.append(finish());
    }
    if (count == 0) {
      needed = lengthOf(value);
      if (needed == 0) {
        text.append(BROKEN);
        return;
      }
    }
    pending[count++] = value;
    if (count == needed) {
      text.append(new String(pending, 0, needed, StandardCharsets.UTF_8));
      count = 0;
    }
  }

  /** The second byte also decides whether the character is too long, a surrogate or too large. */
  private boolean continues(byte value) {
    int next = value & 0xFF;
    if (count > 1) {
      return next >= 0x80 && next < 0xC0;
    }
    int least = 0x80;
    int most = 0xBF;
    switch (pending[0] & 0xFF) {
      case 0xE0 -> least = 0xA0;
      case 0xED -> most = 0x9F;
      case 0xF0 -> least = 0x90;
      case 0xF4 -> most = 0x8F;
      default -> {}
    }
    return next >= least && next <= most;
  }

  /** What is left at the end: an unfinished character shows as one replacement character. */
  public String finish() {
    boolean unfinished = count > 0;
    count = 0;
    return unfinished ? BROKEN : "";
  }

  /** Bytes of a character by its first byte; 0 when no character begins so. */
  private static int lengthOf(byte first) {
    int value = first & 0xFF;
    if (value < 0x80) {
      return 1;
    }
    if (value < 0xC2) {
      return 0;
    }
    if (value < 0xE0) {
      return 2;
    }
    if (value < 0xF0) {
      return 3;
    }
    return value < 0xF5 ? 4 : 0;
  }
}
