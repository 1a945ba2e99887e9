package dev.millrace.domain.port;

import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskId;

/** Lanes and leases: brings an acknowledged task to a runtime and to its one end. Any thread. */
public interface Dispatcher {

  /** Queues the task. Room was reserved at admission, so nothing is refused here. */
  void dispatch(Task task, Plan plan, StreamWriter stream);

  /**
   * Ends the task wherever it is, unless it ended before. The outcome is seen in its stream, and
   * nowhere else.
   */
  void cancel(TaskId id, CancelReason reason);

  /** Why a task is cancelled. */
  enum CancelReason {
    REQUESTED,
    CLIENT_GONE,
    DRAINING
  }
}
