package dev.millrace.runtime.decoder;

import java.util.Arrays;

/**
 * Chooses the next token. Its randomness is a function of seed and position alone: there is no
 * state that a second attempt would have to restore. Of equal scores the lower id wins.
 */
final class Sampler {

  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private final GenerateRequest request;

  Sampler(GenerateRequest request) {
    this.request = request;
  }

  /**
   * @param logits one for each token; changed by a repetition penalty
   * @param ids of prompt and answer so far
   * @param count how many of them
   */
  int next(float[] logits, int[] ids, int count) {
    if (request.repetitionPenalty() != 1) {
      penalize(logits, ids, count);
    }
    return request.temperature() == 0 ? likeliest(logits) : drawn(logits, uniform(count));
  }

  private void penalize(float[] logits, int[] ids, int count) {
    float penalty = (float) request.repetitionPenalty();
    boolean[] seen = new boolean[logits.length];
    for (int i = 0; i < count; i++) {
      int id = ids[i];
      if (!seen[id]) {
        seen[id] = true;
        logits[id] = logits[id] > 0 ? logits[id] / penalty : logits[id] * penalty;
      }
    }
  }

  private static int likeliest(float[] logits) {
    int best = 0;
    for (int id = 1; id < logits.length; id++) {
      if (logits[id] > logits[best]) {
        best = id;
      }
    }
    return best;
  }

  /** SplitMix64's finalizer over seed and position: 53 bits of [0, 1). */
  private double uniform(int position) {
    long mixed = request.seed() + GOLDEN * (position + 1L);
    mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    mixed ^= mixed >>> 31;
    return (mixed >>> 11) * 0x1.0p-53;
  }

  private int drawn(float[] logits, double uniform) {
    long[] ranked = ranked(logits);
    int kept = request.topK() == 0 ? ranked.length : Math.min(request.topK(), ranked.length);
    double highest = logits[id(ranked[0])];
    double[] weights = new double[kept];
    double sum = 0;
    for (int i = 0; i < kept; i++) {
      weights[i] = Math.exp((logits[id(ranked[i])] - highest) / request.temperature());
      sum += weights[i];
    }
    int nucleus = 0;
    double covered = 0;
    while (nucleus < kept && covered < request.topP() * sum) {
      covered += weights[nucleus++];
    }
    double left = uniform * covered;
    int chosen = 0;
    while (chosen + 1 < nucleus && left >= weights[chosen]) {
      left -= weights[chosen++];
    }
    return id(ranked[chosen]);
  }

  /** Ids in the low half, scores in the high half such that ascending order is best first. */
  private static long[] ranked(float[] logits) {
    long[] ranked = new long[logits.length];
    for (int id = 0; id < ranked.length; id++) {
      int bits = Float.floatToIntBits(logits[id]);
      int ascending = bits ^ ((bits >> 31) & Integer.MAX_VALUE);
      ranked[id] = ((long) ~ascending << 32) | id;
    }
    Arrays.sort(ranked);
    return ranked;
  }

  private static int id(long ranked) {
    return (int) ranked;
  }
}
