package dev.millrace.kernel.log;

/** What the owner of a log is told, on the log's thread. */
public interface LogListener {

  /**
   * A write or a sync failed: the log has stopped for good and every entry fails. The node must
   * stop; a restart reads back what the disk has.
   */
  void stopped(Exception cause);

  /** New work is refused for want of room from now on ({@code true}), or no longer. */
  default void storageLow(boolean low) {}

  /** A sync of a segment returned after so long, covering so many records. */
  default void synced(long nanos, int records) {}
}
