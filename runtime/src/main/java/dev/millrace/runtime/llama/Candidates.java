package dev.millrace.runtime.llama;

import java.util.Arrays;

/**
 * The tokens that may be drawn, with weights relative to the likeliest one's, which is 1. Scratch
 * space of one model, used by its thread for one choice after the other.
 */
final class Candidates {

  /**
   * Tokens of less weight than e to the power of −16 are never drawn: a tenth of a millionth, which
   * spares most of a large vocabulary its exponential.
   */
  private static final double FAINTEST = -16;

  /** Weights below this are sorted only when those above do not suffice. */
  private static final double NARROW = Math.exp(-4);

  private final int[] ids;
  private final double[] weights;
  private final int[] counts;
  private final long[] order;
  private int count;

  /**
   * @param tokens of the vocabulary
   */
  Candidates(int tokens) {
    ids = new int[tokens];
    weights = new double[tokens];
    counts = new int[tokens];
    order = new long[tokens];
  }

  /** Room for a count of each token, all zero; whoever counts puts the zeros back. */
  int[] counts() {
    return counts;
  }

  int count() {
    return count;
  }

  void gather(float[] scores, float highest, double temperature) {
    count = 0;
    for (int id = 0; id < scores.length; id++) {
      double power = (scores[id] - highest) / temperature;
      if (power >= FAINTEST) {
        ids[count] = id;
        weights[count++] = Math.exp(power);
      }
    }
  }

  /**
   * Keeps the {@code topK} likeliest (0 for all) and of those the likeliest that make up the share
   * {@code topP}, in order.
   */
  void keepLikeliest(int topK, double topP) {
    double all = sum(count);
    int ranked = rank(NARROW);
    boolean enough = topK > 0 ? ranked >= topK : sumOfOrder(ranked) >= topP * all;
    if (!enough) {
      ranked = rank(0);
    }
    int most = topK == 0 ? ranked : Math.min(topK, ranked);
    double wanted = topP * (topK == 0 ? all : sumOfOrder(most));
    int kept = 0;
    double covered = 0;
    while (kept < most && (kept == 0 || covered < wanted)) {
      covered += weights[place(kept++)];
    }
    takeOrder(kept);
  }

  /** Sorts the places of all weights of at least so much, the heaviest first. */
  private int rank(double least) {
    int ranked = 0;
    for (int place = 0; place < count; place++) {
      if (weights[place] >= least) {
        int bits = Float.floatToIntBits((float) weights[place]);
        order[ranked++] = ((long) ~bits << 32) | place;
      }
    }
    Arrays.sort(order, 0, ranked);
    return ranked;
  }

  private int place(int rank) {
    return (int) order[rank];
  }

  private double sumOfOrder(int ranked) {
    double sum = 0;
    for (int rank = 0; rank < ranked; rank++) {
      sum += weights[place(rank)];
    }
    return sum;
  }

  private double sum(int of) {
    double sum = 0;
    for (int place = 0; place < of; place++) {
      sum += weights[place];
    }
    return sum;
  }

  private void takeOrder(int kept) {
    int[] keptIds = new int[kept];
    double[] keptWeights = new double[kept];
    for (int rank = 0; rank < kept; rank++) {
      keptIds[rank] = ids[place(rank)];
      keptWeights[rank] = weights[place(rank)];
    }
    System.arraycopy(keptIds, 0, ids, 0, kept);
    System.arraycopy(keptWeights, 0, weights, 0, kept);
    count = kept;
  }

  /** Keeps those of at least so much weight; the likeliest always. */
  void keepAtLeast(double weight) {
    int kept = 0;
    for (int place = 0; place < count; place++) {
      if (weights[place] >= weight) {
        ids[kept] = ids[place];
        weights[kept++] = weights[place];
      }
    }
    count = kept;
  }

  /**
   * @param uniform of [0, 1)
   * @return the id at that share of the weight
   */
  int drawn(double uniform) {
    double left = uniform * sum(count);
    int chosen = 0;
    while (chosen + 1 < count && left >= weights[chosen]) {
      left -= weights[chosen++];
    }
    return ids[chosen];
  }
}
