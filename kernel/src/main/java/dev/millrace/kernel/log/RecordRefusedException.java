package dev.millrace.kernel.log;

/** A record that the log can never take, whatever its state. */
public final class RecordRefusedException extends Exception {

  RecordRefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
