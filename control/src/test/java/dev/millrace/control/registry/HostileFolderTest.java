package dev.millrace.control.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.control.manifest.Folder;
import dev.millrace.control.manifest.OnnxBytes;
import dev.millrace.control.yaml.InvalidDocument;
import dev.millrace.domain.model.ModelSpec.RuntimeKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is added, and what was added and then changed behind the registry's back. */
class HostileFolderTest {

  @TempDir Path temp;
  private Path models;
  private ModelRegistry registry;
  private Folder source;

  @BeforeEach
  void open() throws IOException {
    Path data = temp.resolve("data");
    models = data.resolve("models");
    registry = ModelRegistry.open(data, BundledModels.NONE, Set.of(RuntimeKind.ONNX));
    source = Folder.good(temp.resolve("fraud"));
  }

  private Path content() {
    return models.resolve("fraud/1/content");
  }

  private List<String> left() throws IOException {
    try (Stream<Path> left = Files.list(models)) {
      return left.map(p -> p.getFileName().toString()).filter(n -> !n.equals(".lock")).toList();
    }
  }

  private void refused(String told) throws IOException {
    assertThatThrownBy(() -> registry.add("fraud", source.path(), null))
        .isInstanceOf(InvalidDocument.class)
        .hasMessageContaining(told);
    assertThat(left()).as("a refused add leaves nothing").isEmpty();
  }

  @Test
  void a_link_out_of_the_folder_is_never_copied() throws IOException {
    Path secret = Files.writeString(temp.resolve("secret.txt"), "x");
    Files.createSymbolicLink(source.path().resolve("notes.txt"), secret);
    refused("notes.txt: a link (expected: a regular file)");
    Files.delete(source.path().resolve("notes.txt"));
    Files.createSymbolicLink(source.path().resolve("deep"), temp);
    refused("deep: a link");
    Files.delete(source.path().resolve("deep"));
    Files.createLink(source.path().resolve("hard.txt"), secret);
    refused("hard.txt: a file with 2 names (hard links) (expected: 1)");
  }

  @Test
  void a_folder_reached_through_a_link_is_added_as_the_folder_it_is() throws IOException {
    Path link = Files.createSymbolicLink(temp.resolve("link"), source.path());
    assertThat(registry.add("fraud", link, null).fresh()).isTrue();
    assertThat(registry.verify()).isEmpty();
  }

  @Test
  void two_names_that_differ_only_in_case_are_refused() throws IOException {
    source.with("Notes.txt", "a").with("notes.txt", "b");
    refused("differs only in case");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../x", "..", "a/b", "", "A", ".hidden", "sim", "a\0b", "x.raw"})
  void a_name_never_becomes_a_path_outside_the_registry(String name) throws IOException {
    assertThatThrownBy(() -> registry.add(name, source.path(), null))
        .isInstanceOf(InvalidDocument.class);
    assertThat(left()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"..", "../2", "a/b", ".x", "1 2", "", "123456789012345678901234567890123"})
  void a_version_never_becomes_a_path_outside_the_registry(String version) throws IOException {
    source.instead("version", "version: \"" + version + "\"");
    refused("version: ");
  }

  @Test
  void every_single_bit_flipped_in_any_file_is_found() throws IOException {
    source.with("notes.txt", "hello");
    registry.add("fraud", source.path(), null);
    for (String name : List.of("notes.txt", "model.yaml", "m.onnx")) {
      Path file = content().resolve(name);
      byte[] whole = Files.readAllBytes(file);
      for (int at = 0; at < whole.length; at += Math.max(1, whole.length / 12)) {
        byte[] flipped = whole.clone();
        flipped[at] ^= (byte) (1 << at % 8);
        FileTime time = Files.getLastModifiedTime(file);
        Files.write(file, flipped);
        Files.setLastModifiedTime(file, time);
        assertThat(registry.verify()).as(name + " at " + at).isNotEmpty();
        assertThatThrownBy(() -> registry.spec("fraud", null, null))
            .as(name + " at " + at)
            .isInstanceOf(InvalidDocument.class);
      }
      Files.write(file, whole);
    }
    assertThat(registry.verify()).isEmpty();
  }

  @Test
  void a_file_cut_short_is_told_with_the_bytes_found_and_expected() throws IOException {
    registry.add("fraud", source.path(), null);
    Path model = content().resolve("m.onnx");
    byte[] whole = OnnxBytes.simple();
    Files.write(model, Arrays.copyOf(whole, whole.length - 1));
    assertThatThrownBy(() -> registry.spec("fraud", null, null))
        .isInstanceOf(InvalidDocument.class)
        .hasMessageContaining("m.onnx");
    Files.write(model, Arrays.copyOf(whole, 0));
    assertThatThrownBy(() -> registry.spec("fraud", null, null))
        .isInstanceOf(InvalidDocument.class)
        .hasMessageContaining("m.onnx");
    assertThat(registry.list().getFirst().state()).isEqualTo(ModelVersion.State.BROKEN);
  }

  @Test
  void a_stored_file_replaced_by_a_link_to_the_same_bytes_does_not_load() throws IOException {
    registry.add("fraud", source.path(), null);
    Path model = content().resolve("m.onnx");
    Path moved = Files.move(model, temp.resolve("moved.onnx"));
    Files.createSymbolicLink(model, moved);
    assertThatThrownBy(() -> registry.spec("fraud", null, null))
        .isInstanceOf(InvalidDocument.class)
        .hasMessageContaining("m.onnx: a link");
  }

  @Test
  void a_stored_folder_replaced_by_a_link_does_not_load() throws IOException {
    registry.add("fraud", source.path(), null);
    Path moved = Files.move(content(), temp.resolve("moved"));
    Files.createSymbolicLink(content(), moved);
    assertThatThrownBy(() -> registry.spec("fraud", null, null))
        .isInstanceOf(InvalidDocument.class)
        .hasMessageContaining("no folder (expected: its files)");
    Path version = models.resolve("fraud/1");
    Path elsewhere = Files.move(version, temp.resolve("version"));
    Files.createSymbolicLink(version, elsewhere);
    assertThat(registry.list()).as("a linked version is none").isEmpty();
  }

  @Test
  void a_broken_version_hides_no_other() throws IOException {
    registry.add("fraud", source.path(), null);
    registry.add("fraud", source.instead("version", "version: \"2\"").path(), null);
    Files.writeString(models.resolve("fraud/2/listing"), "broken");
    assertThat(registry.list())
        .extracting(ModelVersion::state)
        .containsExactlyInAnyOrder(ModelVersion.State.USABLE, ModelVersion.State.BROKEN);
    assertThat(registry.spec("fraud", "1", null).version()).isEqualTo("1");
    assertThatThrownBy(() -> registry.spec("fraud", null, null))
        .as("the newest is asked for, and an older one is not served in its place")
        .isInstanceOf(InvalidDocument.class);
  }
}
