package dev.millrace.domain.port;

import dev.millrace.domain.error.Problem;
import dev.millrace.domain.task.Task;

/** Chooses what runs a task, against the current snapshot. Never waits; any thread. */
@FunctionalInterface
public interface Planner {

  Choice plan(Task task);

  /** A plan, or the reason why there is none. */
  sealed interface Choice {
    record Chosen(Plan plan) implements Choice {}

    record None(Problem problem) implements Choice {}
  }
}
