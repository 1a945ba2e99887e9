package dev.millrace.control.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.control.yaml.YamlNode.Mapping;
import dev.millrace.control.yaml.YamlNode.Scalar;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where YAML surprises: what is written must mean what somebody who knows JSON would read. */
class YamlTrapsTest {

  private static Mapping read(String text) {
    return new YamlReader(1 << 16).read(text.getBytes(StandardCharsets.UTF_8), "f.yaml");
  }

  private static Object value(String text) {
    return ((Scalar) read("k: " + text).entries().get("k").value()).value();
  }

  @ParameterizedTest
  @CsvSource({
    "yes",
    "off",
    "on",
    "True",
    "FALSE",
    "y",
    "0o17",
    "0b1",
    "1_000",
    "12:30:45",
    "2026-11-25",
    "+1",
    "01",
    "-01",
    ".5",
    "5.",
    "1.2.3",
    "0x1F",
    ".inf",
    "-.inf",
    "NaN",
    "1e",
    "--1",
    "1e9999",
    "1234567890123456789012345678901234567890",
    "Null",
    "NULL"
  })
  void what_only_old_yaml_takes_for_a_number_or_truth_stays_a_text(String text) {
    assertThat(value(text)).isEqualTo(text);
  }

  @Test
  void the_largest_whole_numbers_keep_every_digit() {
    assertThat(value("999999999999999999")).isEqualTo(999_999_999_999_999_999L);
    assertThat(value("-999999999999999999")).isEqualTo(-999_999_999_999_999_999L);
    assertThat(value("-0")).isEqualTo(0L);
    assertThat(value("9223372036854775808")).isInstanceOf(Double.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "~: 1|a text",
        "'': {x: 1, x: 2}|the key stands twice",
        "a: {x: 1, 'x': 2}|the key stands twice",
        "1: a\\n'1': b|the key stands twice",
        "a: 1\\nb: 2\\na: 3|first on line 1",
        "%TAG ! tag:x,2000:\\n---\\na: !y 1|a tag",
        "a: !!str 1|a tag",
        "a: !!binary aGk=|a tag",
        "a: &x|an anchor",
        "&k a: 1|an anchor",
        "a: 1\\n...\\nb: 2|f.yaml:",
        "--- {a: 1}\\n--- {b: 1}|a second document",
        "{a: 1}: 2|a map with 1 keys as a key",
      })
  void what_has_two_meanings_is_refused(String text, String told) {
    assertThatThrownBy(() -> read(text.replace("\\n", "\n")))
        .isInstanceOf(InvalidDocument.class)
        .hasMessageContaining(told);
  }

  @Test
  void a_merge_key_merges_nothing_and_is_a_key_like_another() {
    assertThat(read("a: {<<: {b: 1}}\n<<: 1").entries()).containsOnlyKeys("a", "<<");
  }

  @Test
  void a_byte_order_mark_and_windows_line_ends_change_nothing() {
    Mapping plain = read("a: 1\nb:\n  c: x\n");
    Mapping windows = read("\uFEFFa: 1\r\nb:\r\n  c: x\r\n");
    assertThat(windows.entries().keySet()).isEqualTo(plain.entries().keySet());
    assertThat(windows.entries().get("b").keyPlace().line()).isEqualTo(2);
    Mapping inner = (Mapping) windows.entries().get("b").value();
    assertThat(inner.entries().get("c").value().described()).isEqualTo("x");
  }

  @Test
  void the_deepest_document_is_read_and_one_deeper_is_refused() {
    assertThat(read("a: " + "[".repeat(23) + "]".repeat(23)).entries()).hasSize(1);
    assertThat(read("a: " + "[".repeat(24) + "]".repeat(24)).entries()).hasSize(1);
    assertThatThrownBy(() -> read("a: " + "[".repeat(25) + "]".repeat(25)))
        .hasMessageContaining("nested 25 deep (expected: <= 24)");
  }

  @Test
  void the_longest_key_is_read_and_one_longer_is_refused_with_its_length() {
    assertThat(read("x".repeat(128) + ": 1").entries()).hasSize(1);
    assertThatThrownBy(() -> read("x".repeat(129) + ": 1"))
        .hasMessage("f.yaml:1: a key of 129 characters (expected: <= 128)");
  }

  @Test
  void a_long_value_is_shown_cut_at_a_whole_character() {
    String smile = "\uD83D\uDE00";
    String shown = read("k: x" + smile.repeat(60)).entries().get("k").value().described();
    assertThat(shown).hasSizeLessThan(64).endsWith("…");
    assertThat(new String(shown.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
        .as("no half of a pair")
        .isEqualTo(shown);
  }

  @Test
  void an_edit_distance_is_that_of_a_slow_and_plain_reckoning() {
    Random random = new Random(7);
    for (int i = 0; i < 500; i++) {
      String a = word(random);
      String b = word(random);
      assertThat(Nearest.distance(a, b)).as(a + " " + b).isEqualTo(slow(a, b));
      assertThat(Nearest.distance(b, a)).isEqualTo(Nearest.distance(a, b));
    }
  }

  private static String word(Random random) {
    StringBuilder word = new StringBuilder();
    for (int length = random.nextInt(7); length > 0; length--) {
      word.append((char) ('a' + random.nextInt(3)));
    }
    return word.toString();
  }

  private static int slow(String a, String b) {
    if (a.isEmpty() || b.isEmpty()) {
      return a.length() + b.length();
    }
    int change = a.charAt(0) == b.charAt(0) ? 0 : 1;
    int changed = slow(a.substring(1), b.substring(1)) + change;
    return Math.min(changed, 1 + Math.min(slow(a.substring(1), b), slow(a, b.substring(1))));
  }

  @Test
  void an_empty_value_inside_options_is_told_with_its_whole_path() {
    Findings findings = new Findings();
    Map<String, Object> values =
        PlainValues.of(read("a: {b: [1, {c: }, ~]}\nd: 2"), "steps[0].run", findings);
    assertThat(findings.list())
        .extracting(Finding::toString)
        .containsExactly(
            "f.yaml:1: steps[0].run.a.b[1].c: nothing (expected: a value)",
            "f.yaml:1: steps[0].run.a.b[2]: nothing (expected: a value)");
    assertThat(values).containsEntry("d", 2L);
  }

  @Test
  void a_reader_of_keys_tells_each_wrong_one_once_and_reads_on() {
    Findings findings = new Findings();
    MapReader map =
        new MapReader(
            read("n: 5\nd: 0.5\ntext: [1]\nmap: 1\nlist: {}\nnul: ~\nodd: 1\n"), "top", findings);
    assertThat(map.whole("n", 1, 4, 9)).isEqualTo(9);
    assertThat(map.whole("d", 0, 4, 9)).isEqualTo(9);
    assertThat(map.number("d", 0, 0.25, 0.1)).isEqualTo(0.1);
    assertThat(map.number("n", 5, 5, 0)).isEqualTo(5.0);
    assertThat(map.text("text")).isNull();
    assertThat(map.mapping("map")).isNull();
    assertThat(map.items("list")).isNull();
    assertThat(map.whole("nul", 0, 1, 1)).isEqualTo(1);
    assertThat(map.requiredText("nul")).isEmpty();
    map.finish();
    assertThat(findings.list())
        .extracting(Finding::toString)
        .containsExactly(
            "f.yaml:1: top.n: 5 (expected: 1..4)",
            "f.yaml:2: top.d: 0.5 (expected: 0..4)",
            "f.yaml:2: top.d: 0.5 (expected: 0.0..0.25)",
            "f.yaml:3: top.text: a list of 1 (expected: a text)",
            "f.yaml:4: top.map: 1 (expected: a map)",
            "f.yaml:5: top.list: a map with 0 keys (expected: a list)",
            "f.yaml:6: top.nul: nothing (expected: a text)",
            "f.yaml:7: top.odd: unknown key (expected: one of d, list, map, n, nul, text)");
  }

  @Test
  void json_text_reads_back_as_the_values_it_was_made_of() {
    Map<String, Object> values =
        Map.of("a\"b\n\u0001é", List.of(1L, -2.5, true, "x\\y\t\r", List.of(), Map.of("z", 0L)));
    for (String json : List.of(JsonText.compact(values), JsonText.indented(values))) {
      assertThat(PlainValues.of(read(json), "", new Findings())).isEqualTo(values);
    }
  }
}
