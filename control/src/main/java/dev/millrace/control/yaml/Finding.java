package dev.millrace.control.yaml;

/**
 * One thing wrong with a document, for the person who wrote it.
 *
 * @param place where
 * @param path which key, such as {@code http.port} or {@code steps[2].resize}; may be empty
 * @param message the value found and the value expected
 */
public record Finding(Place place, String path, String message) {

  public static Finding of(Place place, String path, String found, String expected) {
    return new Finding(place, path, found + " (expected: " + expected + ")");
  }

  @Override
  public String toString() {
    return place + ": " + (path.isEmpty() ? "" : path + ": ") + message;
  }
}
