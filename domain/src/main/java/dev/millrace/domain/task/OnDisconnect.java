package dev.millrace.domain.task;

/**
 * What becomes of a task whose client goes: a disconnect is not a cancel unless the route says so.
 */
public enum OnDisconnect {
  DETACH,
  CANCEL
}
