package dev.millrace.runtime.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.model.ModelSpec.Kind;
import dev.millrace.domain.model.ModelSpec.RuntimeKind;
import dev.millrace.domain.tensor.DataType;
import dev.millrace.domain.tensor.Tensor;
import dev.millrace.kernel.Clock;
import dev.millrace.runtime.engine.LoadedModel;
import dev.millrace.runtime.testing.Assets;
import dev.millrace.runtime.testing.Attempts;
import dev.millrace.runtime.testing.Recorder;
import dev.millrace.runtime.testing.Specs;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** What a manifest may say, and what becomes of a manifest that says little. */
@EnabledIf("dev.millrace.runtime.testing.Assets#present")
class CompilerTest {

  private final OnnxEngine engine = new OnnxEngine(Clock.system());
  private final Recorder recorder = new Recorder();

  private static Specs fraud() {
    return new Specs("m", Kind.TABULAR, RuntimeKind.ONNX, Assets.path("tabular"))
        .file("model", "card_fraud_light_lr.onnx");
  }

  private void assertRefused(Specs specs, String message) {
    assertThatThrownBy(() -> engine.load(specs.deployment(1, 1)))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining(message);
  }

  @Test
  void unknown_steps_options_and_files_are_refused_with_their_place() {
    assertRefused(
        fraud().step("dance", Map.of()), "steps[0]: dance (expected: one of: decode-image");
    assertRefused(
        fraud().step("run", Map.of()).step("softmax", Map.of("k", 1L)),
        "steps[1] softmax: k: unknown (expected: one of [input, output])");
    assertRefused(fraud().step("top", Map.of("labels", "names")), "no file named names");
    assertRefused(fraud().step("top", Map.of("k", 0L)), "steps[0] top: k: 0 (expected: 1..1000)");
    assertRefused(fraud().step("run", Map.of("output", "boxes")), "output: boxes");
    assertRefused(fraud().step("run", Map.of("model", "other")), "no file named other");
    assertRefused(fraud().step("decode-image", Map.of()), "an input of type image");
    assertRefused(fraud().input("x", "complex", List.of(), Map.of()), "input x: type: complex");
    assertRefused(fraud().input("x", "float32", List.of(0L), Map.of()), "input x: shape: [0]");
    assertRefused(
        fraud().step("resize", Map.of("filter", "lanczos", "size", 5L)), "filter: lanczos");
    assertRefused(fraud().step("resize", Map.of()), "size: absent");
    assertRefused(
        fraud().step("normalize", Map.of("mean", List.of(1L, 2L))), "a number or 3 numbers");
  }

  @Test
  void a_bare_model_serves_its_own_inputs_and_outputs() {
    try (LoadedModel model = engine.load(fraud().deployment(1, 1))) {
      model.run(
          List.of(
              Attempts.of(1, "{\"features\":[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]}"),
              Attempts.of(
                  2,
                  Attempts.tensors(
                      Tensor.ofFloats("features", new long[] {2, 16}, new float[32])))),
          recorder);
      assertThat(recorder.result(1).outputs().stream().map(Tensor::name))
          .containsExactly("label", "probabilities");
      assertThat(recorder.result(2).outputs().get(1).shape()).containsExactly(2, 2);
    }
  }

  @Test
  void other_types_pass_as_they_are() {
    Specs specs =
        new Specs("magika", Kind.TENSOR, RuntimeKind.ONNX, Assets.path("classify/magika"))
            .file("model", "model.onnx");
    try (LoadedModel model = engine.load(specs.deployment(1, 1))) {
      byte[] values = new byte[2 * 2048 * 4];
      model.run(
          List.of(
              Attempts.of(
                  1,
                  Attempts.tensors(
                      new Tensor("bytes", DataType.INT32, new long[] {2, 2048}, values))),
              Attempts.of(2, "{\"bytes\":[1]}"),
              Attempts.of(
                  3,
                  Attempts.tensors(
                      new Tensor("bytes", DataType.INT32, new long[] {1, 2}, new byte[8])))),
          recorder);
      assertThat(recorder.result(1).outputs().getFirst().shape()).containsExactly(2, 214);
      assertThat(recorder.problem(2).code()).isEqualTo(ErrorCode.UNSUPPORTED);
      assertThat(recorder.problem(3).message()).contains("shape [1, 2]");
    }
  }

  @Test
  void an_input_without_rows_runs_alone_and_a_failing_model_fails_its_attempt_only() {
    Specs specs =
        new Specs("als", Kind.TENSOR, RuntimeKind.ONNX, Assets.path("recsys"))
            .file("model", "als_ml100k_top_k.onnx");
    try (LoadedModel model = engine.load(specs.deployment(1, 1))) {
      Tensor five = Tensor.ofLongs("k", new long[] {1}, new long[] {5});
      model.run(
          List.of(
              Attempts.of(
                  1,
                  Attempts.tensors(
                      Tensor.ofLongs("user_id", new long[] {1}, new long[] {7}), five)),
              Attempts.of(
                  2,
                  Attempts.tensors(
                      Tensor.ofLongs("user_id", new long[] {1}, new long[] {944}), five)),
              Attempts.of(
                  3,
                  Attempts.tensors(
                      Tensor.ofLongs("user_id", new long[] {2}, new long[] {7, 8}), five))),
          recorder);
      assertThat(recorder.result(1).outputs().getFirst().shape()).containsExactly(1, 5);
      assertThat(recorder.problem(2).code()).isEqualTo(ErrorCode.RUNTIME_FAILED);
      assertThat(recorder.problem(2).message()).isEqualTo("the model failed on this input");
      assertThat(recorder.result(3).outputs().get(1).longs()).hasSize(10);
      assertThat(Arrays.copyOf(recorder.result(3).outputs().get(1).longs(), 5))
          .isEqualTo(recorder.result(1).outputs().get(1).longs());
    }
  }

  @Test
  void steps_after_the_run_change_its_outputs() {
    Specs specs =
        fraud()
            .step("run", Map.of("output", "probabilities"))
            .step("require-finite", Map.of())
            .step("threshold", Map.of("at", 0.5, "column", 1L, "as", "fraud"))
            .step("labels", Map.of("labels", "schema", "output", "verdict"))
            .file("schema", "card_fraud_schema.json");
    assertRefused(specs, "other JSON (expected: a list of texts)");
    Specs sound =
        fraud()
            .step("run", Map.of("output", "probabilities"))
            .step("require-finite", Map.of())
            .step("threshold", Map.of("at", 0.5, "column", 1L, "as", "fraud"));
    try (LoadedModel model = engine.load(sound.deployment(1, 1))) {
      model.run(
          List.of(
              Attempts.of(1, "{\"features\":[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]}"),
              Attempts.of(
                  2,
                  Attempts.tensors(
                      Tensor.ofFloats(
                          "features",
                          new long[] {1, 16},
                          new float[] {Float.NaN, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})))),
          recorder);
      Tensor flags = recorder.result(1).outputs().get(1);
      assertThat(flags.name()).isEqualTo("fraud");
      assertThat(flags.type()).isEqualTo(DataType.BOOL);
      assertThat(flags.data()).containsExactly(0);
      assertThat(recorder.problem(2).code()).isEqualTo(ErrorCode.RUNTIME_FAILED);
      assertThat(recorder.problem(2).message()).contains("the model answered NaN");
    }
  }
}
