package dev.millrace.domain.task;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What an acknowledgement promises: nothing after a restart, or everything after a power cut. */
public enum Durability {
  MEMORY,
  FSYNC;

  private final String wireName = name().toLowerCase(Locale.ROOT);

  public String wireName() {
    return wireName;
  }

  public static @Nullable Durability byName(String name) {
    return switch (name) {
      case "memory" -> MEMORY;
      case "fsync" -> FSYNC;
      default -> null;
    };
  }
}
