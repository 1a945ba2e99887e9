package dev.millrace.kernel.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSourceTest {

  @Test
  void what_was_written_is_read_back() {
    var sink = new ByteSink(1);
    sink.putByte(-3).putBoolean(true).putShort(-300).putInt(70_000).putLong(1L << 40);
    sink.putFloat(1.5f)
        .putDouble(-2.25)
        .putText("žluť")
        .putOptionalText(null)
        .putBytes(new byte[3]);
    var source = new ByteSource(sink.toByteArray());
    assertThat(source.getByte()).isEqualTo((byte) -3);
    assertThat(source.getBoolean()).isTrue();
    assertThat(source.getShort()).isEqualTo((short) -300);
    assertThat(source.getInt()).isEqualTo(70_000);
    assertThat(source.getLong()).isEqualTo(1L << 40);
    assertThat(source.getFloat()).isEqualTo(1.5f);
    assertThat(source.getDouble()).isEqualTo(-2.25);
    assertThat(source.getText()).isEqualTo("žluť");
    assertThat(source.getOptionalText()).isNull();
    assertThat(source.getBytes()).hasSize(3);
    assertThat(source.remaining()).isZero();
  }

  @Test
  void a_length_known_at_the_end_is_set_afterwards() {
    var sink = new ByteSink(16).putInt(0).putLong(7);
    sink.setInt(0, sink.length());
    assertThat(new ByteSource(sink.toByteArray()).getInt()).isEqualTo(12);
    assertThatThrownBy(() -> sink.setInt(9, 1)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void a_length_beyond_the_end_is_refused_before_anything_is_allocated() {
    var source = new ByteSource(new ByteSink(8).putInt(Integer.MAX_VALUE).toByteArray());
    assertThatThrownBy(source::getBytes)
        .isInstanceOf(MalformedBytes.class)
        .hasMessage("a length of 2147483647 bytes (expected: at most 0)");
  }

  @Test
  void a_count_that_cannot_be_there_is_refused() {
    var source = new ByteSource(new ByteSink(8).putInt(3).putLong(0).toByteArray());
    assertThatThrownBy(() -> source.getCount(4))
        .isInstanceOf(MalformedBytes.class)
        .hasMessage("a count of 3 (expected: at most 2)");
  }

  @Test
  void an_unknown_constant_is_refused() {
    var source = new ByteSource(new byte[] {99});
    assertThatThrownBy(() -> source.getEnum(TimeUnit.values())).isInstanceOf(MalformedBytes.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13})
  void random_bytes_end_in_a_value_or_in_malformed_bytes(long seed) {
    var random = new Random(seed);
    for (int round = 0; round < 20_000; round++) {
      byte[] noise = new byte[random.nextInt(40)];
      random.nextBytes(noise);
      try {
        var source = new ByteSource(noise);
        source.getOptionalText();
        source.getBytes();
        source.getCount(2);
      } catch (MalformedBytes expected) {
        assertThat(expected).hasMessageContaining("expected");
      }
    }
  }
}
