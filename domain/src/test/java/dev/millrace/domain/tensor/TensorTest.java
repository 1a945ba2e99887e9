package dev.millrace.domain.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TensorTest {

  @Test
  void elements_are_packed_little_endian_and_read_back() {
    var floats = Tensor.ofFloats("f", new long[] {2}, new float[] {1f, -2.5f});
    assertThat(floats.data()).startsWith(0, 0, 0x80, 0x3f);
    assertThat(floats.floats()).containsExactly(1f, -2.5f);
    var longs = Tensor.ofLongs("l", new long[] {1, 2}, new long[] {-1, 1L << 40});
    assertThat(longs.longs()).containsExactly(-1, 1L << 40);
    var texts = Tensor.ofTexts("t", new long[] {3}, List.of("", "a", "žluť"));
    assertThat(texts.texts()).containsExactly("", "a", "žluť");
  }

  @Test
  void the_wrong_reader_says_what_it_found() {
    var floats = Tensor.ofFloats("f", new long[] {0}, new float[0]);
    assertThatThrownBy(floats::longs).hasMessage("f: FP32 (expected: INT64)");
  }

  @Test
  void a_shape_that_overflows_or_is_negative_is_no_shape() {
    assertThat(Tensor.elements(new long[] {})).isEqualTo(1);
    assertThat(Tensor.elements(new long[] {3, 0, 5})).isZero();
    assertThatThrownBy(() -> Tensor.elements(new long[] {1L << 33, 1L << 33}))
        .isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> Tensor.elements(new long[] {-1}))
        .isInstanceOf(ArithmeticException.class);
  }

  @Test
  void types_are_known_by_their_protocol_name() {
    assertThat(DataType.byName("FP32")).isEqualTo(DataType.FP32);
    assertThat(DataType.byName("float")).isNull();
  }

  @Test
  void tensors_are_equal_by_value() {
    var one = Tensor.ofFloats("f", new long[] {1}, new float[] {1f});
    assertThat(one).isEqualTo(Tensor.ofFloats("f", new long[] {1}, new float[] {1f}));
    assertThat(one).isNotEqualTo(Tensor.ofFloats("f", new long[] {1}, new float[] {2f}));
    assertThat(one).hasToString("f FP32[1]");
  }
}
