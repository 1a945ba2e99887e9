package dev.millrace.ingress.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes JSON text, at once as the UTF-8 that it leaves as. Commas are its business, order and
 * matching brackets the caller's. One thread; {@link #clear} makes it ready for the next text.
 */
public final class JsonText {

  private static final byte[] HEX = ascii("0123456789abcdef");
  private static final byte[] NULL = ascii("null");
  private static final byte[] TRUE = ascii("true");
  private static final byte[] FALSE = ascii("false");

  /** What a text that was cleared keeps for the next one, in bytes. */
  private static final int MOST_KEPT = 64 << 10;

  /** Bytes of the longest way to say one character: an escape by number. */
  private static final int LONGEST = 6;

  private static final int LONGEST_NUMBER = 20;

  private byte[] utf8;
  private int size;
  private boolean comma;

  /** Where numbers with a point are written first: the way to their digits without a String. */
  private final StringBuilder digits = new StringBuilder(0);

  public JsonText() {
    this(256);
  }

  /**
   * @param capacity bytes that are written without growing
   */
  public JsonText(int capacity) {
    this.utf8 = new byte[capacity];
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  public JsonText clear() {
    if (utf8.length > MOST_KEPT) {
      utf8 = new byte[MOST_KEPT];
    }
    size = 0;
    comma = false;
    return this;
  }

  /** The text's bytes, up to {@link #size}; good until the next change. Not a copy. */
  public byte[] utf8() {
    return utf8;
  }

  /** How many bytes were written. */
  public int size() {
    return size;
  }

  public JsonText beginObject() {
    return open('{');
  }

  public JsonText endObject() {
    return close('}');
  }

  public JsonText beginArray() {
    return open('[');
  }

  public JsonText endArray() {
    return close(']');
  }

  /** A name, escaped; a value must follow. */
  public JsonText name(String name) {
    separate();
    quote(name);
    put(':');
    comma = false;
    return this;
  }

  public JsonText value(String value) {
    separate();
    quote(value);
    comma = true;
    return this;
  }

  public JsonText value(long value) {
    separate();
    whole(value);
    comma = true;
    return this;
  }

  public JsonText value(boolean value) {
    separate();
    put(value ? TRUE : FALSE);
    comma = true;
    return this;
  }

  /** A number; what JSON cannot say (NaN, infinite) becomes null. */
  public JsonText value(double value) {
    separate();
    if (Double.isFinite(value)) {
      digits.append(value);
      putDigits();
    } else {
      put(NULL);
    }
    comma = true;
    return this;
  }

  /** As {@link #value(double)}, with the digits that a float has. */
  public JsonText value(float value) {
    separate();
    if (Float.isFinite(value)) {
      digits.append(value);
      putDigits();
    } else {
      put(NULL);
    }
    comma = true;
    return this;
  }

  public JsonText nullValue() {
    separate();
    put(NULL);
    comma = true;
    return this;
  }

  /** The beginning of a text that was written before, up to where a value comes. */
  public JsonText begin(String beginning) {
    return begin(beginning.getBytes(StandardCharsets.UTF_8));
  }

  /** As {@link #begin(String)}, from {@link #toUtf8}. */
  public JsonText begin(byte[] beginning) {
    put(beginning);
    comma = false;
    return this;
  }

  /** Text that is JSON already. */
  public JsonText raw(String json) {
    separate();
    put(json.getBytes(StandardCharsets.UTF_8));
    comma = true;
    return this;
  }

  public JsonText field(String name, String value) {
    return name(name).value(value);
  }

  public JsonText field(String name, long value) {
    return name(name).value(value);
  }

  public JsonText field(String name, boolean value) {
    return name(name).value(value);
  }

  public byte[] toUtf8() {
    return Arrays.copyOf(utf8, size);
  }

  @Override
  public String toString() {
    return new String(utf8, 0, size, StandardCharsets.UTF_8);
  }

  private JsonText open(char bracket) {
    separate();
    put(bracket);
    comma = false;
    return this;
  }

  private JsonText close(char bracket) {
    put(bracket);
    comma = true;
    return this;
  }

  private void separate() {
    if (comma) {
      put(',');
    }
  }

  private void quote(String value) {
    int length = value.length();
    room(length + 2);
    utf8[size++] = '"';
    for (int i = 0; i < length; i++) {
      char c = value.charAt(i);
      if (c >= 0x20 && c < 0x80 && c != '"' && c != '\\') {
        utf8[size++] = (byte) c;
      } else {
        i += special(c, i + 1 < length ? value.charAt(i + 1) : 0);
        room(length - i); // the rest, if plain, and the quotation mark
      }
    }
    utf8[size++] = '"';
  }

  /** Returns how many characters after this one it has taken too. */
  private int special(char c, char next) {
    room(LONGEST);
    if (Character.isHighSurrogate(c) && Character.isLowSurrogate(next)) {
      int point = Character.toCodePoint(c, next);
      utf8[size++] = (byte) (0xF0 | point >>> 18);
      utf8[size++] = (byte) (0x80 | point >>> 12 & 0x3F);
      utf8[size++] = (byte) (0x80 | point >>> 6 & 0x3F);
      utf8[size++] = (byte) (0x80 | point & 0x3F);
      return 1;
    }
    if (c < 0x80 || Character.isSurrogate(c)) {
      escape(c);
    } else if (c < 0x800) {
      utf8[size++] = (byte) (0xC0 | c >>> 6);
      utf8[size++] = (byte) (0x80 | c & 0x3F);
    } else {
      utf8[size++] = (byte) (0xE0 | c >>> 12);
      utf8[size++] = (byte) (0x80 | c >>> 6 & 0x3F);
      utf8[size++] = (byte) (0x80 | c & 0x3F);
    }
    return 0;
  }

  private void escape(char c) {
    utf8[size++] = '\\';
    switch (c) {
      case '"', '\\' -> utf8[size++] = (byte) c;
      case '\n' -> utf8[size++] = 'n';
      case '\r' -> utf8[size++] = 'r';
      case '\t' -> utf8[size++] = 't';
      // Control characters, and halves of a pair, which UTF-8 cannot say.
      default -> {
        utf8[size++] = 'u';
        for (int shift = 12; shift >= 0; shift -= 4) {
          utf8[size++] = HEX[c >>> shift & 15];
        }
      }
    }
  }

  private void whole(long value) {
    room(LONGEST_NUMBER);
    if (value < 0) {
      utf8[size++] = '-';
    }
    int end = size + 1;
    for (long rest = value / 10; rest != 0; rest /= 10) {
      end++;
    }
    long rest = value;
    for (int at = end - 1; at >= size; at--) {
      utf8[at] = (byte) ('0' + Math.abs(rest % 10)); // also for the one that has no positive twin
      rest /= 10;
    }
    size = end;
  }

  private void putDigits() {
    room(digits.length());
    for (int i = 0; i < digits.length(); i++) {
      utf8[size++] = (byte) digits.charAt(i);
    }
    digits.setLength(0);
  }

  private void put(char ascii) {
    room(1);
    utf8[size++] = (byte) ascii;
  }

  private void put(byte[] bytes) {
    room(bytes.length);
    System.arraycopy(bytes, 0, utf8, size, bytes.length);
    size += bytes.length;
  }

  private void room(int more) {
    if (more > utf8.length - size) {
      utf8 = Arrays.copyOf(utf8, Math.max(size + more, 2 * utf8.length));
    }
  }
}
