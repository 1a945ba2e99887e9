package dev.millrace.kernel.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** What the headers of all files have in common, in this format and in every later one. */
final class Prefix {

  private Prefix() {}

  /** Throws unless the buffer begins with a whole header of a known format. */
  static void check(
      ByteBuffer buffer, long magic, int format, int length, int maxLength, Path file, String kind)
      throws IOException {
    int found = buffer.limit();
    if (found < length) {
      throw new LogDamagedException(
          file, 0, found + " bytes (expected: a " + kind + " header of " + length + ")");
    }
    if (buffer.getLong(0) != magic) {
      throw new LogDamagedException(file, 0, "it does not begin as a " + kind + " does");
    }
    int foundFormat = Short.toUnsignedInt(buffer.getShort(8));
    int foundLength = Short.toUnsignedInt(buffer.getShort(10));
    if (foundLength < 16 || foundLength > maxLength || foundLength > found) {
      throw new LogDamagedException(
          file, 10, "header length " + foundLength + " (expected: " + length + ")");
    }
    int computed = new Checksum().of(buffer, 0, foundLength - 4);
    if (computed != buffer.getInt(foundLength - 4)) {
      throw new LogDamagedException(file, 0, "the checksum of the " + kind + " header is wrong");
    }
    if (foundFormat > format) {
      throw new NewerFormatException(file, foundFormat, format);
    }
    if (foundFormat < 1 || foundLength != length) {
      throw new LogDamagedException(
          file, 8, "format " + foundFormat + ", header of " + foundLength + " bytes");
    }
  }
}
