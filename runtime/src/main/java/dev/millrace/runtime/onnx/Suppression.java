package dev.millrace.runtime.onnx;

import java.util.Arrays;

/**
 * {@code nms: {iou: 0.45, per_class: true, max: 300}}: of boxes that overlap by more than {@code
 * iou}, the one with the best score stays. Greedy, best first, picture by picture; at most {@code
 * max} stay in each, which also bounds the work.
 */
final class Suppression implements Step.Single {

  private static final int MOST = 10_000;

  private final Target target;
  private final double overlap;
  private final boolean perClass;
  private final int most;

  Suppression(Options options) {
    this.target = Target.of(options);
    this.overlap = options.share("iou", 0.45);
    this.perClass = options.truth("per_class", true);
    this.most = options.number("max", 300, 1, MOST);
  }

  @Override
  public void apply(Frame frame) {
    if (!(target.column(frame) instanceof Column.Boxes boxes)) {
      throw frame.mismatch("nms", "boxes");
    }
    FoundBoxes kept = new FoundBoxes(boxes.rows());
    int from = 0;
    for (int picture = 0; picture < boxes.rows(); picture++) {
      int end = from + boxes.counts()[picture];
      suppress(boxes, picture, from, end, kept);
      from = end;
    }
    target.replace(frame, kept.done(boxes.views(), boxes.stored()));
  }

  private void suppress(Column.Boxes boxes, int picture, int from, int end, FoundBoxes kept) {
    int[] survivors = new int[Math.min(most, end - from)];
    int count = 0;
    for (int candidate : bestFirst(boxes.scores(), from, end)) {
      if (count == survivors.length) {
        break;
      }
      if (!overlapsOneOf(boxes, survivors, count, candidate)) {
        survivors[count++] = candidate;
        kept.add(picture, boxes, candidate);
      }
    }
  }

  private boolean overlapsOneOf(Column.Boxes boxes, int[] survivors, int count, int candidate) {
    for (int i = 0; i < count; i++) {
      boolean alike = !perClass || boxes.classes()[survivors[i]] == boxes.classes()[candidate];
      if (alike && overlap(boxes.edges(), 4 * survivors[i], 4 * candidate) > overlap) {
        return true;
      }
    }
    return false;
  }

  /** Equal scores in the order of the model's cells. */
  private static int[] bestFirst(float[] scores, int from, int end) {
    long[] keys = new long[end - from];
    for (int i = 0; i < keys.length; i++) {
      // Bits of floats that are not negative sort as the floats do.
      long falling = (long) Integer.MAX_VALUE - Float.floatToIntBits(Math.max(0, scores[from + i]));
      keys[i] = falling << 32 | (from + i);
    }
    Arrays.sort(keys);
    return Arrays.stream(keys).mapToInt(key -> (int) key).toArray();
  }

  /** Shared area over the area of both; 0 where neither has any. */
  static double overlap(float[] edges, int a, int b) {
    double width = Math.min(edges[a + 2], edges[b + 2]) - (double) Math.max(edges[a], edges[b]);
    double height =
        Math.min(edges[a + 3], edges[b + 3]) - (double) Math.max(edges[a + 1], edges[b + 1]);
    if (width <= 0 || height <= 0) {
      return 0;
    }
    double shared = width * height;
    return shared / (area(edges, a) + area(edges, b) - shared);
  }

  private static double area(float[] edges, int at) {
    return ((double) edges[at + 2] - edges[at]) * ((double) edges[at + 3] - edges[at + 1]);
  }
}
