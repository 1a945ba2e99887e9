package dev.millrace.control.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.control.yaml.YamlNode.Items;
import dev.millrace.control.yaml.YamlNode.Mapping;
import dev.millrace.control.yaml.YamlNode.Scalar;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class YamlReaderTest {

  private static final YamlReader READER = new YamlReader(100_000);

  private static Mapping read(String text) {
    return READER.read(text.getBytes(StandardCharsets.UTF_8), "f.yaml");
  }

  private static Object value(String text) {
    return ((Scalar) read("k: " + text).entries().get("k").value()).value();
  }

  @Test
  void every_key_and_value_knows_its_line_and_column() {
    Mapping root = read("a: 1\nb:\n  - x\n  - {c: 2}\n");
    assertThat(root.entries().get("b").keyPlace()).isEqualTo(new Place("f.yaml", 2, 1));
    Items items = (Items) root.entries().get("b").value();
    assertThat(items.nodes().get(0).place()).isEqualTo(new Place("f.yaml", 3, 5));
    Mapping inner = (Mapping) items.nodes().get(1);
    assertThat(inner.entries().get("c").value().place()).isEqualTo(new Place("f.yaml", 4, 9));
  }

  @Test
  void an_empty_document_is_an_empty_map() {
    assertThat(read("").entries()).isEmpty();
    assertThat(read("# only a comment\n").entries()).isEmpty();
    assertThat(read("---\n").entries()).isEmpty();
  }

  @Test
  void bare_values_mean_what_json_would_say() {
    assertThat(value("12")).isEqualTo(12L);
    assertThat(value("-0.5")).isEqualTo(-0.5);
    assertThat(value("1e3")).isEqualTo(1000.0);
    assertThat(value("true")).isEqualTo(true);
    assertThat(value("null")).isNull();
    assertThat(value("\"12\"")).isEqualTo("12");
    assertThat(value("no")).isEqualTo("no");
    assertThat(value("0x10")).isEqualTo("0x10");
    assertThat(value("1e999")).isEqualTo("1e999");
    assertThat(value(".nan")).isEqualTo(".nan");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a: &x 1\nb: *x",
        "a: &x [1]",
        "a: !!java.lang.Object {}",
        "a: !custom 1",
        "a: 1\na: 2",
        "a: 1\n---\nb: 2",
        "- 1\n- 2",
        "just text",
        "a: [1",
        "a: b: c",
        "\ta: 1",
        "? [1]\n: 2"
      })
  void what_is_not_plain_data_is_refused(String text) {
    assertThatThrownBy(() -> read(text)).isInstanceOf(InvalidDocument.class);
  }

  @Test
  void a_key_that_stands_twice_is_refused_with_both_lines() {
    assertThatThrownBy(() -> read("port: 1\nhost: x\nport: 2\n"))
        .hasMessage("f.yaml:3: port: the key stands twice (expected: once; first on line 1)");
  }

  @Test
  void a_syntax_error_names_the_line() {
    assertThatThrownBy(() -> read("a: 1\nb: [1, 2\nc: 3\n"))
        .hasMessageStartingWith("f.yaml:3: not YAML:");
  }

  @Test
  void an_alias_bomb_is_refused_at_its_first_anchor() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x]\n");
    for (int i = 1; i < 40; i++) {
      bomb.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    assertThatThrownBy(() -> read(bomb.toString())).hasMessageContaining("an anchor");
  }

  @Test
  void depth_count_and_size_are_bounded() {
    assertThatThrownBy(() -> read("a: " + "[".repeat(40_000)))
        .hasMessageContaining("nested 25 deep (expected: <= 24)");
    assertThatThrownBy(() -> read("a: [" + "1,".repeat(30_000) + "1]"))
        .hasMessageContaining("more than 20000 values");
    assertThatThrownBy(() -> read("a: " + "x".repeat(100_000)))
        .hasMessageContaining("more than 100000 bytes");
    assertThatThrownBy(() -> read("x".repeat(500) + ": 1")).isInstanceOf(InvalidDocument.class);
  }

  @Test
  void bytes_that_are_not_utf8_and_control_characters_are_refused() {
    assertThatThrownBy(() -> READER.read(new byte[] {'a', ':', (byte) 0xff}, "f.yaml"))
        .hasMessageContaining("not UTF-8");
    assertThatThrownBy(() -> read("a: \u0007")).isInstanceOf(InvalidDocument.class);
  }

  @ParameterizedTest
  @CsvSource({"prot, port", "Port, port", "operator-port, operator_port", "hots, host"})
  void the_nearest_key_is_found(String found, String meant) {
    assertThat(Nearest.of(found, java.util.List.of("port", "host", "operator_port")))
        .isEqualTo(meant);
  }

  @Test
  void nothing_is_near_to_what_is_far() {
    assertThat(Nearest.of("zebra", java.util.List.of("port", "host"))).isNull();
    assertThat(Nearest.expectation("zebra", java.util.List.of("port", "host")))
        .isEqualTo("one of host, port");
  }

  @Test
  void distance_counts_letters_to_change() {
    assertThat(Nearest.distance("kitten", "sitting")).isEqualTo(3);
    assertThat(Nearest.distance("", "abc")).isEqualTo(3);
  }
}
