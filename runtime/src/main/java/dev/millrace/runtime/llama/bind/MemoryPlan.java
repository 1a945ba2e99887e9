package dev.millrace.runtime.llama.bind;

/**
 * How much of everything a model gets.
 *
 * @param context most tokens of one sequence; 0 for what the model was trained with
 * @param sequences at once, kept ones included, 1..256
 * @param bytes that the keys and values of all sequences may take together
 * @param batchTokens most tokens of one step
 * @param threads of one step
 */
public record MemoryPlan(int context, int sequences, long bytes, int batchTokens, int threads) {

  private static final int MOST_SEQUENCES = 256;
  private static final int MOST_CELLS = 1 << 24;

  public MemoryPlan {
    if (sequences < 1 || sequences > MOST_SEQUENCES) {
      throw new IllegalArgumentException(
          "sequences: " + sequences + " (expected: 1.." + MOST_SEQUENCES + ")");
    }
    if (batchTokens < sequences) {
      throw new IllegalArgumentException(
          "batch: " + batchTokens + " (expected: at least " + sequences + ", one a sequence)");
    }
  }

  /** Tokens of one sequence, for a model trained with so many. */
  int contextOf(int trained) {
    return context == 0 ? trained : Math.min(context, trained);
  }

  /**
   * Tokens of all sequences: what the bytes hold, but room for one whole sequence at least, and no
   * more than all can use.
   */
  int cells(int trained, long bytesPerToken) {
    int one = contextOf(trained);
    long fit = bytes / Math.max(1, bytesPerToken);
    long useful = Math.min(MOST_CELLS, (long) one * sequences);
    return (int) Math.max(one, Math.min(fit, useful));
  }
}
