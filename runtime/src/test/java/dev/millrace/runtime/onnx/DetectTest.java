package dev.millrace.runtime.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.model.ModelSpec.Kind;
import dev.millrace.domain.model.ModelSpec.RuntimeKind;
import dev.millrace.domain.port.ModelRuntime.Attempt;
import dev.millrace.domain.port.ModelRuntime.Result;
import dev.millrace.domain.tensor.DataType;
import dev.millrace.domain.tensor.Tensor;
import dev.millrace.kernel.Clock;
import dev.millrace.runtime.engine.LoadedModel;
import dev.millrace.runtime.json.JsonTree;
import dev.millrace.runtime.testing.Assets;
import dev.millrace.runtime.testing.Attempts;
import dev.millrace.runtime.testing.Exif;
import dev.millrace.runtime.testing.Recorder;
import dev.millrace.runtime.testing.Specs;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** Object detection from file bytes to labelled boxes. */
@EnabledIf("dev.millrace.runtime.testing.Assets#present")
class DetectTest {

  private static final double THRESHOLD = 0.3;

  private final Recorder recorder = new Recorder();

  private static LoadedModel load(String pixels, double threshold) {
    return new OnnxEngine(Clock.system()).load(Specs.yoloxNano(pixels, threshold).deployment(1, 1));
  }

  private static byte[] photo(String name) {
    return Assets.bytes("images-detect/" + name);
  }

  private static Attempt asked(long lease, byte[]... files) {
    return Attempts.of(
        lease,
        Attempts.tensors(Tensor.ofBlobs("image", new long[] {files.length}, Arrays.asList(files))));
  }

  private static Tensor output(Result result, String name) {
    return result.outputs().stream()
        .filter(tensor -> tensor.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + name + " in " + result));
  }

  private record Found(String label, double score, double[] box) {}

  private static List<Found> found(Result result) {
    List<String> labels = output(result, "labels").texts();
    float[] scores = output(result, "scores").floats();
    float[] boxes = output(result, "boxes").floats();
    List<Found> found = new ArrayList<>();
    for (int i = 0; i < labels.size(); i++) {
      double[] box = new double[4];
      for (int edge = 0; edge < 4; edge++) {
        box[edge] = boxes[4 * i + edge];
      }
      found.add(new Found(labels.get(i), scores[i], box));
    }
    return found;
  }

  /** The expected boxes reach beyond the picture; what is answered is clipped to it. */
  private static List<Found> expected(Map<?, ?> photo) {
    List<?> size = (List<?>) photo.get("size");
    List<Found> expected = new ArrayList<>();
    for (Object each : (List<?>) photo.get("detections")) {
      Map<?, ?> detection = (Map<?, ?>) each;
      List<?> edges = (List<?>) detection.get("box_xyxy");
      double[] box = new double[4];
      for (int edge = 0; edge < 4; edge++) {
        double most = ((Number) size.get(edge % 2)).doubleValue();
        box[edge] = Math.clamp(((Number) edges.get(edge)).doubleValue(), 0, most);
      }
      expected.add(
          new Found(
              (String) detection.get("label"),
              ((Number) detection.get("score")).doubleValue(),
              box));
    }
    return expected;
  }

  private static boolean alike(Found a, Found b, double pixels) {
    boolean alike = a.label().equals(b.label()) && Math.abs(a.score() - b.score()) <= 0.011;
    for (int edge = 0; edge < 4; edge++) {
      alike &= Math.abs(a.box()[edge] - b.box()[edge]) <= pixels;
    }
    return alike;
  }

  @Test
  void the_twelve_photos_get_the_expected_boxes_within_a_pixel() {
    Map<?, ?> photos =
        (Map<?, ?>)
            JsonTree.read(
                Assets.bytes("images-detect/expected_yolox_nano_conf0.3_nms0.45.json"), "boxes");
    assertThat(photos).hasSize(12);
    int matched = 0;
    try (LoadedModel model = load("stored", THRESHOLD)) {
      List<Object> names = new ArrayList<>(photos.keySet());
      for (int i = 0; i < names.size(); i++) {
        model.run(List.of(asked(i, photo((String) names.get(i)))), recorder);
      }
      for (int i = 0; i < names.size(); i++) {
        List<Found> found = found(recorder.result(i));
        List<Found> expected = expected((Map<?, ?>) photos.get(names.get(i)));
        // Rounded in the file: a pixel is half a pixel more.
        for (Found one : expected) {
          assertThat(found)
              .as("%s: %s %s", names.get(i), one.label(), Arrays.toString(one.box()))
              .anyMatch(each -> alike(each, one, 1.5));
          matched++;
        }
        assertThat(found).as("%s", names.get(i)).hasSize(expected.size());
      }
    }
    assertThat(matched).isEqualTo(57);
  }

  @Test
  void several_pictures_of_several_sizes_are_told_apart_by_their_counts() {
    byte[] dog = photo("yolox_dog.jpg");
    byte[] cat = photo("skimage_chelsea.png");
    try (LoadedModel model = load("stored", THRESHOLD)) {
      model.run(
          List.of(
              asked(1, dog),
              asked(2, cat),
              asked(3, dog, cat),
              Attempts.of(4, "{\"image\":\"" + Base64.getEncoder().encodeToString(cat) + "\"}")),
          recorder);
      List<Found> both = new ArrayList<>(found(recorder.result(1)));
      both.addAll(found(recorder.result(2)));
      List<Found> together = found(recorder.result(3));
      assertThat(together).hasSameSizeAs(both);
      for (int i = 0; i < both.size(); i++) {
        assertThat(alike(together.get(i), both.get(i), 0.1)).isTrue();
      }
      assertThat(output(recorder.result(3), "counts").longs()).containsExactly(4, 1);
      assertThat(output(recorder.result(3), "boxes").shape()).containsExactly(5, 4);
      assertThat(output(recorder.result(4), "labels").texts()).containsExactly("cat");
      assertThat(recorder.result(3).outputs().stream().map(Tensor::name))
          .containsExactly("boxes", "scores", "labels", "counts");
    }
  }

  @Test
  void nothing_found_gives_empty_arrays() throws IOException {
    BufferedImage gray = new BufferedImage(50, 70, BufferedImage.TYPE_INT_RGB);
    gray.createGraphics().setPaint(Color.GRAY);
    try (LoadedModel model = load("stored", THRESHOLD)) {
      model.run(List.of(asked(1, Exif.png(gray, 1))), recorder);
      Result result = recorder.result(1);
      assertThat(output(result, "boxes").shape()).containsExactly(0, 4);
      assertThat(output(result, "boxes").floats()).isEmpty();
      assertThat(output(result, "scores").shape()).containsExactly(0);
      assertThat(output(result, "labels").type()).isEqualTo(DataType.BYTES);
      assertThat(output(result, "labels").texts()).isEmpty();
      assertThat(output(result, "counts").longs()).containsExactly(0);
    }
  }

  /** The same photo, stored in the eight ways that EXIF knows. */
  @Test
  void boxes_are_told_in_the_files_own_pixels_or_as_the_picture_is_shown() throws IOException {
    BufferedImage dog = ImageIO.read(new ByteArrayInputStream(photo("yolox_dog.jpg")));
    try (LoadedModel stored = load("stored", 0.5);
        LoadedModel upright = load("upright", 0.5)) {
      upright.run(List.of(asked(100, Exif.png(dog, 1))), recorder);
      List<Found> expected = found(recorder.result(100));
      assertThat(expected).hasSize(3);
      for (int orientation = 1; orientation <= 8; orientation++) {
        byte[] file = Exif.png(Exif.stored(dog, orientation), orientation);
        upright.run(List.of(asked(orientation, file)), recorder);
        stored.run(List.of(asked(10 + orientation, file)), recorder);
        List<Found> shown = found(recorder.result(orientation));
        List<Found> inFile = found(recorder.result(10 + orientation));
        assertThat(shown).hasSize(3);
        for (int i = 0; i < 3; i++) {
          assertThat(shown.get(i).box()).isEqualTo(expected.get(i).box());
          assertThat(inFile.get(i).label()).isEqualTo(expected.get(i).label());
          assertThat(inFile.get(i).box())
              .as("orientation %d", orientation)
              .containsExactly(
                  Exif.storedBox(expected.get(i).box(), 768, 576, orientation), within(0.001));
        }
      }
    }
  }

  @Test
  void bare_tensors_answer_in_pixels_of_the_input_and_other_shapes_are_refused() {
    try (LoadedModel model = load("stored", 0.05)) {
      float[] noise = new float[3 * 320 * 320];
      Tensor square = Tensor.ofFloats("images.raw", new long[] {1, 3, 320, 320}, noise);
      Tensor oblong =
          Tensor.ofFloats("images.raw", new long[] {1, 3, 320, 416}, new float[3 * 320 * 416]);
      model.run(
          List.of(
              Attempts.of(1, Attempts.tensors(square)), Attempts.of(2, Attempts.tensors(oblong))),
          recorder);
      assertThat(output(recorder.result(1), "counts").longs()).hasSize(1);
      assertThat(recorder.problem(2).code()).isEqualTo(ErrorCode.RUNTIME_FAILED);
      assertThat(recorder.problem(2).message()).contains("[1, 2730, 85] (expected: [1, ");
    }
  }

  @Test
  void boxes_that_no_step_names_leave_with_the_indexes_of_their_classes() {
    Specs specs =
        new Specs("bare", Kind.DETECT, RuntimeKind.ONNX, Assets.path("detect"))
            .file("model", "yolox_nano_coco_dynamic.onnx")
            .input("image", "image", List.of(), Map.of())
            .step("decode-image", Map.of())
            .step("letterbox", Map.of("width", 320L, "height", 224L, "align", "center"))
            .step("normalize", Map.of("order", "bgr"))
            .step("run", Map.of())
            .step("yolox-decode", Map.of("min_score", 0.5))
            .step("nms", Map.of());
    try (LoadedModel model = new OnnxEngine(Clock.system()).load(specs.deployment(1, 1))) {
      model.run(List.of(asked(1, photo("skimage_astronaut.png"))), recorder);
      assertThat(output(recorder.result(1), "classes").longs()).contains(0);
    }
  }
}
