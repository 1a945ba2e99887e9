package dev.millrace.runtime.fakes;

import dev.millrace.domain.port.ModelRuntime.Attempt;
import dev.millrace.domain.task.Durability;
import dev.millrace.domain.task.Input;
import dev.millrace.domain.task.OnDisconnect;
import dev.millrace.domain.task.Stamps;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskClass;
import dev.millrace.domain.task.TaskId;
import java.nio.charset.StandardCharsets;

/** Attempts for tests. */
public final class Work {

  private Work() {}

  public static Attempt json(long lease, String json, int... recordedIds) {
    return of(lease, new Input.Json(json.getBytes(StandardCharsets.UTF_8)), recordedIds);
  }

  public static Attempt of(long lease, Input input, int... recordedIds) {
    return new Attempt(
        lease, recordedIds.length == 0 ? 1 : 2, task(lease, input), recordedIds, 30_000);
  }

  public static Task task(long number, Input input) {
    return new Task(
        new TaskId(0x0193_0000_0000_0000L, number, /* memory= */ true),
        1,
        "sim",
        input,
        new Task.Settings(
            TaskClass.STANDARD,
            Durability.MEMORY,
            OnDisconnect.DETACH,
            /* stream= */ true,
            30_000,
            "tasks",
            null,
            null),
        1_767_225_600_000L,
        30_000_000_000L,
        1,
        new Stamps());
  }
}
