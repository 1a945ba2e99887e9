package dev.millrace.runtime.llama;

import dev.millrace.runtime.llama.port.Grammar;
import dev.millrace.runtime.llama.request.Sampling;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the next token. Its randomness is a function of seed and position alone: there is no
 * state that a second attempt would have to restore. Of equal scores the lower id wins.
 *
 * <p>Order: penalties, grammar, temperature, then the cuts by top_k, top_p and min_p.
 */
final class LogitSampler {

  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private final Sampling sampling;
  private final Candidates candidates;

  LogitSampler(Sampling sampling, Candidates candidates) {
    this.sampling = sampling;
    this.candidates = candidates;
  }

  /**
   * @param scores one for each token; changed
   * @param ids of prompt and answer so far
   * @param promptCount how many of them are the prompt
   * @return the token, or −1 when the grammar allows none
   */
  int next(float[] scores, TokenList ids, int promptCount, @Nullable Grammar grammar) {
    if (sampling.penalizes()) {
      penalize(scores, ids, promptCount);
    }
    int chosen = choose(scores, uniform(ids.count(), 0));
    if (grammar == null || grammar.allows(chosen)) {
      return chosen;
    }
    // To ask about all tokens is dear, and most first choices are allowed.
    grammar.mask(scores);
    chosen = choose(scores, uniform(ids.count(), 1));
    return scores[chosen] == Float.NEGATIVE_INFINITY ? -1 : chosen;
  }

  private int choose(float[] scores, double uniform) {
    int likeliest = likeliest(scores);
    if (sampling.temperature() == 0 || scores[likeliest] == Float.NEGATIVE_INFINITY) {
      return likeliest;
    }
    return drawn(scores, scores[likeliest], uniform);
  }

  private static int likeliest(float[] scores) {
    int best = 0;
    float highest = scores[0];
    for (int id = 1; id < scores.length; id++) {
      if (scores[id] > highest) {
        highest = scores[id];
        best = id;
      }
    }
    return best;
  }

  private void penalize(float[] scores, TokenList ids, int promptCount) {
    int[] seen = candidates.counts();
    for (int i = 0; i < ids.count(); i++) {
      int id = ids.get(i);
      if (seen[id] == 0 && sampling.repetitionPenalty() != 1) {
        float penalty = (float) sampling.repetitionPenalty();
        scores[id] = scores[id] > 0 ? scores[id] / penalty : scores[id] * penalty;
      }
      seen[id]++;
    }
    for (int i = 0; i < ids.count(); i++) {
      seen[ids.get(i)] = 0;
    }
    for (int i = promptCount; i < ids.count(); i++) {
      int id = ids.get(i);
      if (seen[id]++ == 0) {
        scores[id] -= (float) sampling.presencePenalty();
      }
      scores[id] -= (float) sampling.frequencyPenalty();
    }
    for (int i = promptCount; i < ids.count(); i++) {
      seen[ids.get(i)] = 0;
    }
  }

  /** SplitMix64's finalizer over seed and position: 53 bits of [0, 1). */
  private double uniform(int position, int again) {
    long mixed = sampling.seed() + GOLDEN * (2L * position + again + 1);
    mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    mixed ^= mixed >>> 31;
    return (mixed >>> 11) * 0x1.0p-53;
  }

  private int drawn(float[] scores, float highest, double uniform) {
    candidates.gather(scores, highest, sampling.temperature());
    if (sampling.topP() < 1 || sampling.topK() > 0) {
      candidates.keepLikeliest(sampling.topK(), sampling.topP());
    }
    if (sampling.minP() > 0) {
      candidates.keepAtLeast(sampling.minP());
    }
    return candidates.drawn(uniform);
  }
}
