package dev.millrace.runtime.onnx;

import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** What else is done with boxes. */
final class BoxSteps {

  private BoxSteps() {}

  /** Those whose score reaches the threshold. */
  static Column.Boxes atLeast(Column.Boxes boxes, double threshold) {
    FoundBoxes kept = new FoundBoxes(boxes.rows());
    int index = 0;
    for (int picture = 0; picture < boxes.rows(); picture++) {
      for (int end = index + boxes.counts()[picture]; index < end; index++) {
        if (boxes.scores()[index] >= threshold) {
          kept.add(picture, boxes, index);
        }
      }
    }
    return kept.done(boxes.views(), boxes.stored());
  }

  /**
   * The boxes as they leave: {@code boxes} [n, 4] in pixels of the pictures, {@code scores} [n],
   * {@code labels} [n] (the class's index as {@code classes} where there are no names), {@code
   * counts}, how many belong to each picture. None found gives empty ones.
   */
  static void tell(Frame frame, Column.Boxes boxes, @Nullable IntFunction<String> name) {
    float[] edges = boxes.edges().clone();
    int index = 0;
    for (int picture = 0; picture < boxes.rows(); picture++) {
      for (int end = index + boxes.counts()[picture]; index < end; index++) {
        boxes.views().placements().get(picture).restore(edges, 4 * index, boxes.stored());
      }
    }
    int count = boxes.scores().length;
    long[] flat = {count};
    frame.replace("boxes", new Column.Floats(edges, new long[] {count, 4}));
    frame.put("scores", new Column.Floats(boxes.scores(), flat));
    if (name == null) {
      frame.put("classes", new Column.Longs(longs(boxes.classes()), flat));
    } else {
      String[] names = new String[count];
      for (int i = 0; i < count; i++) {
        names[i] = name.apply(boxes.classes()[i]);
      }
      frame.put("labels", new Column.Texts(names, flat));
    }
    frame.put("counts", new Column.Longs(longs(boxes.counts()), new long[] {boxes.rows()}));
  }

  /** At the end of the steps: boxes that no step named leave with the indexes of their classes. */
  static void tellUnnamed(Frame frame) {
    List<String> names = List.copyOf(frame.columns().keySet());
    for (String name : names) {
      if (frame.column(name) instanceof Column.Boxes boxes) {
        frame.select(name);
        tell(frame, boxes, null);
      }
    }
  }

  private static long[] longs(int[] values) {
    long[] longs = new long[values.length];
    for (int i = 0; i < longs.length; i++) {
      longs[i] = values[i];
    }
    return longs;
  }
}
