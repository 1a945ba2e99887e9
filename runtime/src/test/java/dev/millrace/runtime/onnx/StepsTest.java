package dev.millrace.runtime.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.runtime.image.Picture;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StepsTest {

  private static Options options(Map<String, Object> values) {
    return new Options("step", values);
  }

  private static Frame frame(Column column) {
    Frame frame = new Frame();
    frame.put("x", column);
    return frame;
  }

  private static Frame floats(int rows, float... values) {
    return frame(new Column.Floats(values, new long[] {rows, values.length / rows}));
  }

  private static Frame run(Step step, Frame frame) {
    try (Slot slot = new Slot()) {
      step.apply(List.of(frame), slot);
    }
    return frame;
  }

  @Test
  void softmax_makes_each_row_sum_to_one_and_stands_huge_values() {
    Frame frame = run(NumberSteps.softmax(options(Map.of())), floats(2, 1000, 1001, -5, -5));
    float[] out = ((Column.Floats) frame.current()).values();
    assertThat(out[0] + out[1]).isCloseTo(1, within(1e-6f));
    assertThat(out[1] / out[0]).isCloseTo((float) Math.E, within(1e-4f));
    assertThat(out[2]).isEqualTo(0.5f);
  }

  @Test
  void l2_gives_length_one_and_leaves_zeros() {
    Frame frame = run(NumberSteps.l2(options(Map.of("output", "unit"))), floats(2, 3, 4, 0, 0));
    assertThat(frame.currentName()).isEqualTo("unit");
    assertThat(((Column.Floats) frame.current()).values()).containsExactly(0.6f, 0.8f, 0, 0);
    assertThat(frame.find("x")).isNull();
  }

  @Test
  void top_is_the_beginning_of_the_sorted_row() {
    Random random = new Random(4);
    for (int k : new int[] {1, 3, 20, 50}) {
      float[] row = new float[20];
      for (int i = 0; i < row.length; i++) {
        row[i] = random.nextInt(8);
      }
      Frame frame = run(LabelSteps.top(options(Map.of("k", (long) k)), List.of()), floats(1, row));
      List<Integer> sorted =
          IntStream.range(0, 20)
              .boxed()
              .sorted((a, b) -> Float.compare(row[b], row[a]))
              .limit(k)
              .toList();
      String[] labels = ((Column.Texts) frame.column("labels")).values();
      assertThat(labels)
          .containsExactly(sorted.stream().map(String::valueOf).toArray(String[]::new));
      assertThat(((Column.Floats) frame.column("scores")).values()[0])
          .isEqualTo(row[sorted.get(0)]);
    }
  }

  @Test
  void labels_name_indexes_and_the_best_of_scores() {
    List<String> names = List.of("cat", "dog");
    Frame byIndex =
        run(
            LabelSteps.labels(options(Map.of()), names),
            frame(new Column.Longs(new long[] {1, 0, 9}, new long[] {3})));
    assertThat(((Column.Texts) byIndex.current()).values()).containsExactly("dog", "cat", "9");
    Frame byScore = run(LabelSteps.labels(options(Map.of()), names), floats(2, 1, 2, 5, 3));
    assertThat(((Column.Texts) byScore.current()).values()).containsExactly("dog", "cat");
  }

  @Test
  void normalize_spreads_samples_over_planes_or_pixels() {
    Picture picture = new Picture(2, 1, new byte[] {0, 10, 20, (byte) 255, 30, 40});
    Map<String, Object> planes = Map.of("mean", 10L, "scale", 0.5);
    Frame nchw =
        run(
            ImageSteps.normalize(options(planes)),
            frame(new Column.Pictures(List.of(picture, picture))));
    Column.Floats out = (Column.Floats) nchw.current();
    assertThat(out.shape()).containsExactly(2, 3, 1, 2);
    assertThat(out.values()).startsWith(-5, 122.5f, 0, 10, 5, 15);
    Frame bgr =
        run(
            ImageSteps.normalize(options(Map.of("layout", "nhwc", "order", "bgr"))),
            frame(new Column.Pictures(List.of(picture))));
    assertThat(((Column.Floats) bgr.current()).values()).containsExactly(20, 10, 0, 40, 30, 255);
  }

  @Test
  void crop_and_resize_work_on_pictures_smaller_than_asked() {
    Picture tiny = new Picture(1, 3, new byte[9]);
    Frame cropped =
        run(
            ImageSteps.centerCrop(options(Map.of("size", 224L))),
            frame(new Column.Pictures(List.of(tiny))));
    assertThat(((Column.Pictures) cropped.current()).values().getFirst().height()).isEqualTo(3);
    Frame fraction =
        run(
            ImageSteps.centerCrop(options(Map.of("fraction", 0.875))),
            frame(new Column.Pictures(List.of(tiny))));
    assertThat(((Column.Pictures) fraction.current()).values().getFirst().width()).isEqualTo(1);
    Frame strip =
        run(
            ImageSteps.resize(options(Map.of("short_side", 256L))),
            frame(new Column.Pictures(List.of(new Picture(1, 4_000, new byte[12_000])))));
    assertThat(((Column.Pictures) strip.current()).values().getFirst().height()).isEqualTo(8_192);
  }

  @Test
  void a_step_on_another_sort_of_value_fails_the_frame_with_a_reason() {
    Frame frame =
        run(
            NumberSteps.softmax(options(Map.of())),
            frame(new Column.Texts(new String[] {"a"}, new long[] {1})));
    assertThat(frame.problem()).isNotNull();
    assertThat(frame.problem().code()).isEqualTo(ErrorCode.RUNTIME_FAILED);
    assertThat(frame.problem().message()).contains("softmax: x is texts (expected: numbers)");
  }
}
