package dev.millrace.kernel.disk;

import java.io.IOException;

/** There is no room for what was to be written. The fault ends by itself when room returns. */
public final class StorageFullException extends IOException {

  public StorageFullException(String message) {
    super(message);
  }
}
