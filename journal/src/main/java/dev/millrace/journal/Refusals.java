package dev.millrace.journal;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.kernel.disk.StorageFullException;
import dev.millrace.kernel.log.RecordRefusedException;

/**
 * Why a task is not kept. All but {@link #UNKNOWN} are certain: nothing of the task will come back.
 */
final class Refusals {

  static final Problem OVERLOADED =
      Problem.retryAfter(ErrorCode.OVERLOADED, "too many tasks wait for the log", 1_000);
  static final Problem STORAGE_FULL =
      Problem.retryAfter(ErrorCode.STORAGE_FULL, "the disk has no room for new tasks", 5_000);
  static final Problem NOT_SERVING =
      Problem.retryAfter(ErrorCode.DRAINING, "this node is starting or stopping", 2_000);

  /** The log broke while the task was on its way: a restart may find it, once, or not. */
  static final Problem UNKNOWN =
      Problem.of(
          ErrorCode.INTERNAL,
          "the log has stopped; whether the task was kept is known after a restart");

  private Refusals() {}

  static Problem of(Exception reason) {
    return switch (reason) {
      case StorageFullException full -> STORAGE_FULL;
      case RecordRefusedException refused ->
          Problem.of(ErrorCode.TOO_LARGE, "the task does not fit into a record of the log");
      default -> UNKNOWN;
    };
  }
}
