package dev.millrace.runtime.onnx;

import static dev.millrace.runtime.testing.Attempts.quote;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.tensor.Tensor;
import dev.millrace.kernel.Clock;
import dev.millrace.runtime.engine.LoadedModel;
import dev.millrace.runtime.testing.Assets;
import dev.millrace.runtime.testing.Attempts;
import dev.millrace.runtime.testing.Recorder;
import dev.millrace.runtime.testing.Specs;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** Text classifiers: a string tensor (light), and an encoder with a head (heavy). */
@EnabledIf("dev.millrace.runtime.testing.Assets#present")
class IntentsTest {

  private record Example(String text, String label) {}

  private final Recorder recorder = new Recorder();

  private static List<Example> examples() {
    String csv = new String(Assets.bytes("text/banking77_test.csv"), StandardCharsets.UTF_8);
    Matcher matcher =
        Pattern.compile("(?:\"((?:[^\"]|\"\")*)\"|([^,\"\n]*)),(\\w+\\??)\r?\n").matcher(csv);
    List<Example> examples = new ArrayList<>();
    matcher.find(csv.indexOf('\n') + 1);
    do {
      String quoted = matcher.group(1);
      String text = quoted == null ? matcher.group(2) : quoted.replace("\"\"", "\"");
      examples.add(new Example(text, matcher.group(3)));
    } while (matcher.find());
    return examples;
  }

  /**
   * Share of right first labels.
   *
   * @param every one example in so many: the heavy model takes a millisecond each
   */
  private double accuracy(LoadedModel model, int every) {
    List<Example> examples = examples();
    assertThat(examples).hasSize(3_080);
    int right = 0;
    int asked = 0;
    for (int from = 0; from < examples.size(); from += 100 * every) {
      List<Example> some = new ArrayList<>();
      for (int i = from; i < Math.min(examples.size(), from + 100 * every); i += every) {
        some.add(examples.get(i));
      }
      String json = String.join(",", some.stream().map(example -> quote(example.text())).toList());
      model.run(List.of(Attempts.of(from, "{\"text\":[" + json + "]}")), recorder);
      List<Tensor> outputs = recorder.result(from).outputs();
      assertThat(outputs.stream().map(Tensor::name)).containsExactly("labels", "scores");
      assertThat(outputs.getFirst().shape()).containsExactly(some.size(), 5);
      List<String> labels = outputs.getFirst().texts();
      for (int i = 0; i < some.size(); i++) {
        asked++;
        right += labels.get(5 * i).equals(some.get(i).label()) ? 1 : 0;
      }
    }
    return (double) right / asked;
  }

  @Test
  void characters_beyond_the_basic_plane_and_nul_do_not_break_the_light_model() {
    try (LoadedModel model =
        new OnnxEngine(Clock.system()).load(Specs.intentsLight().deployment(1, 1))) {
      String asked = "Where is my card \ud83d\ude00\ud83d\udc69\u200d? ";
      String same = "Where is my card \ufffd\ufffd\u200d? ";
      String json = quote(asked) + "," + quote(same) + ",\"a\\u0000b\",\"\ud83d\ude00\"";
      model.run(List.of(Attempts.of(1, "{\"text\":[" + json + "]}")), recorder);
      List<String> labels = recorder.result(1).outputs().getFirst().texts();
      assertThat(labels).hasSize(20);
      assertThat(labels.subList(0, 5)).isEqualTo(labels.subList(5, 10));
    }
  }

  @Test
  void the_light_model_is_right_as_often_as_documented() {
    try (LoadedModel model =
        new OnnxEngine(Clock.system()).load(Specs.intentsLight().deployment(1, 1))) {
      assertThat(accuracy(model, 1)).isBetween(0.885, 0.889);
    }
  }

  /** Every fourth text, 770 of 3,080. */
  @Test
  void the_heavy_model_is_right_as_often_as_documented() {
    try (LoadedModel model =
        new OnnxEngine(Clock.system()).load(Specs.intentsHeavy().deployment(1, 1))) {
      assertThat(accuracy(model, 4)).isBetween(0.915, 0.945);
    }
  }

  @Test
  void capitals_make_no_difference() {
    try (LoadedModel model =
        new OnnxEngine(Clock.system()).load(Specs.intentsLight().deployment(1, 1))) {
      model.run(
          List.of(
              Attempts.of(1, "{\"text\":\"HOW DO I LOCATE MY CARD?\"}"),
              Attempts.of(2, "{\"text\":\"how do i locate my card?\"}"),
              Attempts.of(
                  3,
                  Attempts.tensors(
                      Tensor.ofTexts(
                          "text", new long[] {1, 1}, List.of("How do I locate my card?"))))),
          recorder);
      assertThat(recorder.result(1).outputs()).isEqualTo(recorder.result(2).outputs());
      assertThat(recorder.result(3).outputs()).isEqualTo(recorder.result(2).outputs());
    }
  }

  @Test
  void texts_that_are_none_are_refused() {
    try (LoadedModel model =
        new OnnxEngine(Clock.system()).load(Specs.intentsLight().deployment(1, 1))) {
      byte[] malformed = {(byte) 0xC3, 0x28};
      model.run(
          List.of(
              Attempts.of(1, "{\"text\":5}"),
              Attempts.of(2, "{\"text\":[\"a\",null]}"),
              Attempts.of(3, "{\"text\":\"\\ud800\"}"),
              Attempts.of(
                  4, Attempts.tensors(Tensor.ofBlobs("text", new long[] {1}, List.of(malformed)))),
              Attempts.of(5, "{\"text\":[]}"),
              Attempts.of(6, "{\"text\":\"fine\"}")),
          recorder);
      assertThat(recorder.problem(1).message()).contains("/input/text: an integer");
      assertThat(recorder.problem(2).message()).contains("/input/text/1: null");
      assertThat(recorder.problem(3).message()).contains("half of a surrogate pair");
      assertThat(recorder.problem(4).message()).contains("not UTF-8");
      assertThat(recorder.problem(5).message()).contains("an empty list");
      for (int lease = 1; lease <= 5; lease++) {
        assertThat(recorder.problem(lease).code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
      }
      assertThat(recorder.result(6).outputs()).hasSize(2);
    }
  }
}
