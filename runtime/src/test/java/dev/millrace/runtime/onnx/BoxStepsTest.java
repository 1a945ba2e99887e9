package dev.millrace.runtime.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The steps over boxes, on numbers that were made by hand. */
class BoxStepsTest {

  private static Options options(Map<String, Object> values) {
    return new Options("step", values);
  }

  private static Frame run(Step step, Frame frame) {
    try (Slot slot = new Slot()) {
      step.apply(List.of(frame), slot);
    }
    return frame;
  }

  private static Frame frame(Column column) {
    Frame frame = new Frame();
    frame.put("x", column);
    return frame;
  }

  private static Column.Boxes boxes(Frame frame) {
    assertThat(frame.problem()).isNull();
    return (Column.Boxes) frame.current();
  }

  /** A picture of 32 x 32 pixels has 16 + 4 + 1 cells; all empty. */
  private static float[] cells(int pictures, int classes) {
    return new float[pictures * 21 * (5 + classes)];
  }

  private static Frame decode(
      float[] values, int pictures, int classes, Map<String, Object> asked) {
    return run(
        new YoloxDecode(options(asked)),
        frame(new Column.Floats(values, new long[] {pictures, 21, 5 + classes})));
  }

  private static void put(float[] cells, int cell, float... values) {
    System.arraycopy(values, 0, cells, cell * values.length, values.length);
  }

  @Test
  void a_cell_is_a_centre_in_cells_a_size_in_logarithms_and_a_product_of_two_scores() {
    float[] cells = cells(1, 2);
    // Stride 8, row 1, column 2: centre ((0.5 + 2) * 8, (0.25 + 1) * 8), 8 x 16 pixels.
    put(cells, 1 * 4 + 2, 0.5f, 0.25f, 0, (float) Math.log(2), 0.8f, 0.25f, 0.5f);
    // Stride 16, row 1, column 0.
    put(cells, 16 + 2, 0.5f, 0.5f, 0, 0, 1, 0.9f, 0.1f);
    // Stride 32, the only one.
    put(cells, 20, 0, 0, 0, 0, 0.5f, 0.5f, 0.5f);
    Column.Boxes found = boxes(decode(cells, 1, 2, Map.of()));
    assertThat(found.edges())
        .containsExactly(
            new float[] {16, 2, 24, 18, 0, 16, 16, 32, -16, -16, 16, 16}, within(1e-4f));
    assertThat(found.scores()).containsExactly(new float[] {0.4f, 0.9f, 0.25f}, within(1e-6f));
    assertThat(found.classes()).containsExactly(1, 0, 0);
    assertThat(found.counts()).containsExactly(3);
  }

  @Test
  void weak_cells_are_left_out_and_pictures_are_told_apart() {
    float[] cells = cells(3, 1);
    put(cells, 20, 0, 0, 0, 0, 0.5f, 0.5f);
    put(cells, 42 + 3, 0, 0, 0, 0, 1, 1);
    put(cells, 42 + 20, 0, 0, 0, 0, 0.9f, 0.2f);
    Column.Boxes found = boxes(decode(cells, 3, 1, Map.of("min_score", 0.2)));
    assertThat(found.counts()).containsExactly(1, 0, 1);
    assertThat(found.scores()).containsExactly(0.25f, 1);
  }

  @Test
  void a_weak_cells_logarithm_may_be_anything_but_a_box_of_no_number_fails() {
    float[] cells = cells(1, 1);
    put(cells, 0, 0, 0, 900, -900, 1, 1);
    assertThat(boxes(decode(cells, 1, 1, Map.of())).edges()[2]).isFinite();
    put(cells, 0, Float.NaN, 0, 0, 0, 1, 1);
    Frame failed = decode(cells, 1, 1, Map.of());
    assertThat(failed.problem()).isNotNull();
    assertThat(failed.problem().code()).isEqualTo(ErrorCode.RUNTIME_FAILED);
    put(cells, 0, 0, 0, 0, 0, Float.NaN, 1);
    assertThat(boxes(decode(cells, 1, 1, Map.of())).counts()).containsExactly(0);
  }

  @Test
  void other_numbers_of_cells_than_the_strides_make_are_refused() {
    Frame frame = decode(cells(1, 1), 1, 1, Map.of("strides", List.of(8L, 16L)));
    assertThat(frame.problem()).isNotNull();
    assertThat(frame.problem().message()).contains("[1, 21, 6] (expected: [1, ", "strides [8, 16]");
    Frame flat =
        run(
            new YoloxDecode(options(Map.of())),
            frame(new Column.Floats(new float[6], new long[] {1, 6})));
    assertThat(flat.problem()).isNotNull();
    assertThat(flat.problem().message()).contains("expected: [N, cells, 5 + classes]");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void suppression_leaves_what_the_simplest_greedy_way_leaves(long seed) {
    Random random = new Random(seed);
    FoundBoxes made = new FoundBoxes(3);
    for (int i = 0; i < 180; i++) {
      float left = random.nextInt(60);
      float top = random.nextInt(60);
      made.add(
          i / 60,
          left,
          top,
          left + random.nextInt(30),
          top + random.nextInt(30),
          random.nextInt(50) / 50f,
          random.nextInt(3));
    }
    Column.Boxes all = made.done(Views.bare(3, 90, 90), true);
    double iou = random.nextInt(10) / 10.0;
    boolean perClass = seed % 2 == 0;
    Column.Boxes kept =
        boxes(run(new Suppression(options(Map.of("iou", iou, "per_class", perClass))), frame(all)));
    List<Integer> expected = new ArrayList<>();
    for (int picture = 0; picture < 3; picture++) {
      expected.addAll(simplest(all, 60 * picture, iou, perClass));
    }
    assertThat(kept.scores()).hasSize(expected.size());
    for (int i = 0; i < expected.size(); i++) {
      assertThat(kept.scores()[i]).isEqualTo(all.scores()[expected.get(i)]);
      assertThat(kept.edges()[4 * i]).isEqualTo(all.edges()[4 * expected.get(i)]);
    }
  }

  private static List<Integer> simplest(Column.Boxes all, int from, double iou, boolean perClass) {
    List<Integer> left =
        new ArrayList<>(
            IntStream.range(from, from + 60)
                .boxed()
                .sorted((a, b) -> Float.compare(all.scores()[b], all.scores()[a]))
                .toList());
    List<Integer> kept = new ArrayList<>();
    while (!left.isEmpty()) {
      int best = left.removeFirst();
      kept.add(best);
      left.removeIf(
          other ->
              (!perClass || all.classes()[best] == all.classes()[other])
                  && pixelOverlap(all.edges(), best, other) > iou);
    }
    return kept;
  }

  /** By counting pixels. */
  private static double pixelOverlap(float[] edges, int a, int b) {
    int both = 0;
    int any = 0;
    for (int y = 0; y < 90; y++) {
      for (int x = 0; x < 90; x++) {
        boolean inA = inside(edges, 4 * a, x, y);
        boolean inB = inside(edges, 4 * b, x, y);
        both += inA && inB ? 1 : 0;
        any += inA || inB ? 1 : 0;
      }
    }
    return any == 0 ? 0 : (double) both / any;
  }

  private static boolean inside(float[] edges, int at, int x, int y) {
    return x >= edges[at] && x < edges[at + 2] && y >= edges[at + 1] && y < edges[at + 3];
  }

  @Test
  void no_more_than_max_stay_in_each_picture() {
    FoundBoxes made = new FoundBoxes(2);
    for (int i = 0; i < 20; i++) {
      made.add(i / 10, 10 * i, 0, 10 * i + 5, 5, i / 20f, 0);
    }
    Column.Boxes kept =
        boxes(
            run(
                new Suppression(options(Map.of("max", 3L))),
                frame(made.done(Views.bare(2, 300, 10), true))));
    assertThat(kept.counts()).containsExactly(3, 3);
    assertThat(kept.scores()).startsWith(9 / 20f, 8 / 20f, 7 / 20f, 19 / 20f);
  }

  @Test
  void threshold_keeps_what_reaches_it_and_labels_clip_to_the_picture() {
    FoundBoxes made = new FoundBoxes(2);
    made.add(0, -5, 1, 5, 50, 0.29f, 0);
    made.add(1, -5, 1, 5, 50, 0.3f, 1);
    Frame frame = frame(made.done(Views.bare(2, 20, 10), true));
    run(NumberSteps.threshold(options(Map.of("at", (double) 0.3f))), frame);
    run(LabelSteps.labels(options(Map.of()), List.of("cat")), frame);
    assertThat(frame.columns().keySet()).containsExactly("boxes", "scores", "labels", "counts");
    assertThat(((Column.Floats) frame.column("boxes")).values()).containsExactly(0, 1, 5, 10);
    assertThat(((Column.Texts) frame.column("labels")).values()).containsExactly("1");
    assertThat(((Column.Longs) frame.column("counts")).values()).containsExactly(0, 1);
  }

  @Test
  void each_option_is_refused_with_what_was_found_and_expected() {
    refused(() -> new YoloxDecode(options(Map.of("strides", 8L))), "strides: 8 (expected: 1 to 8");
    refused(() -> new YoloxDecode(options(Map.of("strides", List.of()))), "strides: []");
    refused(
        () -> new YoloxDecode(options(Map.of("strides", List.of(0L)))),
        "strides: [0] (expected: 1 to 8 numbers of 1..1024)");
    refused(
        () -> new YoloxDecode(options(Map.of("min_score", 2L))), "min_score: 2.0 (expected: 0..1)");
    refused(
        () -> new YoloxDecode(options(Map.of("pixels", "tiles"))),
        "pixels: tiles (expected: one of");
    refused(() -> new Suppression(options(Map.of("iou", -1L))), "iou: -1.0 (expected: 0..1)");
    refused(() -> new Suppression(options(Map.of("max", 0L))), "max: 0 (expected: 1..10000)");
    refused(
        () -> new Suppression(options(Map.of("per_class", "yes"))),
        "per_class: yes (expected: true or false)");
    refused(() -> ImageSteps.letterbox(options(Map.of())), "size: absent (expected: size, or");
    refused(
        () -> ImageSteps.letterbox(options(Map.of("size", 416L, "fill", 256L))),
        "fill: 256 (expected: 0..255)");
    refused(
        () -> ImageSteps.letterbox(options(Map.of("size", 416L, "align", "left"))),
        "align: left (expected: one of");
  }

  private static void refused(Runnable made, String message) {
    assertThatThrownBy(made::run)
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining(message);
  }

  @Test
  void steps_over_boxes_refuse_other_values() {
    Frame frame =
        run(
            new Suppression(options(Map.of())),
            frame(new Column.Longs(new long[1], new long[] {1})));
    assertThat(frame.problem()).isNotNull();
    assertThat(frame.problem().message()).contains("nms: x is longs (expected: boxes)");
  }
}
