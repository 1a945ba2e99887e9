package dev.millrace.kernel.log;

import dev.millrace.kernel.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** The names of a log's files. */
final class LogFiles {

  static final String TEMPORARY = ".tmp";
  static final String LOCK = "lock";
  private static final String SEGMENT = "segment-";
  private static final int SEGMENT_DIGITS = 8;

  private LogFiles() {}

  static Path segment(Path directory, long number) {
    return directory.resolve(SEGMENT + HexFormat.of().toHexDigits(number, SEGMENT_DIGITS));
  }

  /** The numbers of the segments there are, ascending. */
  static List<Long> segments(Disk disk, Path directory) throws IOException {
    List<Long> numbers = new ArrayList<>();
    for (String name : disk.list(directory)) {
      if (name.startsWith(SEGMENT) && !name.endsWith(TEMPORARY)) {
        numbers.add(number(directory, name));
      }
    }
    return numbers;
  }

  private static long number(Path directory, String name) throws IOException {
    try {
      long number = HexFormat.fromHexDigits(name, SEGMENT.length(), name.length());
      if (name.length() == SEGMENT.length() + SEGMENT_DIGITS && number > 0) {
        return number;
      }
    } catch (IllegalArgumentException noNumber) {
      // Told below, as for a number of the wrong length.
    }
    throw new LogDamagedException(
        directory.resolve(name),
        0,
        "the name is not that of a segment (expected: segment-0000001f)");
  }

  static void deleteTemporary(Disk disk, Path directory) throws IOException {
    for (String name : disk.list(directory)) {
      if (name.endsWith(TEMPORARY)) {
        disk.delete(directory.resolve(name));
      }
    }
  }
}
