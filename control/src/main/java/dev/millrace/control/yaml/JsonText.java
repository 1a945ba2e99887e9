package dev.millrace.control.yaml;

import java.util.List;
import java.util.Map;

/** Plain data as JSON text: compact for machines, indented for files that people read. */
public final class JsonText {

  private final StringBuilder out = new StringBuilder();
  private final boolean indented;

  private JsonText(boolean indented) {
    this.indented = indented;
  }

  /** On one line. */
  public static String compact(Object value) {
    return new JsonText(false).write(value, 0).out.toString();
  }

  /** Two spaces a level, a line break at the end. */
  public static String indented(Object value) {
    return new JsonText(true).write(value, 0).out.append('\n').toString();
  }

  private JsonText write(Object value, int depth) {
    switch (value) {
      case String text -> quote(text);
      case Map<?, ?> map -> writeMap(map, depth);
      case List<?> list -> writeList(list, depth);
      case Long _, Integer _, Double _, Boolean _ -> out.append(value);
      default ->
          throw new IllegalArgumentException(
              value.getClass() + " (expected: text, number, truth, list, map)");
    }
    return this;
  }

  private void writeMap(Map<?, ?> map, int depth) {
    out.append('{');
    String between = "";
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      out.append(between);
      lineBreak(depth + 1);
      quote((String) entry.getKey());
      out.append(indented ? ": " : ":");
      write(entry.getValue(), depth + 1);
      between = ",";
    }
    if (!map.isEmpty()) {
      lineBreak(depth);
    }
    out.append('}');
  }

  private void writeList(List<?> list, int depth) {
    out.append('[');
    String between = "";
    for (Object element : list) {
      out.append(between);
      write(element, depth + 1);
      between = indented ? ", " : ",";
    }
    out.append(']');
  }

  private void lineBreak(int depth) {
    if (indented) {
      out.append('\n').repeat("  ", depth);
    }
  }

  private void quote(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < 0x20) {
            out.append(String.format("\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
