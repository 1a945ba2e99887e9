package dev.millrace.verify.bench;

import dev.millrace.domain.task.Durability;
import dev.millrace.domain.task.Input;
import dev.millrace.domain.task.OnDisconnect;
import dev.millrace.domain.task.Stamps;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskClass;
import dev.millrace.domain.task.TaskId;

/** Tasks as a door would make them, for what is measured without a door. */
public final class Tasks {

  private Tasks() {}

  /** A task of tenant 1 that lives in memory. */
  public static Task of(TaskId id, String model, Input input) {
    Task.Settings settings =
        new Task.Settings(
            TaskClass.STANDARD,
            Durability.MEMORY,
            OnDisconnect.DETACH,
            true,
            60_000,
            "bench",
            null,
            null);
    return new Task(id, 1, model, input, settings, 0, 0, 1, new Stamps());
  }
}
