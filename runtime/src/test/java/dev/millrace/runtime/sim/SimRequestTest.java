package dev.millrace.runtime.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.task.Input;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimRequestTest {

  @Test
  void every_field_is_taken_and_each_has_a_default() {
    assertThat(parse("{}")).isEqualTo(new SimRequest(16, 20, 0, 0));
    assertThat(parse("{\"fail_rate\":0.25,\"tokens\":4096,\"interval_ms\":0,\"service_ms\":10000}"))
        .isEqualTo(new SimRequest(4096, 0, 10_000, 0.25));
    assertThat(parse("{\"fail_rate\":1}").failRate()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"tokens":4097}           | /input/tokens: 4097 (expected: a whole number 0..4096)
          {"tokens":-1}             | /input/tokens: -1 (expected: a whole number 0..4096)
          {"tokens":1.5}            | /input/tokens: 1.5 (expected: a whole number 0..4096)
          {"tokens":"16"}           | /input/tokens: a text (expected: a whole number 0..4096)
          {"tokens":null}           | /input/tokens: null (expected: a whole number 0..4096)
          {"tokens":[1]}            | /input/tokens: a list (expected: a whole number 0..4096)
          {"interval_ms":10001}     | /input/interval_ms: 10001 (expected: a whole number 0..10000)
          {"service_ms":{}}         | /input/service_ms: an object (expected: a whole number 0..10000)
          {"fail_rate":1.01}        | /input/fail_rate: 1.01 (expected: a number 0..1)
          {"fail_rate":1e400}       | /input/fail_rate: 1e400 (expected: a number 0..1)
          {"fail_rate":true}        | /input/fail_rate: true (expected: a number 0..1)
          {"token":1}               | /input: a field "token" (expected: one of tokens, interval_ms, service_ms, fail_rate)
          [1]                       | /input: a list (expected: a JSON object)
          16                        | /input: 16 (expected: a JSON object)
          {} {}                     | /input: an object after the object (expected: its end)
          """)
  void what_does_not_fit_is_refused_with_found_and_expected(String json, String message) {
    assertThat(refusal(json).getMessage()).isEqualTo(message);
    assertThat(refusal(json).problem().code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"tokens":1,"tokens":2}
          {"tokens":NaN}
          {"tokens":01}
          {"tokens":1
          {'tokens':1}
          {"tokens":111111111111111111111111111111111111111111}
          {"tokens":1}}
          """)
  void what_is_not_strict_json_is_refused(String json) {
    assertThat(refusal(json).problem().field()).isEqualTo("/input");
  }

  @Test
  void a_number_beyond_every_type_is_out_of_range() {
    assertThat(refusal("{\"tokens\":99999999999999999999}").getMessage())
        .startsWith("/input/tokens: 99999999999999999999");
  }

  @Test
  void tensors_and_large_inputs_are_refused() {
    var tensors =
        catchThrowableOfType(
            ProblemException.class, () -> SimRequest.parse(new Input.Tensors(List.of())));
    assertThat(tensors.getMessage()).isEqualTo("/input: 0 tensors (expected: a JSON object)");
    assertThat(refusal("{}" + " ".repeat(65_536)).problem().code()).isEqualTo(ErrorCode.TOO_LARGE);
  }

  private static SimRequest parse(String json) {
    return SimRequest.parse(new Input.Json(json.getBytes(StandardCharsets.UTF_8)));
  }

  private static ProblemException refusal(String json) {
    return catchThrowableOfType(ProblemException.class, () -> parse(json));
  }
}
