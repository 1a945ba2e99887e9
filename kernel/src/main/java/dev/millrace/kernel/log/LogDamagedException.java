package dev.millrace.kernel.log;

import java.io.IOException;
import java.nio.file.Path;

/** Bytes that were durable are no longer what was written. Nothing was changed or cut. */
public final class LogDamagedException extends IOException {

  private final Path file;
  private final long offset;

  LogDamagedException(Path file, long offset, String what) {
    super(file + " is damaged at offset " + offset + ": " + what);
    this.file = file;
    this.offset = offset;
  }

  public Path file() {
    return file;
  }

  /** In bytes from the start of the file. */
  public long offset() {
    return offset;
  }
}
