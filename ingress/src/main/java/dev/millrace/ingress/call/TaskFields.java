package dev.millrace.ingress.call;

import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.task.Durability;
import dev.millrace.domain.task.Input;
import dev.millrace.domain.task.TaskClass;
import dev.millrace.ingress.json.JsonObjectReader;
import org.jspecify.annotations.Nullable;

/** The fields of a submission that our own doors share. */
public final class TaskFields {

  private static final int NAME_LENGTH = 256;

  private TaskFields() {}

  /**
   * Takes the field at hand if it is one of a submission.
   *
   * @return false when it is not; its value is still at hand then
   */
  public static boolean read(String name, JsonObjectReader from, TaskRequest into) {
    switch (name) {
      case "model" -> into.model = from.text(NAME_LENGTH);
      case "input" -> {
        if (!from.isObject()) {
          throw from.unexpected("an object");
        }
        into.input = new Input.Json(from.raw());
      }
      case "class" -> into.taskClass = taskClass(from.text(NAME_LENGTH), from);
      case "durability" -> into.durability = durability(from.text(NAME_LENGTH), from);
      case "deadline_ms" -> into.deadlineMillis = from.whole(1, Long.MAX_VALUE);
      case "session" -> into.session = from.isNull() ? null : from.text(NAME_LENGTH);
      case "idempotency_key" -> into.idempotencyKey = key(from);
      case "stream" -> into.stream = from.truth();
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Held against its limit here, for a header of the same meaning may take its place. */
  private static @Nullable String key(JsonObjectReader from) {
    return Names.idempotencyKey(from.isNull() ? null : from.text(NAME_LENGTH));
  }

  private static TaskClass taskClass(String name, JsonObjectReader from) {
    return known(TaskClass.byName(name), "critical, standard or sheddable", from);
  }

  private static Durability durability(String name, JsonObjectReader from) {
    return known(Durability.byName(name), "memory or fsync", from);
  }

  private static <T> T known(@Nullable T value, String expected, JsonObjectReader from)
      throws ProblemException {
    if (value == null) {
      throw from.unexpected(expected);
    }
    return value;
  }
}
