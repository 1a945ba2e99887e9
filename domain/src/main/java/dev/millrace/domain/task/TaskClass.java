package dev.millrace.domain.task;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What may be given up first when there is too much; the most precious comes first. */
public enum TaskClass {
  CRITICAL,
  STANDARD,
  SHEDDABLE;

  private static final TaskClass[] ALL = values();

  private final String wireName = name().toLowerCase(Locale.ROOT);

  public String wireName() {
    return wireName;
  }

  public static @Nullable TaskClass byName(String name) {
    for (TaskClass taskClass : ALL) {
      if (taskClass.wireName.equals(name)) {
        return taskClass;
      }
    }
    return null;
  }
}
