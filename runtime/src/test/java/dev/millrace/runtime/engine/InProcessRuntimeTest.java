package dev.millrace.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.model.ModelSpec.Kind;
import dev.millrace.domain.model.ModelSpec.ModelFile;
import dev.millrace.domain.model.ModelSpec.RuntimeKind;
import dev.millrace.kernel.Clock;
import dev.millrace.runtime.decoder.DecoderEngine;
import dev.millrace.runtime.onnx.OnnxEngine;
import dev.millrace.runtime.testing.Assets;
import dev.millrace.runtime.testing.Attempts;
import dev.millrace.runtime.testing.Recorder;
import dev.millrace.runtime.testing.Specs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

@EnabledIf("dev.millrace.runtime.testing.Assets#present")
class InProcessRuntimeTest {

  private static final String ROW =
      "{\"features\":[2.94,0.042,0,1,3,15.243,0,0,20,14.521,2,0,68,16.221,13,0]}";

  private final Recorder recorder = new Recorder();
  private final InProcessRuntime runtime =
      new InProcessRuntime(
          "local",
          List.of(new OnnxEngine(Clock.system()), new DecoderEngine(Clock.system())),
          recorder,
          Clock.system());

  @TempDir Path folder;

  @AfterEach
  void close() {
    runtime.close();
    assertThat(recorder.doubles()).isEmpty();
  }

  @Test
  void a_deployment_answers_its_sample_before_it_is_ready_and_then_serves() {
    Deployment deployment =
        Specs.cardFraud("card_fraud_light_lr.onnx")
            .sample(ROW, "{\"label\":[0],\"probabilities\":[[0.99,0.01]]}", 0.01)
            .deployment(1, 1);
    runtime.load(deployment);
    assertThat(recorder.load(1)).isEqualTo("ready");
    assertThat(recorder.started()).isEmpty();
    runtime.assign(deployment, List.of(Attempts.of(5, ROW)));
    assertThat(recorder.result(5).outputs()).hasSize(2);
  }

  @Test
  void a_generator_answers_its_sample_too() {
    runtime.load(
        Specs.tale("0.2m")
            .sample(
                "{\"prompt\":\"Once upon a time\",\"max_tokens\":8}",
                "{\"text\":\", there was a little girl named Lily\",\"finish_reason\":\"length\"}",
                0)
            .deployment(1, 1));
    assertThat(recorder.load(1)).isEqualTo("ready");
  }

  @Test
  void another_answer_than_the_samples_keeps_a_deployment_out() {
    Deployment deployment =
        Specs.cardFraud("card_fraud_light_lr.onnx")
            .sample(ROW, "{\"label\":[1]}", 0.01)
            .deployment(1, 1);
    runtime.load(deployment);
    assertThat(recorder.load(1)).contains("label[0]: 0 (expected: 1 within 0.01)");
    runtime.assign(deployment, List.of(Attempts.of(5, ROW)));
    assertThat(recorder.problem(5).code()).isEqualTo(ErrorCode.MODEL_LOADING);
  }

  @Test
  void a_sample_that_fails_keeps_a_deployment_out() {
    runtime.load(
        Specs.cardFraud("card_fraud_light_lr.onnx")
            .sample("{\"features\":[1]}", "{\"label\":[1]}", 0.01)
            .deployment(1, 1));
    assertThat(recorder.load(1)).contains("1 numbers");
  }

  @Test
  void a_file_cut_short_or_with_a_flipped_bit_never_loads() throws IOException {
    byte[] whole = Assets.bytes("tabular/card_fraud_light_lr.onnx");
    byte[] flipped = whole.clone();
    flipped[400] ^= 1;
    ModelFile declared = new ModelFile("m.onnx", whole.length, Specs.sha256(whole));
    int id = 0;
    for (byte[] damaged : List.of(flipped, Arrays.copyOf(whole, 500))) {
      Path version = Files.createDirectory(folder.resolve("v" + id));
      Files.write(version.resolve("m.onnx"), damaged);
      runtime.load(
          new Specs("damaged", Kind.TENSOR, RuntimeKind.ONNX, version)
              .file("model", declared)
              .deployment(++id, 1));
      assertThat(recorder.load(id))
          .contains("sha256 " + Specs.sha256(damaged))
          .contains("expected: " + whole.length + " bytes, sha256 " + declared.sha256());
    }
  }

  @Test
  void what_no_engine_runs_is_unavailable_with_the_reason() {
    Deployment llama =
        new Specs("llama", Kind.GENERATE, RuntimeKind.LLAMA, folder).deployment(1, 1);
    runtime.load(llama);
    assertThat(recorder.load(1)).contains("nothing here runs LLAMA");
  }

  @Test
  void an_attempt_for_what_is_not_loaded_fails_and_may_come_back() {
    Deployment deployment = Specs.cardFraud("card_fraud_light_lr.onnx").deployment(1, 1);
    runtime.assign(deployment, List.of(Attempts.of(1, ROW), Attempts.of(2, ROW)));
    assertThat(recorder.problem(1).code()).isEqualTo(ErrorCode.MODEL_LOADING);
    assertThat(recorder.problem(2).retryAfterMillis()).isPositive();
  }

  @Test
  void unloading_ends_what_runs_and_the_id_may_be_used_again() {
    Deployment tale = Specs.tale("1.1m").deployment(1, 1);
    runtime.load(tale);
    assertThat(recorder.load(1)).isEqualTo("ready");
    assertThatThrownBy(() -> runtime.load(tale)).isInstanceOf(IllegalStateException.class);
    var begun = new CountDownLatch(1);
    recorder.onToken(lease -> begun.countDown());
    runtime.assign(
        tale, List.of(Attempts.of(1, "{\"prompt\":\"Once upon a time\",\"max_tokens\":200}")));
    assertThat(begun).satisfies(latch -> assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue());
    runtime.unload(1);
    assertThat(recorder.end(1)).isNotNull();
    runtime.load(tale);
    runtime.unload(1);
  }

  @Test
  void a_cancel_reaches_the_model_that_holds_the_lease() {
    Deployment tale = Specs.tale("1.1m").deployment(1, 1);
    runtime.load(tale);
    runtime.load(Specs.cardFraud("card_fraud_light_lr.onnx").deployment(2, 1));
    assertThat(recorder.load(1)).isEqualTo("ready");
    assertThat(recorder.load(2)).isEqualTo("ready");
    recorder.onToken(runtime::cancel);
    runtime.assign(
        tale, List.of(Attempts.of(1, "{\"prompt\":\"Once upon a time\",\"max_tokens\":200}")));
    assertThat(recorder.problem(1).code()).isEqualTo(ErrorCode.CANCELLED);
    assertThat(recorder.tokens(1)).hasSize(1);
    runtime.cancel(77);
  }
}
