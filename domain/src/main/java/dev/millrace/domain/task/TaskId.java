package dev.millrace.domain.task;

import org.jspecify.annotations.Nullable;

/**
 * The name of one task: 48 bits of wall milliseconds, 12 of log partition, 68 random; written as
 * {@code tsk_} (or {@code mem_}, for a task that no restart will know) and 26 Crockford characters.
 * Opaque to clients and never proof of a right.
 *
 * @param high milliseconds, partition and the first 4 random bits
 * @param low the other 64 random bits
 * @param memory whether the task lives in memory only
 */
public record TaskId(long high, long low, boolean memory) implements Comparable<TaskId> {

  private static final char[] DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".toCharArray();
  private static final int[] VALUES = values();
  private static final int PREFIX = 4;
  private static final int LENGTH = PREFIX + 26;

  private static int[] values() {
    int[] values = new int[128];
    java.util.Arrays.fill(values, -1);
    for (int i = 0; i < DIGITS.length; i++) {
      values[DIGITS[i]] = i;
    }
    return values;
  }

  /** When the id was made, in wall milliseconds. */
  public long millis() {
    return high >>> 16;
  }

  /** The id that a text names, or null when it is none. Only the canonical form is an id. */
  public static @Nullable TaskId parse(String text) {
    if (text.length() != LENGTH) {
      return null;
    }
    boolean memory = text.startsWith("mem_");
    if (!memory && !text.startsWith("tsk_")) {
      return null;
    }
    long high = 0;
    long low = 0;
    for (int i = PREFIX; i < LENGTH; i++) {
      char digit = text.charAt(i);
      int value = digit < 128 ? VALUES[digit] : -1;
      if (value < 0 || (i == PREFIX && value > 7)) {
        return null;
      }
      high = (high << 5) | (low >>> 59);
      low = (low << 5) | value;
    }
    return new TaskId(high, low, memory);
  }

  @Override
  public int compareTo(TaskId other) {
    int byHigh = Long.compareUnsigned(high, other.high);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
  }

  @Override
  public int hashCode() {
    return (int) (low ^ (low >>> 32));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TaskId(var otherHigh, var otherLow, var otherMemory)
        && low == otherLow
        && high == otherHigh
        && memory == otherMemory;
  }

  @Override
  public String toString() {
    char[] text = new char[LENGTH];
    text[0] = memory ? 'm' : 't';
    text[1] = memory ? 'e' : 's';
    text[2] = memory ? 'm' : 'k';
    text[3] = '_';
    long highLeft = high;
    long lowLeft = low;
    for (int i = LENGTH - 1; i >= PREFIX; i--) {
      text[i] = DIGITS[(int) lowLeft & 31];
      lowLeft = (lowLeft >>> 5) | (highLeft << 59);
      highLeft >>>= 5;
    }
    return new String(text);
  }
}
