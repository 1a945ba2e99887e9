package dev.millrace.runtime.text;

import java.nio.charset.StandardCharsets;

/**
 * Turns the ids of one stream into text, whole characters only: bytes of an unfinished character
 * wait for the id that completes it. The same ids always give the same texts, so a second attempt
 * that pushes the recorded ids stands where the first one stood.
 */
public final class TextAssembler {

  private static final String BROKEN = "\uFFFD";

  private final PieceTokenizer tokenizer;
  private final byte[] pending = new byte[4];
  private int pendingCount;
  private int pendingNeeded;
  private boolean dropSpace;

  /**
   * @param dropFirstSpace whether the answer is a text of its own, so that the space in front of
   *     its first word goes; false when it continues a prompt
   */
  public TextAssembler(PieceTokenizer tokenizer, boolean dropFirstSpace) {
    this.tokenizer = tokenizer;
    this.dropSpace = dropFirstSpace;
  }

  /** What this id completes; may be empty. */
  public String push(int id) {
    int value = tokenizer.byteOf(id);
    if (value >= 0) {
      dropSpace = false;
      return pushByte((byte) value);
    }
    String text = tokenizer.textOf(id);
    if (dropSpace && !text.isEmpty()) {
      dropSpace = false;
      text = text.startsWith(" ") ? text.substring(1) : text;
    }
    return pendingCount == 0 ? text : finish() + text;
  }

  /** What is left at the end: an unfinished character shows as one replacement character. */
  public String finish() {
    boolean unfinished = pendingCount > 0;
    pendingCount = 0;
    return unfinished ? BROKEN : "";
  }

  private String pushByte(byte value) {
    boolean continues = (value & 0xC0) == 0x80;
    String broken = "";
    if (pendingCount > 0 && !continues) {
      broken = finish();
    }
    if (pendingCount == 0) {
      pendingNeeded = lengthOf(value);
      if (pendingNeeded == 0) {
        return broken + BROKEN;
      }
    }
    pending[pendingCount++] = value;
    if (pendingCount < pendingNeeded) {
      return broken;
    }
    pendingCount = 0;
    return broken + new String(pending, 0, pendingNeeded, StandardCharsets.UTF_8);
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
