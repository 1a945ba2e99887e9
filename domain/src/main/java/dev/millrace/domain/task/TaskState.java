package dev.millrace.domain.task;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Where a task stands. It only moves forward; a terminal state is left by nothing. */
public enum TaskState {
  QUEUED(false),
  RUNNING(false),
  SUCCEEDED(true),
  FAILED(true),
  CANCELLED(true),
  EXPIRED(true),
  QUARANTINED(true),
  NEEDS_REVIEW(false);

  private static final TaskState[] ALL = values();

  private final boolean terminal;
  private final String wireName = name().toLowerCase(Locale.ROOT);

  TaskState(boolean terminal) {
    this.terminal = terminal;
  }

  public boolean isTerminal() {
    return terminal;
  }

  public String wireName() {
    return wireName;
  }

  public static @Nullable TaskState byName(String name) {
    for (TaskState state : ALL) {
      if (state.wireName.equals(name)) {
        return state;
      }
    }
    return null;
  }
}
