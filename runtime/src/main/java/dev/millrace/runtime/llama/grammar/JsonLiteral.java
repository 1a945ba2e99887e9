package dev.millrace.runtime.llama.grammar;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A value as compact JSON, and that as a literal of a grammar. */
final class JsonLiteral {

  private JsonLiteral() {}

  static String of(@Nullable Object value) {
    return quoted(json(value));
  }

  /** A text as it stands, as a literal of a grammar. */
  static String quoted(String text) {
    StringBuilder literal = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char unit = text.charAt(i);
      if (unit == '"' || unit == '\\') {
        literal.append('\\');
      }
      literal.append(unit);
    }
    return literal.append('"').toString();
  }

  static String json(@Nullable Object value) {
    StringBuilder out = new StringBuilder();
    write(value, out);
    return out.toString();
  }

  private static void write(@Nullable Object value, StringBuilder out) {
    switch (value) {
      case String text -> text(text, out);
      case List<?> list -> {
        String separator = "[";
        for (Object each : list) {
          out.append(separator);
          write(each, out);
          separator = ",";
        }
        out.append(list.isEmpty() ? "[]" : "]");
      }
      case Map<?, ?> map -> {
        String separator = "{";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          out.append(separator);
          text((String) entry.getKey(), out);
          out.append(':');
          write(entry.getValue(), out);
          separator = ",";
        }
        out.append(map.isEmpty() ? "{}" : "}");
      }
      case null, default -> out.append(value);
    }
  }

  private static void text(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char unit = text.charAt(i);
      switch (unit) {
        case '"', '\\' -> out.append('\\').append(unit);
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (unit < ' ') {
            out.append(String.format("\\u%04x", (int) unit));
          } else {
            out.append(unit);
          }
        }
      }
    }
    out.append('"');
  }
}
