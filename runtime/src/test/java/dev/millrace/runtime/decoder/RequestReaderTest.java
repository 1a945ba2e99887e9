package dev.millrace.runtime.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.runtime.testing.Attempts;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestReaderTest {

  private static GenerateRequest read(String json) {
    return RequestReader.read(Attempts.json(json), 99);
  }

  @Test
  void every_field_is_taken_and_unknown_ones_are_ignored() {
    GenerateRequest request =
        read(
            "{\"prompt\":\"p\",\"max_tokens\":64,\"temperature\":0.5,\"top_p\":0.9,\"top_k\":40,"
                + "\"seed\":-1,\"stop\":[\"a\",\"b\"],\"repetition_penalty\":1.1,\"n\":{\"x\":[1]}}");
    assertThat(request)
        .isEqualTo(new GenerateRequest("p", 64, 0.5, 0.9, 40, 1.1, -1, List.of("a", "b")));
  }

  @Test
  void absent_and_null_fields_have_their_defaults() {
    GenerateRequest request = read("{\"prompt\":\"\",\"temperature\":null,\"stop\":null}");
    assertThat(request.temperature()).isZero();
    assertThat(request.seed()).isEqualTo(99);
    assertThat(request.stop()).isEmpty();
    assertThat(request.maxTokens()).isGreaterThan(1_000);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}|/input/prompt|absent (expected: a text)",
        "{\"prompt\":null}|/input/prompt|absent",
        "{\"prompt\":5}|/input/prompt|no text",
        "{\"prompt\":[\"a\"]}|/input/prompt|no text",
        "{\"prompt\":\"\\ud800\"}|/input/prompt|half of a surrogate pair",
        "{\"prompt\":\"\",\"max_tokens\":0}|/input/max_tokens|0 (expected: an integer, 1..1048576)",
        "{\"prompt\":\"\",\"max_tokens\":1.5}|/input/max_tokens|no integer",
        "{\"prompt\":\"\",\"max_tokens\":99999999999999999999}|/input/max_tokens|no integer",
        "{\"prompt\":\"\",\"temperature\":-0.1}|/input/temperature|-0.1 (expected: 0.0..2.0)",
        "{\"prompt\":\"\",\"temperature\":1e400}|/input/temperature|Infinity",
        "{\"prompt\":\"\",\"temperature\":\"1\"}|/input/temperature|no number",
        "{\"prompt\":\"\",\"top_p\":0}|/input/top_p|0.0 (expected: above 0, at most 1)",
        "{\"prompt\":\"\",\"top_p\":1.01}|/input/top_p|1.01",
        "{\"prompt\":\"\",\"top_k\":-1}|/input/top_k|-1",
        "{\"prompt\":\"\",\"seed\":\"x\"}|/input/seed|no integer",
        "{\"prompt\":\"\",\"repetition_penalty\":0}|/input/repetition_penalty|0.0",
        "{\"prompt\":\"\",\"stop\":\"\"}|/input/stop|0 characters (expected: 1..256)",
        "{\"prompt\":\"\",\"stop\":[\"a\",\"\"]}|/input/stop/1|0 characters",
        "{\"prompt\":\"\",\"stop\":[1]}|/input/stop/0|no text",
        "{\"prompt\":\"\",\"stop\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\",\"0\",\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\"]}|/input/stop|more than 16",
        "{\"prompt\":\"a\",\"prompt\":\"b\"}|/input|JSON that cannot be read",
        "[]|/input|no object",
        "{\"prompt\":\"|/input|JSON that cannot be read"
      })
  void a_wrong_field_is_named_with_found_and_expected(String json, String field, String found) {
    Problem problem = catchThrowableOfType(ProblemException.class, () -> read(json)).problem();
    assertThat(problem.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(problem.field()).isEqualTo(field);
    assertThat(problem.message()).contains(found).contains("(expected: ");
  }
}
