package dev.millrace.kernel.disk;

import java.io.IOException;

/** Tells a full disk from a broken one: the platform says it only in the message. */
final class StorageErrors {

  private static final String[] FULL = {
    "No space left", "Disk quota exceeded", "not enough space on the disk"
  };

  private StorageErrors() {}

  @FunctionalInterface
  interface Operation<T> {
    T run() throws IOException;
  }

  static <T> T translate(Operation<T> operation) throws IOException {
    try {
      return operation.run();
    } catch (IOException failure) {
      throw translated(failure);
    }
  }

  static IOException translated(IOException failure) {
    String message = failure.getMessage();
    if (message == null || !isFull(message)) {
      return failure;
    }
    StorageFullException full = new StorageFullException(message);
    full.initCause(failure);
    return full;
  }

  private static boolean isFull(String message) {
    for (String sign : FULL) {
      if (message.contains(sign)) {
        return true;
      }
    }
    return false;
  }
}
