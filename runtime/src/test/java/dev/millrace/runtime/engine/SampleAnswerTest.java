package dev.millrace.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.domain.model.ModelSpec.Sample;
import dev.millrace.domain.port.ModelRuntime.Result;
import dev.millrace.domain.task.Usage;
import dev.millrace.domain.tensor.DataType;
import dev.millrace.domain.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SampleAnswerTest {

  private static final Result RESULT =
      new Result(
          "stop",
          Usage.NONE,
          List.of(
              Tensor.ofLongs("label", new long[] {1}, new long[] {3}),
              Tensor.ofFloats("probabilities", new long[] {1, 2}, new float[] {0.25f, 0.75f}),
              Tensor.ofTexts("labels", new long[] {1, 2}, List.of("bee", "spider")),
              Tensor.ofFloats("scores", new long[] {1, 2}, new float[] {0.9f, 0.1f}),
              Tensor.ofFloats("boxes", new long[] {2, 4}, new float[] {1, 2, 3, 4, 5, 6, 7, 8}),
              Tensor.ofFloats("odd", new long[] {1}, new float[] {Float.NaN}),
              new Tensor("flags", DataType.BOOL, new long[] {1}, new byte[] {1})),
          List.of());

  private static String outcome(String expect) {
    SampleAnswer.Different different =
        catchThrowableOfType(
            SampleAnswer.Different.class,
            () -> SampleAnswer.compare(new Sample("{}", expect, 0.01), RESULT, "Once"));
    return different == null ? "same" : different.what();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}|same",
        "{\"label\":3}|same",
        "{\"label\":[3]}|same",
        "{\"probabilities\":[[0.255,0.745]]}|same",
        "{\"probabilities\":[0.25]}|same",
        "{\"classes\":[{\"label\":\"bee\",\"score\":0.905}]}|same",
        "{\"text\":\"Once\",\"finish_reason\":\"stop\"}|same",
        "{\"flags\":[true]}|same",
        "{\"label\":4}|label[0]: 3 (expected: 4 within 0.01)",
        "{\"label\":\"3\"}|label[0]: 3 (expected: 3)",
        "{\"probabilities\":[0.1,0.2,0.3]}|probabilities: 2 values (expected: 3 values)",
        "{\"probabilities\":[]}|probabilities: 2 values (expected: 0 values)",
        "{\"classes\":[{\"label\":\"wasp\",\"score\":0.9}]}|classes/label[0]: bee (expected: wasp)",
        "{\"classes\":[{\"label\":\"bee\",\"score\":0.8}]}|classes/score[0]: 0.9 (expected: 0.8 within 0.01)",
        "{\"odd\":[0]}|odd[0]: NaN (expected: 0 within 0.01)",
        "{\"d\":[{\"label\":\"bee\",\"score\":0.9,\"box\":[1,3,3,5]}]}|same",
        "{\"d\":[{\"label\":\"bee\",\"score\":0.9,\"box\":[1,2,9,4]}]}|d/box[2]: 3.0 (expected: 9 within 2.0)",
        "{\"text\":\"Twice\"}|text: Once (expected: Twice)",
        "[]|sample.expect: no object (expected: an object by output name)"
      })
  void says_the_first_difference(String expect, String expected) {
    assertThat(outcome(expect)).isEqualTo(expected);
  }

  @Test
  void an_output_that_is_not_there_is_told() {
    assertThat(outcome("{\"masks\":1}")).startsWith("output masks: absent");
  }
}
