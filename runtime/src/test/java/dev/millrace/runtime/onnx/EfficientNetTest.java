package dev.millrace.runtime.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.port.ModelRuntime.Attempt;
import dev.millrace.domain.tensor.Tensor;
import dev.millrace.kernel.Clock;
import dev.millrace.runtime.engine.LoadedModel;
import dev.millrace.runtime.json.JsonTree;
import dev.millrace.runtime.testing.Assets;
import dev.millrace.runtime.testing.Attempts;
import dev.millrace.runtime.testing.Recorder;
import dev.millrace.runtime.testing.Specs;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Image classification from file bytes to labels. */
@EnabledIf("dev.millrace.runtime.testing.Assets#present")
class EfficientNetTest {

  private final Recorder recorder = new Recorder();

  private static byte[] photo(String name) {
    String in = "images-classify/" + name;
    return Assets.bytes(Files.exists(Assets.path(in)) ? in : "images-detect/" + name);
  }

  /** The expected file is the fp16-weight model's; INT8 accounts for the other one's tolerance. */
  @ParameterizedTest
  @CsvSource({
    "efficientnet_lite0_imagenet_w16.onnx, 0.005",
    "efficientnet_lite0_imagenet_int8.onnx, 0.07"
  })
  void the_fourteen_photos_get_the_expected_labels(String file, double tolerance) {
    Map<?, ?> expected =
        (Map<?, ?>)
            JsonTree.read(
                Assets.bytes("images-classify/expected_efficientnet_lite0_top3.json"), "expected");
    assertThat(expected).hasSize(14);
    try (LoadedModel model =
        new OnnxEngine(Clock.system()).load(Specs.efficientNet(file).deployment(1, 1))) {
      List<Attempt> batch = new ArrayList<>();
      List<Object> names = new ArrayList<>(expected.keySet());
      for (int i = 0; i < names.size(); i++) {
        byte[] photo = photo((String) names.get(i));
        batch.add(
            i % 2 == 0
                ? Attempts.of(
                    i, Attempts.tensors(Tensor.ofBlobs("image", new long[] {1}, List.of(photo))))
                : Attempts.of(
                    i, "{\"image\":\"" + Base64.getEncoder().encodeToString(photo) + "\"}"));
      }
      model.run(batch, recorder);
      for (int i = 0; i < names.size(); i++) {
        List<?> best = (List<?>) ((List<?>) expected.get(names.get(i))).getFirst();
        List<Tensor> outputs = recorder.result(i).outputs();
        assertThat(outputs.get(0).shape()).containsExactly(1, 5);
        assertThat(outputs.get(0).texts().getFirst()).isEqualTo(best.get(1));
        assertThat((double) outputs.get(1).floats()[0])
            .as("probability of %s", names.get(i))
            .isCloseTo(((Number) best.get(2)).doubleValue(), within(tolerance));
      }
    }
  }

  @Test
  void bad_images_fail_alone_with_a_generic_reason() {
    try (LoadedModel model =
        new OnnxEngine(Clock.system())
            .load(Specs.efficientNet("efficientnet_lite0_imagenet_int8.onnx").deployment(1, 1))) {
      byte[] photo = photo("zebra.jpeg");
      String base64 = Base64.getEncoder().encodeToString(photo);
      byte[] cut = Arrays.copyOf(photo, 100);
      model.run(
          List.of(
              Attempts.of(1, "{\"image\":\"data:image/jpeg;base64," + base64 + "\"}"),
              Attempts.of(2, "{\"image\":\"%%%\"}"),
              Attempts.of(3, "{\"image\":\"data:image/jpeg,abc\"}"),
              Attempts.of(4, "{\"image\":\"aGVsbG8=\"}"),
              Attempts.of(
                  5, Attempts.tensors(Tensor.ofBlobs("image", new long[] {1}, List.of(cut)))),
              Attempts.of(6, "{\"image\":[\"" + base64 + "\",\"" + base64 + "\"]}"),
              Attempts.of(
                  7,
                  Attempts.tensors(
                      Tensor.ofFloats(
                          "image.raw", new long[] {1, 3, 224, 224}, new float[3 * 224 * 224])))),
          recorder);
      assertThat(recorder.result(1).outputs().getFirst().texts().getFirst()).isEqualTo("zebra");
      assertThat(recorder.problem(2).message()).contains("not base64");
      assertThat(recorder.problem(3).message()).contains("data: URL without ;base64,");
      assertThat(recorder.problem(4).code()).isEqualTo(ErrorCode.UNSUPPORTED);
      assertThat(recorder.problem(4).message()).contains("expected: jpeg, png, webp");
      assertThat(recorder.problem(5).code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
      assertThat(recorder.result(6).outputs().getFirst().shape()).containsExactly(2, 5);
      assertThat(recorder.result(7).outputs()).hasSize(2);
    }
  }
}
