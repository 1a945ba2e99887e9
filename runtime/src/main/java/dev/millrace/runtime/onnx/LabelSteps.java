package dev.millrace.runtime.onnx;

import java.util.List;

/** Steps from numbers to names. */
final class LabelSteps {

  private LabelSteps() {}

  /**
   * {@code top: {k: 5, labels: labels}}: the k highest of each row, best first, as {@code labels}
   * (texts; the index where there is no labels file) and {@code scores}; both [rows, k].
   */
  static Step top(Options options, List<String> names) {
    Target target = Target.of(options);
    int k = options.number("k", 5, 1, 1_000);
    return (Step.Single)
        frame -> {
          Column.Floats in = target.floats(frame, "top");
          int width = in.width();
          int kept = Math.min(k, width);
          String[] labels = new String[in.rows() * kept];
          float[] scores = new float[labels.length];
          for (int row = 0; row < in.rows(); row++) {
            int[] best = best(in.values(), row * width, width, kept);
            for (int i = 0; i < kept; i++) {
              labels[row * kept + i] = name(names, best[i]);
              scores[row * kept + i] = in.values()[row * width + best[i]];
            }
          }
          long[] shape = {in.rows(), kept};
          frame.replace("labels", new Column.Texts(labels, shape));
          frame.put("scores", new Column.Floats(scores, shape));
        };
  }

  /** Indexes of the highest values, best first; the lower index first where they are equal. */
  private static int[] best(float[] values, int from, int width, int kept) {
    int[] best = new int[kept];
    int count = 0;
    for (int i = 0; i < width; i++) {
      float value = values[from + i];
      int at = count;
      while (at > 0 && values[from + best[at - 1]] < value) {
        at--;
      }
      if (at < kept) {
        int last = Math.min(count, kept - 1);
        System.arraycopy(best, at, best, at + 1, last - at);
        best[at] = i;
        count = Math.min(kept, count + 1);
      }
    }
    return best;
  }

  /**
   * {@code labels: {labels: labels}}: indexes become names; of a row of scores, the highest one's.
   * Boxes become {@code boxes}, {@code scores}, {@code labels} and {@code counts}.
   */
  static Step labels(Options options, List<String> names) {
    Target target = Target.of(options);
    return (Step.Single)
        frame -> {
          Column column = target.column(frame);
          if (column instanceof Column.Boxes boxes) {
            BoxSteps.tell(frame, boxes, index -> name(names, index));
            return;
          }
          String[] texts =
              switch (column) {
                case Column.Longs longs -> ofIndexes(longs, names);
                case Column.Floats floats -> ofScores(floats, names);
                default -> throw frame.mismatch("labels", "indexes, scores or boxes");
              };
          target.replace(frame, new Column.Texts(texts, new long[] {texts.length}));
        };
  }

  private static String[] ofIndexes(Column.Longs longs, List<String> names) {
    String[] texts = new String[longs.values().length];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = name(names, longs.values()[i]);
    }
    return texts;
  }

  private static String[] ofScores(Column.Floats floats, List<String> names) {
    String[] texts = new String[floats.rows()];
    for (int row = 0; row < texts.length; row++) {
      texts[row] = name(names, best(floats.values(), row * floats.width(), floats.width(), 1)[0]);
    }
    return texts;
  }

  private static String name(List<String> names, long index) {
    return index >= 0 && index < names.size() ? names.get((int) index) : Long.toString(index);
  }
}
