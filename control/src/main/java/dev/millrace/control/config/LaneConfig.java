package dev.millrace.control.config;

/**
 * The lane of one class in one pool.
 *
 * @param tasks that may wait in it
 * @param waitMillis after which a waiting task is too late to be worth running
 * @param inputBytes of all tasks of a pool that wait or run
 */
public record LaneConfig(int tasks, long waitMillis, long inputBytes) {

  static final Key<Integer> TASKS =
      Key.whole("tasks", 10_000, 1, 1_000_000, "tasks", "Tasks that may wait in one lane.");
  static final Key<Long> WAIT = Key.time("wait", "60s", "10ms", "24h", "Longest wait in a lane.");
  static final Key<Long> INPUTS =
      Key.size(
          "inputs",
          "256MiB",
          "1MiB",
          "1TiB",
          "Bytes that the inputs of all waiting and running tasks of one pool may hold.");
  static final Section SECTION =
      Section.of("lanes", "The queue of each class in each pool.", TASKS, WAIT, INPUTS);

  static LaneConfig of(Values values) {
    return new LaneConfig(values.get(TASKS), values.get(WAIT), values.get(INPUTS));
  }
}
