package dev.millrace.runtime.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.error.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrictJsonTest {

  private static Object read(String json) {
    return JsonTree.read(json.getBytes(StandardCharsets.UTF_8), "document");
  }

  @Test
  void a_document_becomes_plain_values() {
    assertThat(read("{\"a\":[1,2.5,\"x\",true,false,null],\"b\":{}}"))
        .isEqualTo(Map.of("a", Arrays.asList(1L, 2.5, "x", true, false, null), "b", Map.of()));
    assertThat(read("[]")).isEqualTo(List.of());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":1,\"a\":2}",
        "[NaN]",
        "[Infinity]",
        "[+1]",
        "[.5]",
        "[01]",
        "[1,]",
        "{a:1}",
        "['a']",
        "[1",
        "{\"a\"",
        "[\"\t\"]",
        "// note\n[]",
        "[1e]"
      })
  void what_is_not_strict_json_is_refused_without_its_text(String json) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(ProblemException.class)
        .hasMessageStartingWith("document: JSON that cannot be read");
  }

  @Test
  void depth_beyond_64_is_refused() {
    assertThat(read("[".repeat(64) + "]".repeat(64))).isNotNull();
    assertThatThrownBy(() -> read("[".repeat(65) + "]".repeat(65)))
        .isInstanceOf(ProblemException.class);
  }

  @Test
  void invalid_utf_8_is_refused() {
    byte[] broken = {'[', '"', (byte) 0xC3, 'x', '"', ']'};
    assertThatThrownBy(() -> JsonTree.read(broken, "document"))
        .isInstanceOf(ProblemException.class);
  }

  @Test
  void half_a_surrogate_pair_is_told() {
    assertThat(StrictJson.wellFormed("plain \uD83D\uDE00")).isTrue();
    assertThat(StrictJson.wellFormed("\uD83D")).isFalse();
    assertThat(StrictJson.wellFormed("\uDE00\uD83D")).isFalse();
  }
}
