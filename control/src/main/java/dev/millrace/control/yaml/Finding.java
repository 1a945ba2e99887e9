package dev.millrace.control.yaml;

/**
 * One thing wrong with a document, for the person who wrote it.
 *
 * @param place where
 * @param path which key, such as {@code http.port} or {@code steps[2].resize}; may be empty
 * @param message the value found and the value expected
 */
public record Finding(Place place, String path, String message) {

  public Finding {
    path = oneLine(path);
    message = oneLine(message);
  }

  // A document must not forge lines of a log, nor steer the terminal of who reads it.
  private static String oneLine(String text) {
    if (text.codePoints().noneMatch(Finding::steers)) {
      return text;
    }
    StringBuilder out = new StringBuilder();
    text.chars()
        .forEach(
            c -> {
              if (steers(c)) {
                out.append(String.format("\\u%04x", c));
              } else {
                out.append((char) c);
              }
            });
    return out.toString();
  }

  private static boolean steers(int c) {
    return Character.isISOControl(c) || c == '\u2028' || c == '\u2029';
  }

  public static Finding of(Place place, String path, String found, String expected) {
    return new Finding(place, path, found + " (expected: " + expected + ")");
  }

  @Override
  public String toString() {
    return place + ": " + (path.isEmpty() ? "" : path + ": ") + message;
  }
}
