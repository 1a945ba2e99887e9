package dev.millrace.runtime.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8AssemblerTest {

  private static String push(Utf8Assembler assembler, String hex) {
    return assembler.push(HexFormat.of().parseHex(hex));
  }

  @Test
  void bytes_of_an_unfinished_character_wait_for_those_that_complete_it() {
    Utf8Assembler assembler = new Utf8Assembler();
    assertThat(push(assembler, "61f09f")).isEqualTo("a");
    assertThat(push(assembler, "98")).isEmpty();
    assertThat(push(assembler, "8062")).isEqualTo("😀b");
    assertThat(assembler.finish()).isEmpty();
  }

  @Test
  void what_is_unfinished_at_the_end_is_one_replacement_character() {
    Utf8Assembler assembler = new Utf8Assembler();
    assertThat(push(assembler, "e282")).isEmpty();
    assertThat(assembler.finish()).isEqualTo("\uFFFD");
    assertThat(assembler.finish()).isEmpty();
  }

  @Test
  void a_surrogate_in_bytes_is_no_character() {
    assertThat(push(new Utf8Assembler(), "eda08041")).isEqualTo("\uFFFD\uFFFD\uFFFDA");
    assertThat(push(new Utf8Assembler(), "ed9fbf")).isEqualTo("\uD7FF");
  }

  /** Whatever the bytes and however they come in pieces: what the platform's decoder says. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void any_bytes_in_any_pieces_decode_as_the_platform_decodes_them(long seed) {
    Random random = new Random(seed);
    byte[] tricky = HexFormat.of().parseHex("c0c1c2dfe0a080eff08f90f4f58fbf7f4180e29f98");
    for (int round = 0; round < 2_000; round++) {
      byte[] bytes = new byte[random.nextInt(12)];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = tricky[random.nextInt(tricky.length)];
      }
      Utf8Assembler assembler = new Utf8Assembler();
      StringBuilder text = new StringBuilder();
      for (byte value : bytes) {
        text.append(assembler.push(new byte[] {value}));
      }
      text.append(assembler.finish());
      assertThat(text.toString())
          .as(HexFormat.of().formatHex(bytes))
          .isEqualTo(new String(bytes, StandardCharsets.UTF_8));
    }
  }
}
