package dev.millrace.ingress.openai;

import dev.millrace.domain.task.TaskId;
import org.jspecify.annotations.Nullable;

/**
 * A response's name: {@code resp_} and the 26 characters of its task, with {@code mem_} between for
 * a task that no restart will know. So the name alone finds the task, on any loop.
 */
final class ResponseId {

  private static final String PREFIX = "resp_";
  private static final String MEMORY = "mem_";
  private static final String DURABLE = "tsk_";

  private ResponseId() {}

  static String of(TaskId task) {
    return PREFIX + bare(task);
  }

  /** The name of the one message that a response gives. */
  static String message(TaskId task) {
    return "msg_" + bare(task);
  }

  private static String bare(TaskId task) {
    String id = task.toString();
    return task.memory() ? id : id.substring(DURABLE.length());
  }

  /** The task that a response's name names, or null when it is none. */
  static @Nullable TaskId parse(String text) {
    if (!text.startsWith(PREFIX)) {
      return null;
    }
    String bare = text.substring(PREFIX.length());
    return TaskId.parse(bare.startsWith(MEMORY) ? bare : DURABLE + bare);
  }
}
