package dev.millrace.journal;

import dev.millrace.domain.error.Problem;
import dev.millrace.domain.port.TaskIntake;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskId;

/** A door that waits for one answer and writes it down. */
final class TestDoor implements TaskIntake.Listener {

  final Task task;
  boolean acknowledged;
  TaskId duplicateOf;
  Problem refusal;
  private int answers;

  TestDoor(Task task) {
    this.task = task;
  }

  boolean isAnswered() {
    return answers > 0;
  }

  private void answered() {
    if (++answers > 1) {
      throw new AssertionError(task.id() + " was answered twice");
    }
  }

  @Override
  public void acknowledged(Task which) {
    answered();
    if (which != task) {
      throw new AssertionError(which + " instead of " + task);
    }
    acknowledged = true;
  }

  @Override
  public void duplicate(TaskId original) {
    answered();
    duplicateOf = original;
  }

  @Override
  public void refused(Problem problem) {
    answered();
    refusal = problem;
  }
}
