package dev.millrace.journal;

import dev.millrace.domain.port.TaskIntake;
import dev.millrace.domain.task.TaskId;
import java.util.ArrayList;
import java.util.List;

/**
 * What a key stands for: the task that came with it first. Its shard's lock guards what changes,
 * but for the position, which the log's thread writes before anybody else can ask for it.
 */
final class Claim {

  static final long IN_MEMORY = 0;

  final AcceptedRecord.Keys keys;
  final TaskId id;
  final long acceptedWallMillis;
  final long expiresNanos;

  /** Where the accepted record stands, or {@link #IN_MEMORY} while there is none. */
  volatile long position = IN_MEMORY;

  private boolean settled;
  private List<TaskIntake.Listener> waiting = List.of();

  Claim(AcceptedRecord.Keys keys, TaskId id, long acceptedWallMillis, long expiresNanos) {
    this.keys = keys;
    this.id = id;
    this.acceptedWallMillis = acceptedWallMillis;
    this.expiresNanos = expiresNanos;
  }

  /** A task that was accepted before a restart. */
  Claim settledAt(long where) {
    position = where;
    settled = true;
    return this;
  }

  boolean isSettled() {
    return settled;
  }

  boolean isExpired(long nowNanos) {
    return settled && nowNanos - expiresNanos >= 0;
  }

  void await(TaskIntake.Listener listener) {
    if (waiting.isEmpty()) {
      waiting = new ArrayList<>();
    }
    waiting.add(listener);
  }

  /** No longer in flight; returns who waited for it. */
  List<TaskIntake.Listener> settle() {
    settled = true;
    List<TaskIntake.Listener> all = waiting;
    waiting = List.of();
    return all;
  }
}
