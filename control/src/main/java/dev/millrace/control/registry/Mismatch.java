package dev.millrace.control.registry;

/**
 * A file that is not what it was.
 *
 * @param file path inside the version; empty for the version as a whole
 * @param found in words
 * @param expected in words
 */
public record Mismatch(String name, String version, String file, String found, String expected) {

  @Override
  public String toString() {
    String where = name + " " + version + (file.isEmpty() ? "" : ": " + file);
    return where + ": " + found + " (expected: " + expected + ")";
  }
}
