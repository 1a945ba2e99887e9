package dev.millrace.kernel.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Everything of the log and of the wire goes through here: byte for byte what a plain buffer has.
 */
class ByteSinkTest {

  @Test
  void any_writes_are_the_bytes_of_a_plain_buffer_and_read_back() {
    ByteSink sink = new ByteSink(0);
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      ByteBuffer plain = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
      List<Consumer<ByteSource>> reads = new ArrayList<>();
      sink.clear();
      for (int writes = random.nextInt(60); writes > 0; writes--) {
        write(random, sink, plain, reads);
      }
      byte[] bytes = sink.toByteArray();
      assertThat(bytes).as("seed " + seed).isEqualTo(slice(plain));
      ByteSource source = new ByteSource(bytes);
      reads.forEach(read -> read.accept(source));
      assertThat(source.remaining()).as("seed " + seed).isZero();
    }
  }

  private static byte[] slice(ByteBuffer plain) {
    byte[] bytes = new byte[plain.position()];
    plain.get(0, bytes);
    return bytes;
  }

  private static void write(
      Random random, ByteSink sink, ByteBuffer plain, List<Consumer<ByteSource>> reads) {
    long value = random.nextLong();
    switch (random.nextInt(8)) {
      case 0 -> {
        sink.putByte((int) value);
        plain.put((byte) value);
        reads.add(source -> assertThat(source.getByte()).isEqualTo((byte) value));
      }
      case 1 -> {
        sink.putShort((int) value);
        plain.putShort((short) value);
        reads.add(source -> assertThat(source.getShort()).isEqualTo((short) value));
      }
      case 2 -> {
        sink.putInt((int) value);
        plain.putInt((int) value);
        reads.add(source -> assertThat(source.getInt()).isEqualTo((int) value));
      }
      case 3 -> {
        sink.putLong(value);
        plain.putLong(value);
        reads.add(source -> assertThat(source.getLong()).isEqualTo(value));
      }
      case 4 -> {
        double number = Double.longBitsToDouble(value);
        sink.putDouble(number);
        plain.putLong(Double.doubleToRawLongBits(number));
        reads.add(source -> assertThat(source.getDouble()).isEqualTo(number));
      }
      case 5 -> {
        sink.putOptionalText(null);
        plain.putInt(-1);
        reads.add(source -> assertThat(source.getOptionalText()).isNull());
      }
      case 6 -> {
        sink.putBoolean(value > 0);
        plain.put((byte) (value > 0 ? 1 : 0));
        reads.add(source -> assertThat(source.getBoolean()).isEqualTo(value > 0));
      }
      default -> {
        String text = "ž€😀".repeat(random.nextInt(20));
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        sink.putText(text);
        plain.putInt(utf8.length).put(utf8);
        reads.add(source -> assertThat(source.getText()).isEqualTo(text));
      }
    }
  }

  @Test
  void a_length_known_only_at_the_end_is_put_in_place_and_nowhere_else() {
    ByteSink sink = new ByteSink(4).putInt(0).putLong(7);
    sink.setInt(0, sink.length());
    assertThat(new ByteSource(sink.toByteArray()).getInt()).isEqualTo(12);
    sink.setInt(8, -1);
    for (int at : new int[] {-1, 9, 12, Integer.MAX_VALUE - 4}) {
      assertThatThrownBy(() -> sink.setInt(at, 1))
          .isInstanceOf(IndexOutOfBoundsException.class)
          .hasMessage("at " + at + " of 12");
    }
  }

  @Test
  void clearing_keeps_the_array_and_none_of_the_bytes() {
    ByteSink sink = new ByteSink(16).putText("a secret of the one before");
    byte[] array = sink.array();
    sink.clear().putByte(1);
    assertThat(sink.array()).isSameAs(array);
    assertThat(sink.toByteArray()).containsExactly(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, -2, 5, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void a_length_beyond_what_is_left_is_malformed_and_nothing_is_made_for_it(int length) {
    byte[] bytes = new ByteSink(8).putInt(length).putInt(0).toByteArray();
    List<Consumer<ByteSource>> readers =
        List.of(ByteSource::getBytes, ByteSource::getText, source -> source.skip(source.getInt()));
    for (Consumer<ByteSource> reader : readers) {
      assertThatThrownBy(() -> reader.accept(new ByteSource(bytes)))
          .isInstanceOf(MalformedBytes.class)
          .hasMessage("a length of " + length + " bytes (expected: at most 4)");
    }
  }

  @Test
  void a_window_of_an_array_is_not_read_beyond() {
    byte[] bytes = {9, 1, 2, 9};
    ByteSource window = new ByteSource(bytes, 1, 2);
    assertThat(window.getByte()).isEqualTo((byte) 1);
    assertThat(window.getByte()).isEqualTo((byte) 2);
    assertThatThrownBy(window::getByte).isInstanceOf(MalformedBytes.class);
    for (int[] odd : new int[][] {{-1, 1}, {0, 5}, {4, 1}, {1, -1}, {2, Integer.MAX_VALUE}}) {
      assertThatThrownBy(() -> new ByteSource(bytes, odd[0], odd[1]))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }
}
