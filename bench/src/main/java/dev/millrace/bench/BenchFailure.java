package dev.millrace.bench;

/** The run cannot be done; the message is for the person at the terminal. Exit code 1. */
final class BenchFailure extends RuntimeException {

  BenchFailure(String message) {
    super(message);
  }

  BenchFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
