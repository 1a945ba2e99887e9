package dev.millrace.journal;

import dev.millrace.domain.error.Problem;
import dev.millrace.domain.port.TaskIntake;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells doors. A door that throws has a defect of its own: that is logged, and costs neither its
 * task, which is kept by then, nor the log, which would stop at an exception on its thread.
 */
final class Answers {

  private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

  private Answers() {}

  static void acknowledged(TaskIntake.Listener listener, Task task) {
    try {
      listener.acknowledged(task);
    } catch (RuntimeException defect) {
      LOG.error("{}: the door failed at its acknowledgement", task.id(), defect);
    }
  }

  static void duplicate(TaskIntake.Listener listener, TaskId original) {
    try {
      listener.duplicate(original);
    } catch (RuntimeException defect) {
      LOG.error("{}: the door failed at its repetition", original, defect);
    }
  }

  static void refused(TaskIntake.Listener listener, Problem problem) {
    try {
      listener.refused(problem);
    } catch (RuntimeException defect) {
      LOG.error("the door failed at the refusal '{}'", problem.message(), defect);
    }
  }
}
