package dev.millrace.control.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.control.yaml.Finding;
import dev.millrace.control.yaml.InvalidDocument;
import dev.millrace.domain.model.ModelSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each limit of a manifest at its edge and one beyond, each refusal with found and expected. */
class ManifestLimitsTest {

  @TempDir Path temp;
  private Folder folder;

  @BeforeEach
  void make() throws IOException {
    folder = Folder.good(temp.resolve("fraud"));
  }

  private List<String> findings() throws IOException {
    try {
      ManifestReader.read(folder.path());
      return List.of();
    } catch (InvalidDocument e) {
      return e.findings().stream().map(Finding::toString).toList();
    }
  }

  private void taken(String line) throws IOException {
    folder.line(line);
    assertThat(findings()).as(line).isEmpty();
  }

  private void refused(String line, String expected) throws IOException {
    folder.line(line);
    assertThat(findings()).singleElement().isEqualTo("model.yaml:9: " + expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "defaults: {deadline_ms: 1}|defaults: {deadline_ms: 0}|defaults.deadline_ms: 0 (expected:"
            + " 1..86400000)",
        "defaults: {deadline_ms: 86400000}|defaults: {deadline_ms: 86400001}|defaults.deadline_ms:"
            + " 86400001 (expected: 1..86400000)",
        "defaults: {batch: {max: 1}}|defaults: {batch: {max: 0}}|defaults.batch.max: 0 (expected:"
            + " 1..1024)",
        "defaults: {batch: {max: 1024}}|defaults: {batch: {max: 1025}}|defaults.batch.max: 1025"
            + " (expected: 1..1024)",
        "defaults: {class: critical}|defaults: {class: critcal}|defaults.class: critcal (expected: did"
            + " you mean critical?)",
        "defaults: {}|defaults: {bach: 1}|defaults.bach: unknown key (expected: did you mean"
            + " batch?)",
        "sample: {input: {}, expect: {}, tolerance: 0}|sample: {input: {}, expect: {}, tolerance:"
            + " -0.1}|sample.tolerance: -0.1 (expected: 0.0..1000000.0)",
        "sample: {input: {}, expect: {}}|sample: {input: {}}|sample.expect: nothing (expected: a"
            + " map)",
        "sample: {input: {}, expect: {x: 1}}|sample: {input: [1], expect: {}}|sample.input: a list"
            + " of 1 (expected: a map)",
      })
  void an_edge_is_taken_and_one_beyond_is_refused(String good, String bad, String told)
      throws IOException {
    taken(good);
    refused(bad, told);
  }

  @Test
  void notices_have_a_length() throws IOException {
    taken("attribution: \"" + "x".repeat(4_096) + "\"");
    refused(
        "licence: \"" + "x".repeat(4_097) + "\"",
        "licence: \"" + "x".repeat(60) + "…\" (expected: <= 4096 characters)");
  }

  @Test
  void there_are_at_most_32_steps_and_256_fields_and_8_sizes() throws IOException {
    folder.instead("steps", "steps: [" + "softmax, ".repeat(31) + "softmax]");
    assertThat(findings()).isEmpty();
    folder.instead("steps", "steps: [" + "softmax, ".repeat(32) + "softmax]");
    assertThat(findings())
        .containsExactly("model.yaml:8: steps: a list of 33 (expected: <= 32 steps)");
    StringBuilder fields = new StringBuilder();
    for (int i = 0; i < 256; i++) {
      fields.append("f").append(i).append(": int64, ");
    }
    folder.instead("input", "input: {" + fields + "}");
    assertThat(findings()).isEmpty();
    folder.instead("input", "input: {" + fields + "one_more: int64}");
    assertThat(findings())
        .containsExactly("model.yaml:6: input: a map with 257 keys (expected: <= 256 fields)");
    folder.instead("input", "input: {x: \"int8[1,1,1,1,1,1,1,1]\"}");
    assertThat(findings()).isEmpty();
    folder.instead("input", "input: {x: \"int8[1,1,1,1,1,1,1,1,1]\"}");
    assertThat(findings()).containsExactly("model.yaml:6: input.x: 9 sizes (expected: <= 8)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "float32[2147483647]|",
        "float32[2147483648]|a size of 2147483648 (expected: 1..2147483647 or -1)",
        "float32[-1]|",
        "float32[-2]|a size of -2 (expected: 1..2147483647 or -1)",
        "float32[0]|a size of 0 (expected: 1..2147483647 or -1)",
        "float32[1,,2]|sizes such as [3, 224, 224]",
        "float32[99999999999999999999]|sizes such as [3, 224, 224]",
        "float32[|a type such as float32[16]",
        "float32[1]]|a type such as float32[16]",
        "list of {a, b}|",
        "list of int64|",
        "list of {}|a type such as float32[16]",
      })
  void sizes_are_checked_each(String type, String told) throws IOException {
    folder.instead("input", "input: {x: \"" + type + "\"}");
    if (told == null) {
      assertThat(findings()).isEmpty();
    } else {
      assertThat(findings()).singleElement().asString().contains("model.yaml:6: input.x: ", told);
    }
  }

  static List<String> steps() {
    return ManifestSteps.KNOWN.stream().sorted().toList();
  }

  @ParameterizedTest
  @MethodSource("steps")
  void every_step_stands_alone_or_with_options_and_keeps_their_values(String step)
      throws IOException {
    folder.instead("steps", "steps: [" + step + ", {" + step + ": }, {" + step + ": {k: [1, x]}}]");
    ModelSpec spec = ManifestReader.read(folder.path());
    assertThat(spec.steps()).extracting(ModelSpec.Step::name).containsExactly(step, step, step);
    assertThat(spec.steps().get(2).options()).containsOnlyKeys("k");
    assertThat(spec.steps().get(2).options().get("k")).isEqualTo(List.of(1L, "x"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[run: 1]|steps[0].run: 1 (expected: a map of options)",
        "[run: [1]]|steps[0].run: a list of 1 (expected: a map of options)",
        "[{run: {}, top: {}}]|steps[0]: a map with 2 keys (expected: a step's name, alone or with"
            + " its options)",
        "[{}]|steps[0]: a map with 0 keys (expected: a step's name, alone or with its options)",
        "[run, ~]|steps[1]: nothing (expected: a step's name, alone or with its options)",
        "[[run]]|steps[0]: a list of 1 (expected: a step's name, alone or with its options)",
        "run|steps: run (expected: a list)",
        "[tokenize: {tokenizer: modle}]|steps[0].tokenize.tokenizer: modle (expected: did you mean"
            + " model? (the names under files))",
        "[top: {k: }]|steps[0].top.k: nothing (expected: a value)",
      })
  void a_step_written_wrong_is_refused_with_its_place(String steps, String told)
      throws IOException {
    folder.instead("steps", "steps: " + steps);
    assertThat(findings()).containsExactly("model.yaml:8: " + told);
  }

  @Test
  void variants_must_be_maps_of_files_and_the_preferred_one_must_exist() throws IOException {
    folder.line("variants: {a: m.onnx}");
    assertThat(findings()).contains("model.yaml:9: variants.a: m.onnx (expected: a map of files)");
    folder.line("variants: {a: {model: m.onnx}}\nvariant: b");
    assertThat(findings()).singleElement().asString().contains("variant: b (expected: ");
    folder.line("variant: a");
    assertThat(findings())
        .containsExactly("model.yaml:9: variant: a (expected: none: there are no variants)");
    folder.line("variants: {a: {model: gone.onnx}, b: {model: m.onnx}}\nvariant: b");
    assertThat(findings())
        .as("a variant that nobody asked for is checked too")
        .singleElement()
        .asString()
        .contains("variants.a.model: gone.onnx, no such file");
  }

  @Test
  void at_most_256_files_are_taken_and_none_of_the_257() throws IOException {
    for (int i = 0; i < 254; i++) {
      folder.with("f" + i + ".txt", "x");
    }
    assertThat(findings()).isEmpty();
    folder.with("one_more.txt", "x");
    assertThat(findings()).singleElement().asString().contains("more than 256 files");
  }

  @Test
  void a_file_name_has_128_characters_and_a_role_32() throws IOException {
    String longest = "n".repeat(124) + ".txt";
    folder.with(longest, "x").instead("files", "files: {model: m.onnx, notes: " + longest + "}");
    assertThat(findings()).isEmpty();
    folder.with("n".repeat(125) + ".txt", "x");
    assertThat(findings()).singleElement().asString().contains("a name with other characters");
    Files.delete(folder.path().resolve("n".repeat(125) + ".txt"));
    folder.instead("files", "files: {model: m.onnx, " + "r".repeat(32) + ": " + longest + "}");
    assertThat(findings()).isEmpty();
    folder.instead("files", "files: {model: m.onnx, " + "r".repeat(33) + ": " + longest + "}");
    assertThat(findings()).singleElement().asString().contains("names of [a-z][a-z0-9_-]{0,31}");
  }

  @Test
  void names_that_one_file_system_would_take_for_one_are_refused() throws IOException {
    folder.with("NAMES.txt", "a").with("names.txt", "b");
    assertThat(findings()).singleElement().asString().contains("differs only in case");
  }

  @Test
  void a_link_to_the_folder_itself_is_not_followed_for_ever() throws IOException {
    Files.createSymbolicLink(folder.path().resolve("loop"), folder.path());
    assertThat(findings()).containsExactly("loop: a link (expected: a regular file)");
  }

  @Test
  void a_link_in_place_of_the_manifest_or_the_model_is_refused() throws IOException {
    Path outside = Files.write(temp.resolve("m.onnx"), OnnxBytes.simple());
    Files.delete(folder.path().resolve("m.onnx"));
    Files.createSymbolicLink(folder.path().resolve("m.onnx"), outside);
    assertThat(findings())
        .first()
        .asString()
        .isEqualTo("m.onnx: a link (expected: a regular file)");
    Path manifest = Files.move(folder.path().resolve("model.yaml"), temp.resolve("model.yaml"));
    Files.createSymbolicLink(folder.path().resolve("model.yaml"), manifest);
    assertThat(findings()).anyMatch(found -> found.startsWith("model.yaml: a link"));
  }

  @ParameterizedTest
  @CsvSource({
    "1,1a",
    "1.0,1.0.0",
    "1-rc1,1-rc2",
    "1-rc9,1-rc10",
    "0,00",
    "a,b",
    "9,10",
    "1.10,1.10a",
    "2,a"
  })
  void the_order_of_versions_is_an_order(String a, String b) {
    assertThat(ModelNames.compareVersions(a, b)).isNotZero();
    assertThat(Integer.signum(ModelNames.compareVersions(a, b)))
        .isEqualTo(-Integer.signum(ModelNames.compareVersions(b, a)));
  }

  @Test
  void any_three_versions_can_be_sorted() {
    java.util.Random random = new java.util.Random(11);
    List<String> some = new java.util.ArrayList<>();
    for (int i = 0; i < 60; i++) {
      StringBuilder version = new StringBuilder();
      for (int length = 1 + random.nextInt(4); length > 0; length--) {
        version.append("0129aZ.-_".charAt(random.nextInt(9)));
      }
      some.add(version.toString());
    }
    for (String a : some) {
      for (String b : some) {
        for (String c : some) {
          if (ModelNames.compareVersions(a, b) <= 0 && ModelNames.compareVersions(b, c) <= 0) {
            assertThat(ModelNames.compareVersions(a, c)).as(a + " " + b + " " + c).isNotPositive();
          }
        }
      }
    }
  }
}
