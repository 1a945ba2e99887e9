package dev.millrace.control.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.control.yaml.InvalidDocument;
import dev.millrace.domain.model.ModelSpec;
import dev.millrace.domain.model.ModelSpec.Capability;
import dev.millrace.domain.model.ModelSpec.Defaults;
import dev.millrace.domain.model.ModelSpec.Field;
import dev.millrace.domain.model.ModelSpec.Isolation;
import dev.millrace.domain.model.ModelSpec.Kind;
import dev.millrace.domain.model.ModelSpec.RuntimeKind;
import dev.millrace.domain.model.ModelSpec.Step;
import dev.millrace.domain.task.TaskClass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestReaderTest {

  @TempDir Path temp;

  private Folder good() throws IOException {
    return Folder.good(temp.resolve("fraud"));
  }

  private void refused(Folder folder, String... parts) {
    assertThatThrownBy(() -> ManifestReader.read(folder.path()))
        .isInstanceOf(InvalidDocument.class)
        .message()
        .contains(parts);
  }

  private static final String REMOTE =
      """
      name: big
      version: "1"
      kind: generate
      runtime: remote
      remote: {urls: ["http://10.0.0.1:8000/v1"], key: "secret:vllm", idle_timeout: 5s}
      """;

  @Test
  void where_the_servers_of_a_remote_model_are_is_its_one_step() throws IOException {
    ModelSpec spec = ManifestReader.read(good().manifest(REMOTE).path());
    assertThat(spec.runtime()).isEqualTo(RuntimeKind.REMOTE);
    assertThat(spec.steps()).singleElement().extracting(Step::name).isEqualTo("remote");
    assertThat(spec.inputs()).extracting(Field::name).containsExactly("prompt", "messages");
    assertThat(spec.steps().getFirst().options())
        .containsEntry("urls", List.of("http://10.0.0.1:8000/v1"))
        .containsEntry("key", "secret:vllm")
        .containsEntry("idle_ms", 5_000L);
  }

  @Test
  void a_remote_model_without_servers_or_with_steps_is_refused() throws IOException {
    refused(good().manifest(REMOTE.replaceAll("(?m)^remote:.*$", "")), "remote", "nothing");
    refused(good().manifest(REMOTE + "steps: [softmax]\n"), "steps", "none with runtime remote");
    refused(good().manifest(REMOTE.replace("idle_timeout", "idle")), "remote.idle", "unknown key");
    refused(good().line("remote: {urls: [\"http://h/v1\"]}"), "only runtime remote has one");
  }

  @Test
  void a_whole_manifest_becomes_a_spec() throws IOException {
    Folder folder =
        good()
            .with("small.onnx", OnnxBytes.simple(1))
            .with("names.txt", "cat\ndog\n")
            .manifest(
                """
                name: lite0
                version: 1.2
                kind: classify
                runtime: onnx
                files: {labels: names.txt}
                variants: {int8: {model: small.onnx}, fp32: {model: m.onnx}}
                input: {image: {type: image, formats: [jpeg, png], max_pixels: 25000000}}
                steps:
                  - decode-image: {orient: exif, mode: rgb}
                  - normalize: {mean: [127, 127, 127], scale: 0.0078125, layout: nchw}
                  - run: {input: image, output: logits}
                  - softmax
                  - top: {k: 5, labels: labels}
                output: {classes: {type: "list of {label, score}"}}
                isolation: in-process
                defaults: {deadline_ms: 2000, class: critical, batch: {max: 16}}
                sample: {input: {a: [1, 2.5]}, expect: {b: "x"}, tolerance: 0.07}
                licence: Apache-2.0
                attribution: "somebody"
                """);
    ModelSpec spec = ManifestReader.read(folder.path());
    assertThat(spec.name()).isEqualTo("lite0");
    assertThat(spec.version()).isEqualTo("1.2");
    assertThat(spec.kind()).isEqualTo(Kind.CLASSIFY);
    assertThat(spec.runtime()).isEqualTo(RuntimeKind.ONNX);
    assertThat(spec.folder()).isEqualTo(folder.path().toRealPath().toString());
    assertThat(spec.files().get("model").path()).isEqualTo("small.onnx");
    assertThat(spec.inputs())
        .containsExactly(
            new Field(
                "image",
                "image",
                List.of(),
                Map.of("formats", List.of("jpeg", "png"), "max_pixels", 25_000_000L)));
    assertThat(spec.outputs().getFirst().type()).isEqualTo("list of {label, score}");
    assertThat(spec.steps().get(3)).isEqualTo(new Step("softmax", Map.of()));
    assertThat(spec.steps().get(1).options())
        .containsEntry("mean", List.of(127L, 127L, 127L))
        .containsEntry("scale", 0.0078125);
    assertThat(spec.isolation()).isEqualTo(Isolation.IN_PROCESS);
    assertThat(spec.defaults()).isEqualTo(new Defaults(2_000, TaskClass.CRITICAL, 16));
    assertThat(spec.sample().input()).isEqualTo("{\"a\":[1,2.5]}");
    assertThat(spec.sample().tolerance()).isEqualTo(0.07);
    assertThat(spec.licence()).isEqualTo("Apache-2.0");
  }

  @Test
  void what_is_not_said_has_a_default() throws IOException {
    ModelSpec spec = ManifestReader.read(good().path());
    assertThat(spec.isolation()).isEqualTo(Isolation.WORKER);
    assertThat(spec.defaults()).isEqualTo(new Defaults(10_000, TaskClass.STANDARD, 8));
    assertThat(spec.context()).isZero();
    assertThat(spec.sample()).isNull();
    assertThat(spec.licence()).isNull();
  }

  @Test
  void another_variant_can_be_asked_for() throws IOException {
    Folder folder =
        good()
            .with("b.onnx", OnnxBytes.simple(2))
            .instead("files", "variants: {a: {model: m.onnx}, b: {model: b.onnx}}\nvariant: b");
    assertThat(ManifestReader.read(folder.path()).files().get("model").path()).isEqualTo("b.onnx");
    assertThat(ManifestReader.read(folder.path(), "a").files().get("model").path())
        .isEqualTo("m.onnx");
    assertThatThrownBy(() -> ManifestReader.read(folder.path(), "c"))
        .hasMessageContaining("variant: c (expected: one of a, b)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "float32[16]|float32|16", "text|text|", "float32[3, -1, ?]|float32|3 -1 -1",
        "int64[]|int64|", "image|image|", "bfloat16[1]|bfloat16|1"
      })
  void the_short_form_of_a_field_is_a_text(String text, String type, String sizes)
      throws IOException {
    Folder folder = good().instead("input", "input: {x: \"" + text + "\"}");
    Field field = ManifestReader.read(folder.path()).inputs().getFirst();
    assertThat(field.type()).isEqualTo(type);
    String found = String.join(" ", field.shape().stream().map(String::valueOf).toList());
    assertThat(found).isEqualTo(sizes == null ? "" : sizes);
  }

  @Test
  void an_unknown_key_is_refused_with_its_line_and_the_nearest_key() throws IOException {
    refused(
        good().line("licens: MIT"), "model.yaml:9: licens: unknown key", "did you mean licence?");
  }

  @Test
  void an_unknown_step_is_refused_with_the_nearest_step() throws IOException {
    refused(
        good().instead("steps", "steps:\n  - run: {}\n  - sofmax: {}"),
        "model.yaml:10: steps[1]: unknown step sofmax (expected: did you mean softmax?)");
  }

  @Test
  void all_that_is_wrong_is_said_at_once() throws IOException {
    refused(
        good()
            .manifest(
                """
                name: ../x
                kind: tabula
                runtime: onnx
                files: {model: m.onnx}
                isolation: sandbox
                """),
        "model.yaml:1: name: ../x",
        "version: nothing (expected: a text)",
        "kind: tabula (expected: did you mean tabular?)",
        "isolation: sandbox (expected: one of in-process, worker)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x", "", "A", "-a", ".a", "a b", "a/b", "sim", "x.raw", "é", "a\\0b"})
  void a_name_that_could_mislead_is_refused(String name) throws IOException {
    refused(good().instead("name", "name: \"" + name.replace("\\", "\\\\") + "\""), "name: ");
    assertThat(ModelNames.isName(name)).isFalse();
  }

  @Test
  void names_have_a_length() {
    assertThat(ModelNames.isName("a".repeat(64))).isTrue();
    assertThat(ModelNames.isName("a".repeat(65))).isFalse();
    assertThat(ModelNames.isName("card_fraud_heavy_gbdt")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../m.onnx",
        "/etc/passwd",
        "sub/../m.onnx",
        "./m.onnx",
        "sub\\\\m.onnx",
        "c:m.onnx",
        "missing.onnx",
        "model.yaml",
        ""
      })
  void a_file_outside_the_folder_or_absent_is_refused(String file) throws IOException {
    refused(good().instead("files", "files: {model: \"" + file + "\"}"), "files.model: ");
  }

  @Test
  void links_and_hard_links_are_refused() throws IOException {
    Folder folder = good();
    Path outside = Files.write(temp.resolve("secret.txt"), new byte[] {'x'});
    Files.createSymbolicLink(folder.path().resolve("link.txt"), outside);
    refused(folder, "link.txt: a link (expected: a regular file)");
    Files.delete(folder.path().resolve("link.txt"));
    Files.createLink(folder.path().resolve("hard.txt"), outside);
    refused(folder, "hard.txt: a file with 2 names (hard links) (expected: 1)");
    Files.delete(folder.path().resolve("hard.txt"));
    Files.createSymbolicLink(folder.path().resolve("dir"), temp);
    refused(folder, "dir: a link");
  }

  @Test
  void odd_names_deep_folders_and_too_many_files_are_refused() throws IOException {
    refused(good().with("a b.txt", "x"), "a b.txt: a name with other characters");
    Files.delete(temp.resolve("fraud/a b.txt"));
    refused(good().with("a/b/c/d/e.txt", "x"), "a/b/c/d: a folder 5 deep (expected: <= 4)");
    Folder many = Folder.good(temp.resolve("many"));
    for (int i = 0; i < 300; i++) {
      many.with("f" + i + ".txt", "x");
    }
    refused(many, "more than 256 files");
  }

  @Test
  void what_may_carry_code_is_refused_whatever_it_is_called() throws IOException {
    refused(good().with("w.onnx", new byte[] {(byte) 0x80, 4, (byte) 0x95, 0}), "w.onnx: neither");
    refused(good().with("w.onnx", "PK\u0003\u0004rest"), "w.onnx: neither");
    refused(good().with("w.onnx", "#!/bin/sh\n"), "w.onnx: a script");
  }

  @Test
  void a_text_in_the_place_of_a_model_is_refused() throws IOException {
    refused(
        good().with("m.onnx", "cos\nsystem\n(S'true'\ntR."),
        "model.yaml:5: files.model: m.onnx of format TEXT (expected: format [ONNX])");
  }

  @Test
  void weights_outside_the_file_are_refused() throws IOException {
    byte[] tensor =
        new OnnxBytes()
            .text(8, "w")
            .bytes(13, new OnnxBytes().text(1, "location").text(2, "../../etc/passwd").done())
            .number(14, 1)
            .done();
    byte[] graph = new OnnxBytes().bytes(5, tensor).done();
    refused(
        good().with("m.onnx", OnnxBytes.model(graph)),
        "m.onnx: neither",
        "tensor w kept outside the file (expected: all weights inside)");
  }

  @Test
  void weights_outside_the_file_are_found_in_nested_graphs_too() throws IOException {
    byte[] tensor = new OnnxBytes().text(8, "w").number(14, 1).done();
    byte[] inner = new OnnxBytes().bytes(5, tensor).done();
    byte[] node = new OnnxBytes().bytes(5, new OnnxBytes().bytes(6, inner).done()).done();
    refused(
        good().with("m.onnx", OnnxBytes.model(new OnnxBytes().bytes(1, node).done())),
        "tensor w kept outside");
  }

  @Test
  void a_model_cut_short_anywhere_is_refused() throws IOException {
    byte[] whole = OnnxBytes.simple();
    for (int length = 1; length < whole.length; length++) {
      refused(good().with("m.onnx", java.util.Arrays.copyOf(whole, length)), "m.onnx: ");
    }
  }

  @Test
  void the_digest_changes_with_any_byte_name_or_file_and_with_nothing_else() throws IOException {
    String first = ManifestReader.read(good().path()).digest();
    assertThat(ManifestReader.read(Folder.good(temp.resolve("other")).path()).digest())
        .isEqualTo(first);
    assertThat(ManifestReader.read(good().line("licence: MIT").path()).digest())
        .isNotEqualTo(first);
    assertThat(ManifestReader.read(good().with("NOTICE", "x").path()).digest()).isNotEqualTo(first);
  }

  @Test
  void the_digest_is_of_the_documented_bytes() throws IOException {
    Folder folder = new Folder(Files.createDirectories(temp.resolve("d")));
    folder.with("b", "2").with("a", "1");
    String one = Sha256.hex("1".getBytes());
    String two = Sha256.hex("2".getBytes());
    FolderContents contents =
        FolderScanner.scan(folder.path(), new dev.millrace.control.yaml.Findings());
    assertThat(contents.digest())
        .isEqualTo(Sha256.hex(("a\0001\000" + one + "\nb\0001\000" + two + "\n").getBytes()));
  }

  @Test
  void a_generator_needs_its_context_and_its_tokenizer() throws IOException {
    Folder folder =
        good()
            .manifest(
                """
                name: tale
                version: "1"
                kind: generate
                runtime: onnx-decoder
                files: {model: m.onnx}
                """);
    refused(folder, "files.tokenizer: nothing");
    folder
        .with("t.json", "{}")
        .manifest(
            """
        name: tale
        version: "1"
        kind: generate
        runtime: onnx-decoder
        files: {model: m.onnx, tokenizer: t.json}
        """);
    refused(folder, "context: nothing (expected: tokens, such as 256)");
    refused(good().line("context: 256"), "no context: only generators have one");
  }

  @Test
  void a_generator_declares_what_it_can_beside_plain_text() throws IOException {
    String generator =
        """
        name: tale
        version: "1"
        kind: generate
        runtime: onnx-decoder
        files: {model: m.onnx, tokenizer: t.json}
        context: 256
        """;
    Folder folder = good().with("t.json", "{}").manifest(generator);
    assertThat(ManifestReader.read(folder.path()).capabilities()).isEmpty();
    folder.manifest(generator + "capabilities: [images, structured-output]\n");
    assertThat(ManifestReader.read(folder.path()).capabilities())
        .containsExactlyInAnyOrder(Capability.IMAGES, Capability.STRUCTURED_OUTPUT);
    folder.manifest(generator + "capabilities: [image]\n");
    refused(folder, "capabilities: image", "did you mean images?");
    refused(good().line("capabilities: [images]"), "only generators have some");
  }

  @Test
  void fields_of_unknown_types_and_wild_shapes_are_refused() throws IOException {
    refused(
        good().instead("input", "input: {x: float33}"),
        "input.x: float33",
        "did you mean float32?");
    refused(good().instead("input", "input: {x: {type: int8, shape: [0]}}"), "a size of 0");
    refused(good().instead("input", "input: {x: {shape: [1]}}"), "input.x.type: nothing");
    refused(good().instead("input", "input: {x: \"float32[a]\"}"), "input.x");
    refused(
        good().instead("steps", "steps: [top: {labels: lables}]"),
        "steps[0].top.labels: lables (expected: one of model");
  }

  @Test
  void a_folder_without_manifest_and_a_file_in_place_of_a_folder_are_refused() throws IOException {
    Path empty = Files.createDirectories(temp.resolve("empty"));
    refused(new Folder(empty), "no manifest (expected: a file model.yaml)");
    refused(new Folder(temp.resolve("nowhere")), "nothing there");
    refused(new Folder(Files.writeString(temp.resolve("f"), "x")), "no folder");
  }

  @ParameterizedTest
  @CsvSource({"1, 2", "2, 10", "1.9, 1.10", "1, 1.1", "v2, v10", "1a, 1b", "007, 8"})
  void versions_are_ordered_as_people_count(String older, String newer) {
    assertThat(ModelNames.compareVersions(older, newer)).isNegative();
    assertThat(ModelNames.compareVersions(newer, older)).isPositive();
    assertThat(ModelNames.compareVersions(older, older)).isZero();
  }
}
