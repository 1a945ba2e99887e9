package dev.millrace.domain.port;

import dev.millrace.domain.error.Problem;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskId;

/** Takes a task towards its acknowledgement: admission first, the journal after it. Never waits. */
@FunctionalInterface
public interface TaskIntake {

  /**
   * Exactly one method of the listener is called, once, on any thread, perhaps before this returns.
   */
  void submit(Task task, Listener listener);

  /** The door that waits for the acknowledgement. */
  interface Listener {

    /** The task is kept, as durably as it asked; its stream can be followed from 0. */
    void acknowledged(Task task);

    /** The same request was accepted before: follow that task instead. */
    void duplicate(TaskId original);

    /** Nothing was kept. */
    void refused(Problem problem);
  }
}
