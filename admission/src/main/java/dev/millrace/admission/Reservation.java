package dev.millrace.admission;

import dev.millrace.domain.error.Problem;
import dev.millrace.domain.port.LaneSpace;
import dev.millrace.domain.port.TaskIntake;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskClass;
import dev.millrace.domain.task.TaskId;
import java.io.Serial;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A place in a lane on its way to becoming a task. Whatever the next stage answers first counts: a
 * second answer is a defect there, and must not give a place back twice. Extends the flag instead
 * of holding it: one object a task.
 */
final class Reservation extends AtomicBoolean implements TaskIntake.Listener {

  @Serial private static final long serialVersionUID = 1L;

  private final transient LaneSpace lanes;
  private final String pool;
  private final TaskClass taskClass;
  private final long inputBytes;
  private final transient TaskIntake.Listener door;

  Reservation(LaneSpace lanes, String pool, Task task, TaskIntake.Listener door) {
    this.lanes = lanes;
    this.pool = pool;
    this.taskClass = task.taskClass();
    this.inputBytes = task.input().size();
    this.door = door;
  }

  /** True for the first who asks; only that one may answer the door. */
  boolean settle() {
    return compareAndSet(false, true);
  }

  @Override
  public void acknowledged(Task task) {
    if (settle()) {
      door.acknowledged(task);
    }
  }

  @Override
  public void duplicate(TaskId original) {
    if (settle()) {
      // The original has a place of its own.
      lanes.release(pool, taskClass, inputBytes);
      door.duplicate(original);
    }
  }

  @Override
  public void refused(Problem problem) {
    if (settle()) {
      giveUp(problem);
    }
  }

  /** After {@link #settle}: gives the place back and refuses. */
  void giveUp(Problem problem) {
    lanes.release(pool, taskClass, inputBytes);
    door.refused(problem);
  }
}
