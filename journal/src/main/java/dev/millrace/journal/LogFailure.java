package dev.millrace.journal;

/**
 * Told once that the log can no longer be trusted with anything: the node ends loudly, and a
 * restart reads back what the disk has.
 */
@FunctionalInterface
public interface LogFailure {

  /** Any thread; must not wait. */
  void failed(Throwable cause);
}
