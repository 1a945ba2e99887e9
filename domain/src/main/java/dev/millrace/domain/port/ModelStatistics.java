package dev.millrace.domain.port;

/** What each model's tasks came to since this node started, on all doors. Any thread. */
@FunctionalInterface
public interface ModelStatistics {

  /** All zero for a model of which no task has ended. */
  Counts of(String model);

  /**
   * How often, and how long together.
   *
   * @param nanos of all of them together
   */
  record Sum(long count, long nanos) {
    public static final Sum NONE = new Sum(0, 0);
  }

  /**
   * Sums of one model.
   *
   * @param lastWallMillis when the last task ended; 0 for never
   * @param succeeded from acceptance to the end
   * @param failed the same, of all that did not succeed
   * @param queued from the lane to the last lease
   * @param computed in the model
   * @param batches that were given to a runtime
   */
  record Counts(
      long lastWallMillis, Sum succeeded, Sum failed, Sum queued, Sum computed, long batches) {
    public static final Counts NONE = new Counts(0, Sum.NONE, Sum.NONE, Sum.NONE, Sum.NONE, 0);
  }
}
