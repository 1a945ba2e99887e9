package dev.millrace.control.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.control.manifest.FolderScanner;
import dev.millrace.control.manifest.ManifestReader;
import dev.millrace.control.yaml.Findings;
import dev.millrace.domain.model.ModelSpec;
import dev.millrace.domain.model.ModelSpec.Isolation;
import dev.millrace.domain.model.ModelSpec.Kind;
import dev.millrace.domain.model.ModelSpec.RuntimeKind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The models of this repository are whole, as pinned, and documented. */
class RepositoryModelsTest {

  private static final Path MODELS = Path.of(System.getProperty("millrace.home"), "models");
  private static final Set<RuntimeKind> RUNNABLE =
      Set.of(RuntimeKind.ONNX, RuntimeKind.ONNX_DECODER);
  private static final Map<String, String> FROM_THE_JAR =
      new TreeMap<>(
          Map.of(
              "all-minilm-l6-v2-q.onnx",
              "afdb6f1a0e45b715d0bb9b11772f032c399babd23bfc31fed1c170afc848bdb1",
              "all-minilm-l6-v2-q-tokenizer.json",
              "da0e79933b9ed51798a3ae27893d3c5fa4a201126cef75586296df9b4d2c62a0"));
  private static final Set<String> WITH_ENCODER = Set.of("minilm", "banking77-heavy");

  @TempDir static Path temp;
  private static BundledModels bundled;
  private static ModelRegistry registry;

  @BeforeAll
  static void install() throws IOException {
    if (Boolean.getBoolean("millrace.write")) {
      writeIndex();
    }
    bundled = BundledModels.install(MODELS, temp.resolve("bundled"));
    registry = ModelRegistry.open(temp, bundled, RUNNABLE);
  }

  private static void writeIndex() throws IOException {
    List<String> lines = new ArrayList<>();
    Path index = MODELS.resolve(BundledIndex.FILE);
    Files.readAllLines(index).stream().filter(line -> line.startsWith("#")).forEach(lines::add);
    try (var folders = Files.list(MODELS)) {
      for (Path folder : folders.filter(Files::isDirectory).sorted().toList()) {
        Path whole = assembled(folder);
        ModelSpec spec = ManifestReader.read(whole);
        lines.add("version  " + spec.name() + " " + spec.version() + " " + spec.digest());
        if (WITH_ENCODER.contains(spec.name())) {
          FROM_THE_JAR.forEach(
              (file, sha256) ->
                  lines.add("resource " + spec.name() + " " + file + " " + sha256 + " /" + file));
        }
      }
    }
    Files.write(index, lines);
  }

  private static Path assembled(Path folder) throws IOException {
    if (!WITH_ENCODER.contains(folder.getFileName().toString())) {
      return folder;
    }
    Path whole = Files.createDirectories(temp.resolve("assembled").resolve(folder.getFileName()));
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.copy(file, whole.resolve(file.getFileName()));
      }
    }
    for (String file : FROM_THE_JAR.keySet()) {
      try (InputStream in = RepositoryModelsTest.class.getResourceAsStream("/" + file)) {
        Files.copy(in, whole.resolve(file));
      }
    }
    return whole;
  }

  @Test
  void every_bundled_model_is_there_and_nothing_is_missing() {
    assertThat(bundled.problems()).isEmpty();
    assertThat(registry.bundledNames())
        .containsExactlyInAnyOrder(
            "tale-1.1m",
            "tale-0.2m",
            "card_fraud_light_lr",
            "card_fraud_heavy_gbdt",
            "banking77-light",
            "banking77-heavy",
            "efficientnet-lite0",
            "minilm");
  }

  @Test
  void every_folder_is_pinned_in_the_index() throws IOException {
    try (var folders = Files.list(MODELS)) {
      assertThat(folders.filter(Files::isDirectory).map(folder -> folder.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(registry.bundledNames());
    }
  }

  @Test
  void all_are_as_pinned_and_can_be_deployed() throws IOException {
    assertThat(registry.verify()).isEmpty();
    assertThat(registry.list())
        .hasSize(8)
        .allMatch(version -> version.state() == ModelVersion.State.USABLE)
        .allMatch(ModelVersion::inProcess);
  }

  @Test
  void each_says_its_licence_where_it_came_from_and_how_it_is_tried() throws IOException {
    for (String name : registry.bundledNames()) {
      ModelSpec spec = registry.spec(name, null, null);
      assertThat(spec.licence()).as(name).isEqualTo("Apache-2.0");
      assertThat(spec.attribution()).as(name).isNotBlank();
      assertThat(spec.sample()).as(name).isNotNull();
      assertThat(spec.sample().input()).as(name).isNotEqualTo("{}");
      assertThat(spec.inputs()).as(name).isNotEmpty();
      assertThat(spec.outputs()).as(name).isNotEmpty();
    }
  }

  @Test
  void only_tabular_models_run_in_the_node() throws IOException {
    for (String name : registry.bundledNames()) {
      ModelSpec spec = registry.spec(name, null, null);
      assertThat(spec.isolation() == Isolation.IN_PROCESS)
          .as(name)
          .isEqualTo(spec.kind() == Kind.TABULAR);
    }
  }

  @Test
  void a_second_start_puts_nothing_together_again() throws IOException {
    var before = Files.getLastModifiedTime(encoder());
    assertThat(BundledModels.install(MODELS, temp.resolve("bundled"))).isEqualTo(bundled);
    assertThat(Files.getLastModifiedTime(encoder())).isEqualTo(before);
  }

  private static Path encoder() throws IOException {
    ModelSpec spec = registry.spec("minilm", null, null);
    return Path.of(spec.folder()).resolve(spec.files().get("model").path());
  }

  @Test
  void what_is_bundled_stays_small() throws IOException {
    long bytes = 0;
    for (String name : registry.bundledNames()) {
      bytes +=
          FolderScanner.scan(MODELS.resolve(name), new Findings()).files().stream()
              .mapToLong(file -> file.size())
              .sum();
    }
    assertThat(bytes).isLessThan(13_000_000);
  }

  @Test
  void a_registry_without_the_decoder_lists_the_language_models_as_unsupported()
      throws IOException {
    ModelRegistry small = ModelRegistry.open(temp, bundled, Set.of(RuntimeKind.ONNX));
    assertThat(small.list())
        .filteredOn(version -> version.state() == ModelVersion.State.UNSUPPORTED)
        .extracting(ModelVersion::name)
        .containsExactly("tale-0.2m", "tale-1.1m");
  }
}
