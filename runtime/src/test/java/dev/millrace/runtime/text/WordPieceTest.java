package dev.millrace.runtime.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.error.ProblemException;
import dev.millrace.runtime.json.JsonTree;
import dev.millrace.runtime.testing.Assets;
import dev.millrace.runtime.testing.MiniLm;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WordPieceTest {

  private static final WordPiece TOKENIZER =
      WordPiece.read(Assets.resource("/" + MiniLm.TOKENIZER));

  /** The expected ids were made with the reference implementation, padding off. */
  @Test
  void gives_the_reference_ids_for_every_script_and_oddity() {
    List<?> cases = (List<?>) JsonTree.read(Assets.resource("/golden/wordpiece.json"), "golden");
    assertThat(cases).hasSizeGreaterThan(300);
    for (Object each : cases) {
      Map<?, ?> expected = (Map<?, ?>) each;
      String text = (String) expected.get("text");
      WordPiece.Encoding found = TOKENIZER.encode(text, 128);
      assertThat(longs(found.ids())).as("ids of <%s>", text).isEqualTo(expected.get("ids"));
      assertThat(found.cut()).as("cut of <%s>", text).isEqualTo(expected.get("cut"));
    }
  }

  private static List<Long> longs(int[] ids) {
    return Arrays.stream(ids).mapToObj(id -> (long) id).toList();
  }

  @Test
  void a_text_of_exactly_the_limit_is_not_called_cut() {
    assertThat(TOKENIZER.encode("the ".repeat(126), 128).cut()).isFalse();
    assertThat(TOKENIZER.encode("the ".repeat(126), 128).ids()).hasSize(128);
    assertThat(TOKENIZER.encode("the ".repeat(127), 128).cut()).isTrue();
    assertThat(TOKENIZER.encode("the ".repeat(127), 128).ids()).hasSize(128);
  }

  @Test
  void a_word_of_more_than_a_hundred_characters_is_unknown() {
    assertThat(TOKENIZER.encode("a".repeat(101), 128).ids()).containsExactly(101, 100, 102);
    assertThat(TOKENIZER.encode("a".repeat(100), 128).ids()).hasSizeGreaterThan(3);
  }

  @Test
  void only_the_beginning_of_a_huge_text_is_read_and_the_rest_counts_as_cut() {
    String huge = "x".repeat(8 << 20);
    WordPiece.Encoding encoding = TOKENIZER.encode(huge, 128);
    assertThat(encoding.ids()).containsExactly(101, 100, 102);
    assertThat(encoding.cut()).isTrue();
  }

  @Test
  void a_text_of_nothing_visible_has_only_start_and_end() {
    assertThat(TOKENIZER.encode("\u200b\u0007 \n", 128).ids()).containsExactly(101, 102);
  }

  @Test
  void another_sort_of_tokenizer_is_refused_with_what_was_found() {
    byte[] bpe = "{\"model\":{\"type\":\"BPE\"}}".getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> WordPiece.read(bpe))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("model.type: BPE (expected: WordPiece)");
  }
}
