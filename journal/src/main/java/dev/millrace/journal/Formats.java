package dev.millrace.journal;

import dev.millrace.kernel.bytes.MalformedBytes;

/** Holds the format that a payload begins with against the newest known. */
final class Formats {

  private Formats() {}

  static void expect(byte found, byte newest, String what) {
    if (found > newest) {
      throw new MalformedBytes(
          what
              + " of format "
              + found
              + " (expected: at most "
              + newest
              + "): a newer version wrote it; run that version, or restore a backup of this one's");
    }
    if (found < 1) {
      throw new MalformedBytes(what + " of format " + found + " (expected: 1.." + newest + ")");
    }
  }
}
