package dev.millrace.runtime.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A vocabulary of all 256 bytes and a few words, so that any text and any damage can be said. */
class TextAssemblerTest {

  private static final int FIRST_BYTE = 3;
  private static final int WORD = FIRST_BYTE + 256;
  private static final int SPACED = WORD + 1;
  private static final PieceTokenizer TOKENIZER = tokenizer();

  private static PieceTokenizer tokenizer() {
    StringBuilder json = new StringBuilder("{\"pieces\":[[\"<unk>\",0],[\"<s>\",0],[\"</s>\",0]");
    for (int value = 0; value < 256; value++) {
      json.append(String.format(",[\"<0x%02X>\",0]", value));
    }
    json.append(",[\"word\",-1],[\"\u2581spaced\",-1]],\"unk\":0,\"bos\":1,\"eos\":2}");
    return PieceTokenizer.read(json.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static String said(boolean dropSpace, List<Integer> ids) {
    TextAssembler assembler = new TextAssembler(TOKENIZER, dropSpace);
    StringBuilder text = new StringBuilder();
    ids.forEach(id -> text.append(assembler.push(id)));
    return text.append(assembler.finish()).toString();
  }

  private static List<Integer> bytes(byte[] utf8) {
    List<Integer> ids = new ArrayList<>();
    for (byte each : utf8) {
      ids.add(FIRST_BYTE + (each & 0xFF));
    }
    return ids;
  }

  @Test
  void every_byte_of_the_vocabulary_is_one() {
    for (int value = 0; value < 256; value++) {
      assertThat(TOKENIZER.byteOf(FIRST_BYTE + value)).isEqualTo(value);
    }
    assertThat(TOKENIZER.byteOf(WORD)).isNegative();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "plain", "ž", "日本語", "😀👍🏽", "a\u0000b", "\u07FF\u0800\uFFFD\uD800\uDC00"})
  void whole_characters_come_back_as_they_were_however_they_were_cut(String text) {
    assertThat(said(false, bytes(text.getBytes(StandardCharsets.UTF_8)))).isEqualTo(text);
  }

  @Test
  void no_push_ever_gives_half_a_character() {
    TextAssembler assembler = new TextAssembler(TOKENIZER, false);
    for (int id : bytes("a😀ž".getBytes(StandardCharsets.UTF_8))) {
      String more = assembler.push(id);
      assertThat(more.length()).isIn(0, 1, 2);
      assertThat(more).doesNotContain("\uFFFD");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "80, 1", // continues nothing
    "C0, 1", // begins what never is
    "C1, 1",
    "F5, 1",
    "FF, 1",
    "C3, 1", // begins and ends
    "E2 82, 1",
    "F0 9F 98, 1",
    "C3 C3, 2",
    "E2 C3 A9, 1" // the second one is whole
  })
  void what_is_no_character_shows_as_a_replacement_and_hides_nothing(String hex, int broken) {
    byte[] damaged = java.util.HexFormat.ofDelimiter(" ").parseHex(hex);
    String text = said(false, bytes(damaged));
    assertThat(text.chars().filter(c -> c == 0xFFFD)).as(text).hasSize(broken);
    assertThat(said(false, concat(bytes(damaged), List.of(WORD)))).endsWith("word");
  }

  private static List<Integer> concat(List<Integer> first, List<Integer> second) {
    List<Integer> both = new ArrayList<>(first);
    both.addAll(second);
    return both;
  }

  @ParameterizedTest
  @CsvSource({"true, 'spaced'", "false, ' spaced'"})
  void the_first_space_of_a_text_of_its_own_goes_and_no_other(boolean drop, String first) {
    assertThat(said(drop, List.of(SPACED))).isEqualTo(first);
    assertThat(said(drop, List.of(SPACED, SPACED))).isEqualTo(first + " spaced");
    assertThat(said(drop, List.of(WORD, SPACED))).isEqualTo("word spaced");
    assertThat(said(drop, concat(bytes(new byte[] {'x'}), List.of(SPACED)))).isEqualTo("x spaced");
  }

  /**
   * The reference is the JDK's decoder where a text is whole; where it is damaged, a text must
   * still show each whole character that stands between the damage.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void any_text_survives_and_the_same_ids_always_give_the_same_text(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 500; round++) {
      StringBuilder text = new StringBuilder();
      ByteArrayOutputStream utf8 = new ByteArrayOutputStream();
      for (int i = random.nextInt(12); i > 0; i--) {
        int point =
            switch (random.nextInt(4)) {
              case 0 -> random.nextInt(0x80);
              case 1 -> 0x80 + random.nextInt(0x780);
              case 2 -> 0x800 + random.nextInt(0xD000);
              default -> 0x10000 + random.nextInt(0x100000);
            };
        text.appendCodePoint(point);
        utf8.writeBytes(Character.toString(point).getBytes(StandardCharsets.UTF_8));
      }
      List<Integer> ids = bytes(utf8.toByteArray());
      assertThat(said(false, ids)).as("seed %d, round %d", seed, round).isEqualTo(text.toString());
      assertThat(said(false, ids)).isEqualTo(said(false, ids));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13})
  void a_second_attempt_that_pushes_the_recorded_ids_goes_on_without_a_seam(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 500; round++) {
      List<Integer> ids = new ArrayList<>();
      for (int i = random.nextInt(20); i > 0; i--) {
        ids.add(random.nextInt(5) == 0 ? SPACED : FIRST_BYTE + random.nextInt(256));
      }
      int cut = random.nextInt(ids.size() + 1);
      TextAssembler first = new TextAssembler(TOKENIZER, true);
      StringBuilder shown = new StringBuilder();
      ids.subList(0, cut).forEach(id -> shown.append(first.push(id)));
      TextAssembler second = new TextAssembler(TOKENIZER, true);
      ids.subList(0, cut).forEach(second::push);
      ids.subList(cut, ids.size()).forEach(id -> shown.append(second.push(id)));
      shown.append(second.finish());
      assertThat(shown.toString())
          .as("seed %d, round %d, cut at %d", seed, round, cut)
          .isEqualTo(said(true, ids));
    }
  }
}
