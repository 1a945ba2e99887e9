package dev.millrace.kernel.log;

import java.nio.ByteBuffer;

/**
 * One record on its way into the log: the caller's own object, so that appending allocates nothing.
 *
 * <p>Order of calls, all on the log's thread and all short: {@link #encode}, then {@link #written},
 * then {@link #durable}. {@link #failed} ends it from any of these states, and nothing follows it.
 * What throws from a completion stops the log.
 */
public interface LogEntry {

  /** The kind of record, 0..65,535; its meaning is the owner's. */
  int type();

  int tenant();

  /** Under which key the payload is encrypted; 0 means clear text. */
  int keyId();

  /**
   * Whether the block that takes this record is synced at once, before anything is written after.
   */
  boolean wantsSync();

  /**
   * Whether this record may use the room kept in reserve: true for what ends work, false for what
   * brings new work.
   */
  default boolean essential() {
    return false;
  }

  /**
   * Puts the payload at the buffer's position, by relative puts only. The buffer's limit is the
   * largest record allowed.
   */
  void encode(ByteBuffer into);

  /**
   * The operating system has the record: it survives the process, not a power loss.
   *
   * @param position a {@link LogPosition}
   */
  void written(long position);

  /** The record survives a power loss. */
  void durable();

  /**
   * The record is not in the log, or (after {@link #written}) nobody can tell.
   *
   * @param reason {@code StorageFullException}: refused for want of room, may be tried again;
   *     {@link RecordRefusedException}: this record never fits; {@link LogStoppedException}: the
   *     log is broken or closed
   */
  void failed(Exception reason);
}
