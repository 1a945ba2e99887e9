package dev.millrace.ingress.json;

import java.nio.charset.StandardCharsets;

/**
 * Writes JSON text. Commas are its business, order and matching brackets the caller's. One thread;
 * {@link #clear} makes it ready for the next text.
 */
public final class JsonText {

  private static final char[] HEX = "0123456789abcdef".toCharArray();

  private final StringBuilder text;
  private boolean comma;

  public JsonText() {
    this(256);
  }

  public JsonText(int capacity) {
    this.text = new StringBuilder(capacity);
  }

  public JsonText clear() {
    text.setLength(0);
    comma = false;
    return this;
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
    text.append(':');
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
    text.append(value);
    comma = true;
    return this;
  }

  public JsonText value(boolean value) {
    separate();
    text.append(value);
    comma = true;
    return this;
  }

  /** A number; what JSON cannot say (NaN, infinite) becomes null. */
  public JsonText value(double value) {
    separate();
    if (Double.isFinite(value)) {
      text.append(value);
    } else {
      text.append("null");
    }
    comma = true;
    return this;
  }

  /** As {@link #value(double)}, with the digits that a float has. */
  public JsonText value(float value) {
    separate();
    if (Float.isFinite(value)) {
      text.append(value);
    } else {
      text.append("null");
    }
    comma = true;
    return this;
  }

  public JsonText nullValue() {
    separate();
    text.append("null");
    comma = true;
    return this;
  }

  /** The beginning of a text that was written before, up to where a value comes. */
  public JsonText begin(String beginning) {
    text.append(beginning);
    comma = false;
    return this;
  }

  /** Text that is JSON already. */
  public JsonText raw(String json) {
    separate();
    text.append(json);
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
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return text.toString();
  }

  private JsonText open(char bracket) {
    separate();
    text.append(bracket);
    comma = false;
    return this;
  }

  private JsonText close(char bracket) {
    text.append(bracket);
    comma = true;
    return this;
  }

  private void separate() {
    if (comma) {
      text.append(',');
    }
  }

  private void quote(String value) {
    text.append('"');
    int clean = 0;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c >= 0x20 && c != '"' && c != '\\' && !Character.isSurrogate(c)) {
        continue;
      }
      if (Character.isHighSurrogate(c)
          && i + 1 < value.length()
          && Character.isLowSurrogate(value.charAt(i + 1))) {
        i++;
        continue;
      }
      text.append(value, clean, i);
      escape(c);
      clean = i + 1;
    }
    text.append(value, clean, value.length()).append('"');
  }

  private void escape(char c) {
    switch (c) {
      case '"' -> text.append("\\\"");
      case '\\' -> text.append("\\\\");
      case '\n' -> text.append("\\n");
      case '\r' -> text.append("\\r");
      case '\t' -> text.append("\\t");
      // Control characters, and halves of a pair, which UTF-8 cannot say.
      default ->
          text.append("\\u")
              .append(HEX[c >>> 12])
              .append(HEX[(c >>> 8) & 15])
              .append(HEX[(c >>> 4) & 15])
              .append(HEX[c & 15]);
    }
  }
}
