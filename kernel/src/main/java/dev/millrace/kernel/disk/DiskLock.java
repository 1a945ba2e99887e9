package dev.millrace.kernel.disk;

import java.io.IOException;

/** An exclusive lock that is held until closed. */
public interface DiskLock extends AutoCloseable {

  @Override
  void close() throws IOException;
}
