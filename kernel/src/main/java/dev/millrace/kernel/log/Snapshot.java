package dev.millrace.kernel.log;

import java.io.IOException;
import java.io.InputStream;

/**
 * State that was written down as of a position of the log, checked whole.
 *
 * @param position of the last record that the state contains: replay continues after it
 * @param source opens the state's bytes, each time from the start
 */
public record Snapshot(long position, Source source) {

  /** Opens the bytes of a snapshot. */
  @FunctionalInterface
  public interface Source {
    InputStream open() throws IOException;
  }
}
