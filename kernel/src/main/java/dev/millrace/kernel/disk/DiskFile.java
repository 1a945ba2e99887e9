package dev.millrace.kernel.disk;

import java.io.IOException;
import java.nio.ByteBuffer;

/** One open file, read and written at positions in bytes from its start. */
public interface DiskFile extends AutoCloseable {

  long size() throws IOException;

  /**
   * Reads until the buffer is full or the file ends, moving the buffer's position.
   *
   * @return how many bytes were read; 0 at or behind the end of the file
   */
  int read(ByteBuffer into, long position) throws IOException;

  /** Writes all that remains of the buffer, moving its position. */
  void write(ByteBuffer from, long position) throws IOException;

  /** Makes the file this long with written zeros, so that later writes inside need no new room. */
  void preallocate(long size) throws IOException;

  /** Cuts the file to this length. */
  void truncate(long size) throws IOException;

  /**
   * Returns when the file's bytes survive a power loss (fdatasync). After a failure nothing is
   * known of the bytes written since the last success, and asking again proves nothing.
   */
  void force() throws IOException;

  @Override
  void close() throws IOException;
}
