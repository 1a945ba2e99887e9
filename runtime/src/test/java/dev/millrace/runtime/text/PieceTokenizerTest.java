package dev.millrace.runtime.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.error.ProblemException;
import dev.millrace.runtime.json.JsonTree;
import dev.millrace.runtime.testing.Assets;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

class PieceTokenizerTest {

  private static PieceTokenizer tokenizer() {
    return PieceTokenizer.read(Assets.bytes("llm/tale-tokenizer.json"));
  }

  /** The expected ids and texts were made with SentencePiece and the same vocabulary. */
  @Test
  @EnabledIf("dev.millrace.runtime.testing.Assets#present")
  void gives_the_reference_ids_and_texts() {
    PieceTokenizer tokenizer = tokenizer();
    List<?> cases =
        (List<?>) JsonTree.read(Assets.resource("/golden/tale-tokenizer.json"), "golden");
    assertThat(cases).hasSizeGreaterThan(150);
    for (Object each : cases) {
      Map<?, ?> expected = (Map<?, ?>) each;
      String text = (String) expected.get("text");
      int[] ids = tokenizer.encode(text);
      assertThat(Arrays.stream(ids).mapToObj(id -> (long) id).toList())
          .as("ids of <%s>", text)
          .isEqualTo(expected.get("ids"));
      assertThat(decoded(tokenizer, ids)).as("back").isEqualTo(expected.get("decoded"));
    }
  }

  private static String decoded(PieceTokenizer tokenizer, int[] ids) {
    TextAssembler assembler = new TextAssembler(tokenizer, true);
    StringBuilder text = new StringBuilder();
    for (int id : ids) {
      text.append(assembler.push(id));
    }
    return text + assembler.finish();
  }

  @Test
  @EnabledIf("dev.millrace.runtime.testing.Assets#present")
  void bytes_of_an_unfinished_character_wait_for_the_one_that_completes_it() {
    PieceTokenizer tokenizer = tokenizer();
    TextAssembler assembler = new TextAssembler(tokenizer, false);
    int[] ids = tokenizer.encode("\uD83D\uDE00");
    assertThat(ids).hasSize(5);
    assertThat(assembler.push(ids[0])).isEqualTo(" ");
    assertThat(assembler.push(ids[1])).isEmpty();
    assertThat(assembler.push(ids[2])).isEmpty();
    assertThat(assembler.push(ids[3])).isEmpty();
    assertThat(assembler.push(ids[4])).isEqualTo("\uD83D\uDE00");
    assertThat(assembler.finish()).isEmpty();
  }

  @Test
  @EnabledIf("dev.millrace.runtime.testing.Assets#present")
  void a_character_that_never_completes_shows_as_one_replacement() {
    PieceTokenizer tokenizer = tokenizer();
    int[] ids = tokenizer.encode("\uD83D\uDE00");
    TextAssembler assembler = new TextAssembler(tokenizer, false);
    assembler.push(ids[1]);
    assembler.push(ids[2]);
    assertThat(assembler.push(261)).isEqualTo("\uFFFD" + tokenizer.textOf(261));
    assembler.push(ids[1]);
    assertThat(assembler.finish()).isEqualTo("\uFFFD");
    assertThat(assembler.push(ids[4])).isEqualTo("\uFFFD");
  }

  @Test
  void a_file_that_is_no_tokenizer_is_refused_with_the_place() {
    assertThatThrownBy(() -> read("{\"pieces\":[[\"a\"]],\"bos\":0,\"eos\":0,\"unk\":0}"))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("pieces[0]");
    assertThatThrownBy(() -> read("{\"pieces\":[[\"a\",0.0]],\"bos\":1,\"eos\":0,\"unk\":0}"))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("bos: 1 (expected: 0..0)");
  }

  private static PieceTokenizer read(String json) {
    return PieceTokenizer.read(json.getBytes(StandardCharsets.UTF_8));
  }
}
