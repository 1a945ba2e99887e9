package dev.millrace.ingress.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.model.ModelSpec;
import dev.millrace.domain.model.ModelSpec.Field;
import dev.millrace.domain.model.ModelSpec.Kind;
import dev.millrace.domain.model.ModelSpec.RuntimeKind;
import dev.millrace.ingress.testing.Models;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InputCheckTest {

  private static List<String> check(ModelSpec spec, String input) {
    return InputCheck.check(spec, input.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void what_the_manifest_declares_passes() {
    assertThat(check(Models.FRAUD, "{\"features\":[1,2]}")).isEmpty();
    assertThat(check(Models.SIM, "{}")).isEmpty();
    assertThat(check(Models.SIM, "{\"tokens\":1,\"interval_ms\":2}")).isEmpty();
  }

  @Test
  void a_missing_field_is_refused_by_name() {
    assertThatThrownBy(() -> check(Models.FRAUD, "{\"other\":1}"))
        .isInstanceOf(ProblemException.class)
        .hasMessage("/input/features: nothing (expected: a value: float32)");
  }

  @Test
  void an_unknown_field_is_a_warning() {
    assertThat(check(Models.FRAUD, "{\"features\":1,\"b\":{\"c\":[]}}"))
        .containsExactly("/input/b: unknown to card-fraud, ignored");
  }

  @Test
  void warnings_end_somewhere() {
    StringBuilder input = new StringBuilder("{\"features\":1");
    for (int i = 0; i < 100; i++) {
      input.append(",\"x").append(i).append("\":1");
    }
    assertThat(check(Models.FRAUD, input.append('}').toString())).hasSize(16);
  }

  @Test
  void generators_know_how_to_generate() {
    assertThat(
            check(
                Models.TALE,
                "{\"prompt\":\"x\",\"max_tokens\":1,\"temperature\":1,\"top_p\":1,\"top_k\":1,"
                    + "\"seed\":1,\"stop\":[],\"repetition_penalty\":1}"))
        .isEmpty();
    assertThatThrownBy(() -> check(Models.TALE, "{\"max_tokens\":1}"))
        .hasMessageContaining("/input/prompt");
    assertThat(check(Models.SIM, "{\"temperature\":1}")).hasSize(1);
  }

  @Test
  void what_has_a_default_may_be_left_out() {
    ModelSpec spec =
        Models.model(
            "m",
            Kind.TABULAR,
            RuntimeKind.ONNX,
            List.of(
                new Field("a", "float32", List.of(), Map.of("default", 1L)),
                new Field("b", "float32", List.of(), Map.of("optional", true))),
            List.of(),
            List.of());
    assertThat(check(spec, "{}")).isEmpty();
  }
}
