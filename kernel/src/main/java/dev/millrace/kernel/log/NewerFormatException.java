package dev.millrace.kernel.log;

import java.io.IOException;
import java.nio.file.Path;

/** A newer version of the program wrote this file; it is whole, but not for this version. */
public final class NewerFormatException extends IOException {

  NewerFormatException(Path file, int found, int newestKnown) {
    super(
        file
            + " has format "
            + found
            + " (expected: at most "
            + newestKnown
            + "): a newer version wrote it; run that version, or restore a backup of this one's");
  }
}
