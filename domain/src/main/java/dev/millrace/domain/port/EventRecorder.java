package dev.millrace.domain.port;

import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.domain.task.Task;

/** Records stream events before they are delivered: the journal's second door. Any thread. */
@FunctionalInterface
public interface EventRecorder {

  /**
   * Hands the event to the log, in order for one task.
   *
   * @param number of the event
   * @param written called once the record is with the operating system, on the log's thread; when
   *     the log has failed, never: the node stops
   */
  void record(Task task, int number, StreamEvent event, Written written);

  /** Told when records are written. */
  @FunctionalInterface
  interface Written {
    /**
     * @param number the event of that number, and all before it
     */
    void written(int number);
  }
}
