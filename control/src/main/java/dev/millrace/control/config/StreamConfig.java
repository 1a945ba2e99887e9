package dev.millrace.control.config;

/**
 * The numbered events of tasks.
 *
 * @param keepMillis after the end, for who comes back
 * @param memoryBytes for all streams; above it the oldest ended ones go first
 */
public record StreamConfig(long keepMillis, long memoryBytes) {

  static final Key<Long> KEEP =
      Key.time("keep", "10m", "1s", "7d", "How long a stream can be read again after its end.");
  static final Key<Long> MEMORY =
      Key.size(
          "memory",
          "32MiB",
          "1MiB",
          "1TiB",
          "Memory of all streams; beyond it the oldest ended ones go first.");
  static final Section SECTION = Section.of("streams", "The events of tasks.", KEEP, MEMORY);

  static StreamConfig of(Values values) {
    return new StreamConfig(values.get(KEEP), values.get(MEMORY));
  }
}
