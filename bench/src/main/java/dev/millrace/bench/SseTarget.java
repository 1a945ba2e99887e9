package dev.millrace.bench;

import java.util.Locale;

/** The doors that stream Server-Sent Events. */
enum SseTarget {
  /** Submit, be acknowledged, then follow the task's events from 0. */
  TASKS("/v1/tasks"),
  /** One call whose answer is a stream of chunks. */
  CHAT("/v1/chat/completions");

  private final String path;

  SseTarget(String path) {
    this.path = path;
  }

  static SseTarget named(String label) {
    for (SseTarget target : values()) {
      if (target.label().equals(label)) {
        return target;
      }
    }
    throw new UsageFailure("--target", label, "tasks, chat");
  }

  String path() {
    return path;
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
