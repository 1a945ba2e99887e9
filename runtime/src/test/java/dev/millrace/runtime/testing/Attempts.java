package dev.millrace.runtime.testing;

import dev.millrace.domain.port.ModelRuntime.Attempt;
import dev.millrace.domain.task.Durability;
import dev.millrace.domain.task.Input;
import dev.millrace.domain.task.OnDisconnect;
import dev.millrace.domain.task.Stamps;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskClass;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Attempts as a scheduler would hand them over. */
public final class Attempts {

  private static final long MINUTE = 60_000;

  private Attempts() {}

  public static Input json(String text) {
    return new Input.Json(text.getBytes(StandardCharsets.UTF_8));
  }

  public static Input tensors(Tensor... tensors) {
    return new Input.Tensors(List.of(tensors));
  }

  public static Attempt of(long lease, Input input) {
    return of(lease, input, new int[0], MINUTE);
  }

  public static Attempt of(long lease, String json) {
    return of(lease, json(json));
  }

  public static Attempt of(long lease, Input input, int[] recorded, long remainingMillis) {
    Task.Settings settings =
        new Task.Settings(
            TaskClass.STANDARD,
            Durability.MEMORY,
            OnDisconnect.DETACH,
            true,
            MINUTE,
            "test",
            null,
            null);
    Task task =
        new Task(new TaskId(7, 9, true), 1, "model", input, settings, 0, 0, 1, new Stamps());
    return new Attempt(lease, recorded.length == 0 ? 1 : 2, task, recorded, remainingMillis);
  }

  /** JSON of a text. */
  public static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (char unit : text.toCharArray()) {
      if (unit == '"' || unit == '\\') {
        quoted.append('\\').append(unit);
      } else if (unit < ' ' || unit > '~') {
        quoted.append(String.format("\\u%04x", (int) unit));
      } else {
        quoted.append(unit);
      }
    }
    return quoted.append('"').toString();
  }
}
