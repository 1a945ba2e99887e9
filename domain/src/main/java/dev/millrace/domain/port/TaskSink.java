package dev.millrace.domain.port;

import dev.millrace.domain.task.Task;

/** Takes an acknowledged task onwards: the step after the acknowledgement. Any thread, no wait. */
@FunctionalInterface
public interface TaskSink {

  /**
   * @param task acknowledged; it will end, visibly, whatever happens from here
   * @param stream where its events go
   */
  void accept(Task task, StreamWriter stream);
}
