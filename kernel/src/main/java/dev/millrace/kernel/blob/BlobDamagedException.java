package dev.millrace.kernel.blob;

import java.io.IOException;
import java.nio.file.Path;

/** A blob's file does not hold what its name says. */
public final class BlobDamagedException extends IOException {

  BlobDamagedException(Path file, String what) {
    super(file + " is damaged: " + what);
  }
}
