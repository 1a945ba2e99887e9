package dev.millrace.ingress.call;

import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.task.Durability;
import dev.millrace.domain.task.TaskClass;
import dev.millrace.ingress.http.Exchange;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Our fields as they travel on doors whose bodies belong to another contract: headers {@code
 * x-millrace-class}, {@code -deadline-ms}, {@code -session}, {@code -durability}, and {@code
 * Idempotency-Key}.
 */
public final class CallHeaders {

  public static final String CLASS = "x-millrace-class";
  public static final String DEADLINE = "x-millrace-deadline-ms";
  public static final String SESSION = "x-millrace-session";
  public static final String DURABILITY = "x-millrace-durability";

  private CallHeaders() {}

  public static void read(Exchange from, TaskRequest into) {
    read(from::header, into);
  }

  /**
   * @param headers by lower-case name; null for one that is not there
   */
  public static void read(Function<String, @Nullable String> headers, TaskRequest into) {
    set(CLASS, headers.apply(CLASS), into);
    set(DEADLINE, headers.apply(DEADLINE), into);
    set(SESSION, headers.apply(SESSION), into);
    set(DURABILITY, headers.apply(DURABILITY), into);
    into.idempotencyKey = headers.apply("idempotency-key");
  }

  /**
   * Sets one of our fields by the name that it travels under.
   *
   * @param value null leaves the field as it is
   * @return false when it is none of ours
   */
  public static boolean set(String name, @Nullable String value, TaskRequest into) {
    switch (name) {
      case CLASS -> into.taskClass = value == null ? into.taskClass : taskClass(value);
      case DEADLINE -> into.deadlineMillis = value == null ? into.deadlineMillis : millis(value);
      case SESSION -> into.session = value == null ? into.session : value;
      case DURABILITY -> into.durability = value == null ? into.durability : durability(value);
      default -> {
        return false;
      }
    }
    return true;
  }

  private static TaskClass taskClass(String name) {
    TaskClass known = TaskClass.byName(name);
    if (known == null) {
      throw unknown(CLASS, name, "critical, standard or sheddable");
    }
    return known;
  }

  private static Durability durability(String name) {
    Durability known = Durability.byName(name);
    if (known == null) {
      throw unknown(DURABILITY, name, "memory or fsync");
    }
    return known;
  }

  private static long millis(String text) {
    try {
      long millis = Long.parseLong(text);
      if (millis >= 1) {
        return millis;
      }
    } catch (NumberFormatException notANumber) {
      // Told below, with what a number out of range gets.
    }
    throw unknown(DEADLINE, text, "a whole number of milliseconds, at least 1");
  }

  private static ProblemException unknown(String name, String found, String expected) {
    String shown = found.length() <= 32 ? found : found.substring(0, 32) + "...";
    return new ProblemException(Problem.invalid(name, "'" + shown + "'", expected));
  }
}
