package dev.millrace.runtime.onnx;

import static dev.millrace.runtime.testing.Attempts.quote;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.domain.model.ModelSpec;
import dev.millrace.domain.port.ModelRuntime.Attempt;
import dev.millrace.domain.tensor.Tensor;
import dev.millrace.kernel.Clock;
import dev.millrace.runtime.engine.LoadedModel;
import dev.millrace.runtime.testing.Attempts;
import dev.millrace.runtime.testing.MiniLm;
import dev.millrace.runtime.testing.Recorder;
import dev.millrace.runtime.testing.Specs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The text encoder of the Maven jar. */
class MiniLmTest {

  private static LoadedModel model;

  private final Recorder recorder = new Recorder();

  @BeforeAll
  static void load() {
    model = new OnnxEngine(Clock.system()).load(Specs.miniLm().deployment(1, 1));
  }

  @AfterAll
  static void unload() {
    model.close();
  }

  private float[] embed(long lease, String text) {
    model.run(List.of(Attempts.of(lease, "{\"text\":" + quote(text) + "}")), recorder);
    Tensor embedding = recorder.result(lease).outputs().getFirst();
    assertThat(embedding.name()).isEqualTo("embedding");
    assertThat(embedding.shape()).containsExactly(1, 384);
    return embedding.floats();
  }

  private static double cosine(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  @Test
  void texts_alike_in_meaning_lie_close_and_others_far() {
    float[] reset = embed(1, "How do I reset my password?");
    float[] forgot = embed(2, "I forgot my password, how can I change it?");
    float[] weather = embed(3, "What is the weather like today?");
    assertThat(cosine(reset, reset)).isCloseTo(1, within(1e-5));
    assertThat(cosine(reset, forgot)).isGreaterThan(0.75);
    assertThat(cosine(reset, weather)).isLessThan(0.15);
  }

  @Test
  void a_text_has_the_same_vector_whoever_else_asks() {
    String[] texts = {"a card", "my card has not arrived", "the quick brown fox", "a loan"};
    List<Attempt> batch = new ArrayList<>();
    for (int i = 0; i < texts.length; i++) {
      batch.add(Attempts.of(10 + i, "{\"text\":" + quote(texts[i]) + "}"));
    }
    String all = String.join(",", Arrays.stream(texts).map(Attempts::quote).toList());
    batch.add(Attempts.of(20, "{\"text\":[" + all + "]}"));
    model.run(batch, recorder);
    float[] together = recorder.result(20).outputs().getFirst().floats();
    for (int i = 0; i < texts.length; i++) {
      float[] alone = embed(30 + i, texts[i]);
      assertThat(recorder.result(10 + i).outputs().getFirst().floats()).isEqualTo(alone);
      assertThat(Arrays.copyOfRange(together, 384 * i, 384 * (i + 1))).isEqualTo(alone);
    }
  }

  @Test
  void a_text_cut_at_the_limit_is_labelled_and_counted() {
    model.run(
        List.of(
            Attempts.of(1, "{\"text\":" + quote("word ".repeat(200)) + "}"),
            Attempts.of(2, "{\"text\":\"hello world\"}")),
        recorder);
    assertThat(recorder.result(1).labels()).containsExactly("truncated:input");
    assertThat(recorder.result(1).usage().promptTokens()).isEqualTo(128);
    assertThat(recorder.result(2).labels()).isEmpty();
    assertThat(recorder.result(2).usage().promptTokens()).isEqualTo(4);
  }

  @Test
  void an_empty_text_has_a_vector_too() {
    float[] empty = embed(1, "");
    assertThat(cosine(empty, empty)).isCloseTo(1, within(1e-5));
  }

  @Test
  void texts_of_one_length_may_run_together_where_a_manifest_says_so() {
    Specs specs =
        new Specs("together", ModelSpec.Kind.EMBED, ModelSpec.RuntimeKind.ONNX, MiniLm.folder())
            .file("encoder", MiniLm.MODEL)
            .file("model", MiniLm.MODEL)
            .file("tokenizer", MiniLm.TOKENIZER)
            .input("text", "text", List.of(), Map.of())
            .step("tokenize", Map.of())
            .step("run", Map.of("together", 8L))
            .step("mean-pool", Map.of())
            .step("l2", Map.of())
            .output("embedding", "float32");
    try (LoadedModel together = new OnnxEngine(Clock.system()).load(specs.deployment(2, 1))) {
      String json =
          "{\"text\":[\"a b c\",\"one\",\"d e f\",\"two\",\"g h i\",\"longer than all\"]}";
      together.run(List.of(Attempts.of(1, json)), recorder);
      model.run(List.of(Attempts.of(2, json)), recorder);
      float[] joined = recorder.result(1).outputs().getFirst().floats();
      float[] alone = recorder.result(2).outputs().getFirst().floats();
      for (int i = 0; i < 6; i++) {
        double cosine =
            cosine(
                Arrays.copyOfRange(joined, 384 * i, 384 * (i + 1)),
                Arrays.copyOfRange(alone, 384 * i, 384 * (i + 1)));
        assertThat(cosine).isGreaterThan(0.95);
      }
    }
  }
}
