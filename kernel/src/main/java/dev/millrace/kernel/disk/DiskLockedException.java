package dev.millrace.kernel.disk;

import java.io.IOException;
import java.nio.file.Path;

/** Somebody else holds the lock of a directory. */
public final class DiskLockedException extends IOException {

  public DiskLockedException(Path file) {
    super(
        file
            + " is locked: another process uses this directory (expected: one process a"
            + " directory; stop the other one, or give this one a directory of its own)");
  }
}
