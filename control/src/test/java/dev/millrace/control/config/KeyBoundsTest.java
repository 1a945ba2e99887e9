package dev.millrace.control.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.control.yaml.Finding;
import dev.millrace.control.yaml.InvalidDocument;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every key at both edges of its range, one beyond each, and with its name misspelt. */
class KeyBoundsTest {

  /** A key with its section, shown by its full name. */
  private record Named(Section section, Key<?> key) {

    String path() {
      return section.name() + (section.list() ? "[0]." : ".") + key.name();
    }

    /** A document that writes the key, and with it what its section needs. */
    String document(String name, String value) {
      StringBuilder out = new StringBuilder(section.name()).append(":\n");
      String indent = section.list() ? "  - " : "  ";
      for (Key<?> other : section.keys()) {
        if (other.absent() == null && !other.name().equals(name)) {
          out.append(indent).append(other.name()).append(": given\n");
          indent = "    ".substring(0, section.list() ? 4 : 2);
        }
      }
      return out.append(indent).append(name).append(": ").append(value).append('\n').toString();
    }

    @Override
    public String toString() {
      return path();
    }
  }

  static Stream<Named> all() {
    return NodeConfig.SECTIONS.stream()
        .flatMap(section -> section.keys().stream().map(key -> new Named(section, key)));
  }

  static Stream<Named> ranged() {
    return all().filter(named -> bounds(named.key().type()) != null);
  }

  /** A range as it is written: least, most, one less, one more. */
  private record Bounds(String least, String most, String under, String over) {}

  private static Bounds bounds(KeyType<?> type) {
    return switch (type) {
      case KeyType.Whole(var least, var most, var _) ->
          new Bounds("" + least, "" + most, "" + (least - 1L), "" + (most + 1L));
      case KeyType.Time(var least, var most) ->
          new Bounds(least + "ms", most + "ms", (least - 1) + "ms", (most + 1) + "ms");
      case KeyType.Size(var least, var most) ->
          new Bounds(least + "B", most + "B", (least - 1) + "B", (most + 1) + "B");
      default -> null;
    };
  }

  private static List<String> findings(String text) {
    try {
      ConfigReader.read(text.getBytes(StandardCharsets.UTF_8), "f.yaml", Map.of());
      return List.of();
    } catch (InvalidDocument e) {
      return e.findings().stream().map(Finding::toString).toList();
    }
  }

  /** Without those of the other keys that the section needs, which are written to be there only. */
  private static List<String> findingsOf(Named named, String document) {
    return findings(document).stream()
        .filter(found -> found.contains(": " + named.path() + ": "))
        .toList();
  }

  /** Without those that speak of two keys together, such as two doors on one port. */
  private static List<String> findingsOfRange(Named named, String value) {
    String own = named.path() + ": " + value + " (expected: " + named.key().type().expected() + ")";
    return findings(named.document(named.key().name(), value)).stream()
        .filter(found -> found.contains(own))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("ranged")
  void both_edges_are_taken_and_one_beyond_is_refused_with_value_and_range(Named named) {
    Bounds bounds = bounds(named.key().type());
    assertThat(findingsOfRange(named, bounds.least())).isEmpty();
    assertThat(findingsOfRange(named, bounds.most())).isEmpty();
    assertThat(findingsOfRange(named, bounds.under())).hasSize(1);
    assertThat(findingsOfRange(named, bounds.over())).hasSize(1);
  }

  @ParameterizedTest
  @MethodSource("all")
  void a_value_of_the_wrong_sort_is_told_with_its_line_and_never_taken(Named named) {
    for (String wrong : List.of("{a: 1}", "[[1]]", "\"\"")) {
      String document = named.document(named.key().name(), wrong);
      int line = document.split("\n").length;
      assertThat(findingsOf(named, document))
          .as(document)
          .singleElement()
          .asString()
          .startsWith("f.yaml:" + line + ": " + named.path() + ": ")
          .contains("(expected: ");
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void nothing_written_is_the_default_and_of_a_required_key_a_finding(Named named) {
    List<String> found = findingsOf(named, named.document(named.key().name(), ""));
    if (named.key().absent() == null) {
      assertThat(found).singleElement().asString().contains(named.path() + ": nothing (expected: ");
    } else {
      assertThat(found).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void a_misspelt_key_is_refused_with_its_line_and_the_one_that_was_meant(Named named) {
    Random random = new Random(named.path().hashCode());
    List<String> siblings = named.section().keyNames();
    for (int i = 0; i < 20; i++) {
      String misspelt = misspelt(named.key().name(), random);
      if (siblings.contains(misspelt) || nearerToAnother(misspelt, named.key().name(), siblings)) {
        continue;
      }
      String document = named.document(misspelt, "1");
      String where = named.path().replace(named.key().name(), misspelt);
      assertThat(findings(document))
          .as(document)
          .anyMatch(
              found ->
                  found.startsWith("f.yaml:" + document.split("\n").length + ": " + where)
                      && found.contains("did you mean " + named.key().name() + "?"));
    }
  }

  private static String misspelt(String name, Random random) {
    int at = random.nextInt(name.length());
    char other = (char) ('a' + random.nextInt(26));
    return switch (random.nextInt(4)) {
      case 0 -> name.substring(0, at) + other + name.substring(at);
      case 1 -> name.substring(0, at) + other + name.substring(at + 1);
      case 2 -> name.replace('_', '-').toUpperCase(java.util.Locale.ROOT);
      default -> name.length() < 3 ? name + other : name.substring(0, at) + name.substring(at + 1);
    };
  }

  private static boolean nearerToAnother(String found, String meant, List<String> siblings) {
    return siblings.stream()
        .filter(other -> !other.equals(meant))
        .anyMatch(other -> edits(found, other) <= edits(found, meant));
  }

  private static int edits(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
        } else {
          int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
          cost[i][j] =
              Math.min(cost[i - 1][j - 1] + change, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
        }
      }
    }
    return cost[a.length()][b.length()];
  }

  @Test
  void the_command_line_takes_each_edge_that_the_file_takes() {
    List<String> refused = new ArrayList<>();
    ranged()
        .filter(named -> !named.section().list())
        .forEach(
            named -> {
              Bounds bounds = bounds(named.key().type());
              for (String value : List.of(bounds.under(), bounds.over())) {
                if (!overrideIsRefused(named.path(), value)) {
                  refused.add(named.path() + "=" + value + " was taken");
                }
              }
            });
    assertThat(refused).isEmpty();
  }

  private static boolean overrideIsRefused(String path, String value) {
    try {
      ConfigReader.read(new byte[0], "f.yaml", Map.of(path, value));
      return false;
    } catch (InvalidDocument e) {
      return e.getMessage().contains("command line: " + path + ": " + value + " (expected: ");
    }
  }
}
