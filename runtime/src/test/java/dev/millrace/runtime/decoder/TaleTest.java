package dev.millrace.runtime.decoder;

import static dev.millrace.runtime.testing.Attempts.quote;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.port.ModelRuntime.Attempt;
import dev.millrace.kernel.Clock;
import dev.millrace.runtime.engine.LoadedModel;
import dev.millrace.runtime.json.JsonTree;
import dev.millrace.runtime.testing.Assets;
import dev.millrace.runtime.testing.Attempts;
import dev.millrace.runtime.testing.Recorder;
import dev.millrace.runtime.testing.Specs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bundled language models, end to end through the engine. */
@EnabledIf("dev.millrace.runtime.testing.Assets#present")
class TaleTest {

  private static LoadedModel large;
  private static LoadedModel small;

  private final Recorder recorder = new Recorder();

  @BeforeAll
  static void load() {
    DecoderEngine engine = new DecoderEngine(Clock.system());
    large = engine.load(Specs.tale("1.1m").deployment(1, 4));
    small = engine.load(Specs.tale("0.2m").deployment(2, 4));
  }

  @AfterAll
  static void unload() {
    large.close();
    small.close();
  }

  @AfterEach
  void every_lease_ends_once() {
    assertThat(recorder.doubles()).isEmpty();
  }

  @Test
  void greedy_text_is_the_golden_one_for_both_models() {
    List<?> goldens =
        (List<?>) JsonTree.read(Assets.resource("/golden/tale-greedy.json"), "golden");
    long lease = 0;
    for (Object each : goldens) {
      Map<?, ?> golden = (Map<?, ?>) each;
      LoadedModel model = golden.get("model").equals("1.1m") ? large : small;
      run(
          model,
          Attempts.of(++lease, request((String) golden.get("prompt"), ",\"max_tokens\":60")));
      recorder.result(lease);
      assertThat(Arrays.stream(recorder.ids(lease)).mapToObj(id -> (long) id).toList())
          .isEqualTo(golden.get("ids"));
      assertThat(recorder.text(lease)).isEqualTo(golden.get("text"));
    }
  }

  @Test
  void the_answer_that_the_assets_document_comes_out() {
    run(large, Attempts.of(1, request("Once upon a time", ",\"max_tokens\":24,\"temperature\":0")));
    assertThat(recorder.result(1).finishReason()).isEqualTo("length");
    assertThat(recorder.ids(1))
        .containsExactly(
            979, 418, 285, 261, 411, 450, 577, 361, 969, 312, 546, 269, 366, 342, 317, 682, 267,
            798, 268, 272, 573, 965, 969, 438);
    assertThat(recorder.text(1)).startsWith(", there was a little girl named Lily. She loved to");
    assertThat(recorder.result(1).usage().promptTokens()).isEqualTo(5);
    assertThat(recorder.result(1).usage().completionTokens()).isEqualTo(24);
  }

  /** The promise behind "a stream has no holes": whatever was recorded, the rest is the same. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        ",\"temperature\":0",
        ",\"temperature\":0.9,\"seed\":7",
        ",\"temperature\":1.3,\"top_p\":0.9,\"top_k\":50,\"seed\":-3,\"repetition_penalty\":1.2",
        ",\"temperature\":1"
      })
  void a_second_attempt_continues_exactly_from_every_cut(String sampling) {
    String request = request("Lily and Ben were", ",\"max_tokens\":40" + sampling);
    run(small, Attempts.of(100, request));
    recorder.result(100);
    int[] whole = recorder.ids(100);
    List<Attempt> attempts = new ArrayList<>();
    for (int cut = 0; cut <= whole.length; cut++) {
      attempts.add(
          Attempts.of(200 + cut, Attempts.json(request), Arrays.copyOf(whole, cut), 60_000));
    }
    small.run(attempts, recorder);
    for (int cut = 0; cut <= whole.length; cut++) {
      assertThat(recorder.result(200 + cut).finishReason())
          .isEqualTo(recorder.result(100).finishReason());
      assertThat(recorder.result(200 + cut).usage()).isEqualTo(recorder.result(100).usage());
      assertThat(recorder.tokens(200 + cut))
          .as("after %d recorded tokens", cut)
          .isEqualTo(recorder.tokens(100).subList(cut, whole.length));
    }
  }

  @Test
  void the_larger_model_extends_as_exactly() {
    String request = request("One day, Tom", ",\"max_tokens\":64,\"temperature\":0.8,\"seed\":5");
    run(large, Attempts.of(1, request));
    recorder.result(1);
    int[] whole = recorder.ids(1);
    for (int cut = 1; cut < whole.length; cut += 7) {
      large.run(
          List.of(
              Attempts.of(100 + cut, Attempts.json(request), Arrays.copyOf(whole, cut), 60_000)),
          recorder);
      recorder.result(100 + cut);
      assertThat(recorder.tokens(100 + cut))
          .isEqualTo(recorder.tokens(1).subList(cut, whole.length));
    }
  }

  @Test
  void sequences_side_by_side_do_not_change_one_another() {
    List<Attempt> together = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      String request =
          request("Sara had a red ball.", ",\"temperature\":1,\"max_tokens\":30,\"seed\":" + i);
      run(small, Attempts.of(100 + i, request));
      recorder.result(100 + i);
      together.add(Attempts.of(200 + i, request));
    }
    small.run(together, recorder);
    for (int i = 0; i < 12; i++) {
      recorder.result(200 + i);
      assertThat(recorder.tokens(200 + i)).isEqualTo(recorder.tokens(100 + i));
    }
    assertThat(recorder.tokens(100)).isNotEqualTo(recorder.tokens(101));
  }

  @Test
  void the_same_task_without_a_seed_draws_the_same_in_each_attempt() {
    String request = request("There was a big", ",\"temperature\":1,\"max_tokens\":20");
    run(small, Attempts.of(1, request));
    run(small, Attempts.of(2, request));
    recorder.result(1);
    recorder.result(2);
    assertThat(recorder.ids(1)).isEqualTo(recorder.ids(2));
  }

  @Test
  void a_stop_text_ends_the_answer_and_is_never_shown() {
    run(
        large,
        Attempts.of(1, request("Once upon a time", ",\"stop\":[\"named Li\"],\"max_tokens\":60")));
    assertThat(recorder.result(1).finishReason()).isEqualTo("stop");
    assertThat(recorder.text(1)).isEqualTo(", there was a little girl ");
  }

  @Test
  void a_stop_text_that_never_completes_loses_nothing() {
    run(large, Attempts.of(1, request("Once upon a time", ",\"max_tokens\":12")));
    recorder.result(1);
    String whole = recorder.text(1);
    String almost = whole.substring(whole.length() - 2) + "\\u0007";
    run(
        large,
        Attempts.of(
            2, request("Once upon a time", ",\"max_tokens\":12,\"stop\":\"" + almost + "\"")));
    assertThat(recorder.result(2).finishReason()).isEqualTo("length");
    assertThat(recorder.text(2)).isEqualTo(whole);
  }

  @Test
  void an_answer_that_fills_the_context_ends_with_length() {
    run(
        small,
        Attempts.of(1, request("Once", ",\"max_tokens\":1000,\"temperature\":1,\"seed\":3")));
    var result = recorder.result(1);
    assertThat(result.usage().totalTokens()).isLessThanOrEqualTo(256);
    run(small, Attempts.of(2, request("the ".repeat(250), "")));
    assertThat(recorder.result(2).finishReason()).isEqualTo("length");
    assertThat(recorder.result(2).usage().totalTokens()).isEqualTo(256);
  }

  @Test
  void a_prompt_longer_than_the_context_is_refused_with_its_length() {
    run(large, Attempts.of(1, request("the ".repeat(300), "")));
    assertThat(recorder.problem(1).code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(recorder.problem(1).message()).contains("302 tokens").contains("at most 255 tokens");
    run(large, Attempts.of(2, request("the ".repeat(100_000), "")));
    assertThat(recorder.problem(2).message()).contains("400000 characters");
  }

  @Test
  void a_cancel_takes_effect_within_one_step() {
    recorder.onToken(lease -> large.cancel(lease));
    run(large, Attempts.of(1, request("Once upon a time", ",\"max_tokens\":200")));
    assertThat(recorder.problem(1).code()).isEqualTo(ErrorCode.CANCELLED);
    assertThat(recorder.tokens(1)).hasSize(1);
  }

  @Test
  void an_attempt_whose_time_is_over_never_starts() {
    large.run(List.of(Attempts.of(1, Attempts.json(request("Once", "")), new int[0], 0)), recorder);
    assertThat(recorder.problem(1).code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
    assertThat(recorder.started()).isEmpty();
  }

  @Test
  void what_a_closed_model_still_holds_ends_cancelled() {
    LoadedModel model = new DecoderEngine(Clock.system()).load(Specs.tale("0.2m").deployment(9, 1));
    List<Attempt> attempts = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      attempts.add(
          Attempts.of(i, request("Once upon a time", ",\"max_tokens\":250,\"temperature\":1")));
    }
    model.run(attempts, recorder);
    model.close();
    model.run(List.of(Attempts.of(99, request("Once", ""))), recorder);
    assertThat(recorder.problem(99).code()).isEqualTo(ErrorCode.CANCELLED);
    for (int i = 0; i < 8; i++) {
      var end = recorder.end(i);
      assertThat(end.problem() == null || end.problem().code() == ErrorCode.CANCELLED).isTrue();
    }
  }

  @Test
  void tensors_are_not_for_a_generator() {
    large.run(List.of(Attempts.of(1, Attempts.tensors())), recorder);
    assertThat(recorder.problem(1).code()).isEqualTo(ErrorCode.UNSUPPORTED);
  }

  private void run(LoadedModel model, Attempt attempt) {
    model.run(List.of(attempt), recorder);
  }

  private static String request(String prompt, String more) {
    return "{\"prompt\":" + quote(prompt) + more + "}";
  }
}
