package dev.millrace.ingress.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.model.ModelSpec;
import dev.millrace.domain.tensor.DataType;
import dev.millrace.domain.tensor.Tensor;
import dev.millrace.ingress.json.JsonText;
import dev.millrace.ingress.testing.Models;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutputJsonTest {

  private static String write(@Nullable ModelSpec spec, Tensor... outputs) {
    JsonText json = new JsonText();
    OutputJson.write(spec, List.of(outputs), json);
    return json.toString();
  }

  private static Tensor floats(String name, float[] values, long... shape) {
    return Tensor.ofFloats(name, shape, values);
  }

  @Test
  void one_row_is_told_without_its_list() {
    assertThat(write(null, floats("p", new float[] {0.5f, 1}, 1, 2)))
        .isEqualTo("{\"p\":[0.5,1.0]}");
    assertThat(write(null, floats("p", new float[] {0.5f}, 1))).isEqualTo("{\"p\":0.5}");
    assertThat(write(null, floats("p", new float[] {0.5f}))).isEqualTo("{\"p\":0.5}");
  }

  @Test
  void several_rows_are_nested() {
    assertThat(write(null, floats("p", new float[] {1, 2, 3, 4}, 2, 2)))
        .isEqualTo("{\"p\":[[1.0,2.0],[3.0,4.0]]}");
    assertThat(write(null, floats("p", new float[] {}, 0, 2))).isEqualTo("{\"p\":[]}");
  }

  @Test
  void only_declared_outputs_are_told_in_declared_order() {
    assertThat(
            write(
                Models.FRAUD,
                floats("extra", new float[] {9}, 1),
                floats("probabilities", new float[] {0.25f, 0.75f}, 1, 2),
                Tensor.ofLongs("label", new long[] {1}, new long[] {1})))
        .isEqualTo("{\"label\":1,\"probabilities\":[0.25,0.75]}");
  }

  @Test
  void labels_and_scores_are_paired() {
    Tensor labels = Tensor.ofTexts("labels", new long[] {2, 2}, List.of("a", "b", "c", "d"));
    Tensor scores = floats("scores", new float[] {4, 3, 2, 1}, 2, 2);
    assertThat(write(Models.INTENTS, labels, scores))
        .isEqualTo(
            "{\"classes\":[[{\"label\":\"a\",\"score\":4.0},{\"label\":\"b\",\"score\":3.0}],"
                + "[{\"label\":\"c\",\"score\":2.0},{\"label\":\"d\",\"score\":1.0}]]}");
    assertThat(write(Models.INTENTS, labels)).isEqualTo("{}");
  }

  private static Tensor[] boxes(long... counts) {
    return new Tensor[] {
      floats("boxes", new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 2, 4),
      floats("scores", new float[] {0.5f, 0.25f}, 2),
      Tensor.ofTexts("labels", new long[] {2}, List.of("dog", "cat")),
      Tensor.ofLongs("counts", new long[] {counts.length}, counts)
    };
  }

  @Test
  void boxes_are_told_with_their_labels_and_scores() {
    assertThat(write(Models.DETECTOR, boxes(2)))
        .isEqualTo(
            "{\"detections\":[{\"label\":\"dog\",\"score\":0.5,\"box\":[1.0,2.0,3.0,4.0]},"
                + "{\"label\":\"cat\",\"score\":0.25,\"box\":[5.0,6.0,7.0,8.0]}]}");
  }

  @Test
  void boxes_of_several_pictures_are_nested_and_none_found_is_an_empty_list() {
    assertThat(write(Models.DETECTOR, boxes(1, 0, 1)))
        .isEqualTo(
            "{\"detections\":[[{\"label\":\"dog\",\"score\":0.5,\"box\":[1.0,2.0,3.0,4.0]}],[],"
                + "[{\"label\":\"cat\",\"score\":0.25,\"box\":[5.0,6.0,7.0,8.0]}]]}");
    assertThat(
            write(
                Models.DETECTOR,
                floats("boxes", new float[0], 0, 4),
                floats("scores", new float[0], 0),
                Tensor.ofTexts("labels", new long[] {0}, List.of()),
                Tensor.ofLongs("counts", new long[] {1}, new long[] {0})))
        .isEqualTo("{\"detections\":[]}");
    assertThat(write(Models.DETECTOR, floats("boxes", new float[0], 0, 4))).isEqualTo("{}");
  }

  @ParameterizedTest
  @CsvSource({
    "BOOL,01,true",
    "UINT8,ff,255",
    "INT8,ff,-1",
    "UINT16,ffff,65535",
    "INT16,ffff,-1",
    "UINT32,ffffffff,4294967295",
    "INT32,ffffffff,-1",
    "UINT64,ffffffffffffffff,18446744073709551615",
    "INT64,ffffffffffffffff,-1",
    "FP16,003c,1.0",
    "BF16,803f,1.0",
    "FP32,0000803f,1.0",
    "FP64,000000000000f03f,1.0",
    "BYTES,0200000061c3,'\"a\ufffd\"'",
    "FP16,007e,null"
  })
  void every_type_has_its_words(DataType type, String hex, String expected) {
    byte[] data = java.util.HexFormat.of().parseHex(hex);
    assertThat(write(null, new Tensor("x", type, new long[] {1}, data)))
        .isEqualTo("{\"x\":" + expected + "}");
  }
}
