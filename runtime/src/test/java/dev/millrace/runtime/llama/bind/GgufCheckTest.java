package dev.millrace.runtime.llama.bind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.error.ProblemException;
import dev.millrace.runtime.testing.Assets;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

class GgufCheckTest {

  @TempDir private Path folder;
  private final ByteBuffer file = ByteBuffer.allocate(4_096).order(ByteOrder.LITTLE_ENDIAN);

  private void head(long tensors, long pairs) {
    file.put("GGUF".getBytes()).putInt(3).putLong(tensors).putLong(pairs);
  }

  private void text(String text) {
    file.putLong(text.length()).put(text.getBytes());
  }

  private void tensor(String name, long size, int type, long offset) {
    text(name);
    file.putInt(1).putLong(size).putInt(type).putLong(offset);
  }

  private void check() throws IOException {
    Path path = folder.resolve("model.gguf");
    Files.write(path, Arrays.copyOf(file.array(), 1_024));
    GgufCheck.check(path);
  }

  @Test
  void a_file_that_is_what_it_says_passes() {
    head(1, 2);
    text("general.alignment");
    file.putInt(4).putInt(64);
    text("list");
    file.putInt(9).putInt(8).putLong(2);
    text("a");
    text("b");
    tensor("w", 64, 0, 0);
    assertThatCode(this::check).doesNotThrowAnyException();
  }

  @Test
  void counts_that_the_file_has_no_room_for_are_refused() {
    head(Long.MAX_VALUE, 0);
    assertThatThrownBy(this::check)
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("a count of 9223372036854775807");
  }

  @Test
  void a_text_longer_than_the_file_is_refused() {
    head(0, 1);
    file.putLong(-1);
    assertThatThrownBy(this::check).hasMessageContaining("a count of 18446744073709551615");
  }

  @Test
  void a_tensor_behind_the_end_is_refused() {
    head(1, 0);
    tensor("w", 64, 0, 960);
    assertThatThrownBy(this::check).hasMessageContaining("tensors up to 1216");
  }

  @Test
  void dimensions_that_overflow_are_refused() {
    head(1, 0);
    text("w");
    file.putInt(4).putLong(1 << 13).putLong(1L << 40).putLong(1L << 40).putLong(1);
    assertThatThrownBy(this::check).hasMessageContaining("a dimension of 1099511627776");
  }

  @Test
  void nested_arrays_and_unknown_types_are_refused() {
    head(0, 1);
    text("deep");
    file.putInt(9).putInt(9).putLong(1).putInt(9).putLong(1).putInt(9).putLong(1);
    assertThatThrownBy(this::check).hasMessageContaining("at most 2 deep");
    file.clear();
    head(0, 1);
    text("odd");
    file.putInt(77);
    assertThatThrownBy(this::check).hasMessageContaining("a value of type 77");
  }

  @Test
  @EnabledIf("dev.millrace.runtime.testing.Assets#present")
  void a_real_model_passes_and_a_damaged_one_passes_or_is_refused_with_a_reason()
      throws IOException {
    byte[] sound = Assets.bytes("llm/tale-0.2m-f16.gguf");
    Path path = folder.resolve("tale.gguf");
    Files.write(path, sound);
    GgufCheck.check(path);
    Random random = new Random(11);
    int refused = 0;
    byte[] head = Arrays.copyOf(sound, 32 << 10);
    for (int round = 0; round < 1_000; round++) {
      int bit = random.nextInt(head.length * 8);
      head[bit / 8] ^= (byte) (1 << (bit % 8));
      refused += refused(path, head) ? 1 : 0;
      head[bit / 8] ^= (byte) (1 << (bit % 8));
    }
    assertThat(refused).isGreaterThan(990);
  }

  /** The head alone: its tensors lie behind its end, so that all are refused, each its own way. */
  private static boolean refused(Path path, byte[] bytes) throws IOException {
    Files.write(path, bytes);
    try {
      GgufCheck.check(path);
      return false;
    } catch (ProblemException expected) {
      return expected.problem().message().contains("(expected: ");
    }
  }

  @Test
  @EnabledIf("dev.millrace.runtime.testing.Assets#present")
  void a_model_that_is_cut_short_is_refused() throws IOException {
    byte[] sound = Assets.bytes("llm/tale-0.2m-f16.gguf");
    Path path = folder.resolve("cut.gguf");
    for (int length = 0; length < sound.length; length += 4_099) {
      assertThat(refused(path, Arrays.copyOf(sound, length))).isTrue();
    }
  }
}
