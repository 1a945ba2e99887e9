package dev.millrace.control.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.control.manifest.Folder;
import dev.millrace.control.manifest.OnnxBytes;
import dev.millrace.control.yaml.InvalidDocument;
import dev.millrace.domain.model.ModelSpec;
import dev.millrace.domain.model.ModelSpec.Isolation;
import dev.millrace.domain.model.ModelSpec.RuntimeKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelRegistryTest {

  @TempDir Path temp;
  private Path data;
  private ModelRegistry registry;
  private Folder source;

  @BeforeEach
  void open() throws IOException {
    data = temp.resolve("data");
    registry = reopened();
    source = Folder.good(temp.resolve("fraud"));
  }

  private ModelRegistry reopened() throws IOException {
    return ModelRegistry.open(data, BundledModels.NONE, Set.of(RuntimeKind.ONNX));
  }

  private Path stored(String file) {
    return data.resolve("models/fraud/1/content").resolve(file);
  }

  private static void flipOneBit(Path file, boolean keepTime) throws IOException {
    FileTime time = Files.getLastModifiedTime(file);
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
    Files.setLastModifiedTime(file, keepTime ? time : FileTime.fromMillis(time.toMillis() + 5_000));
  }

  @Test
  void an_added_version_is_listed_and_can_be_deployed() throws IOException {
    AddedModel added = registry.add("fraud", source.path(), null);
    assertThat(added.fresh()).isTrue();
    assertThat(added.derivedManifest()).isNull();
    ModelSpec spec = reopened().spec("fraud", null, null);
    assertThat(spec).isEqualTo(added.spec());
    assertThat(spec.folder()).isEqualTo(stored("").toRealPath().toString());
    assertThat(registry.list())
        .singleElement()
        .satisfies(
            version -> {
              assertThat(version.state()).isEqualTo(ModelVersion.State.USABLE);
              assertThat(version.digest()).isEqualTo(spec.digest());
              assertThat(version.bundled()).isFalse();
              assertThat(version.inProcess()).isFalse();
            });
    assertThat(registry.verify()).isEmpty();
  }

  @Test
  void adding_the_same_bytes_again_changes_nothing() throws IOException {
    registry.add("fraud", source.path(), null);
    assertThat(registry.add("fraud", source.path(), null).fresh()).isFalse();
  }

  @Test
  void a_version_never_changes() throws IOException {
    registry.add("fraud", source.path(), null);
    source.with("m.onnx", OnnxBytes.simple(7));
    assertThatThrownBy(() -> registry.add("fraud", source.path(), null))
        .isInstanceOf(InvalidDocument.class)
        .hasMessageContaining("1 was added before with digest")
        .hasMessageContaining("never changes");
    assertThat(registry.verify()).isEmpty();
  }

  @Test
  void the_newest_version_is_taken_unless_one_is_named() throws IOException {
    registry.add("fraud", source.path(), null);
    registry.add("fraud", source.instead("version", "version: \"10\"").path(), null);
    registry.add("fraud", source.instead("version", "version: \"9\"").path(), null);
    assertThat(registry.spec("fraud", null, null).version()).isEqualTo("10");
    assertThat(registry.spec("fraud", "9", null).version()).isEqualTo("9");
    assertThatThrownBy(() -> registry.spec("fraud", "11", null))
        .hasMessageContaining("no version 11");
    assertThatThrownBy(() -> registry.spec("other", null, null))
        .hasMessageContaining("no such model");
  }

  @Test
  void a_flipped_bit_is_found_and_the_version_does_not_load() throws IOException {
    registry.add("fraud", source.path(), null);
    flipOneBit(stored("m.onnx"), false);
    assertThatThrownBy(() -> registry.spec("fraud", null, null))
        .isInstanceOf(InvalidDocument.class);
    assertThat(registry.list().getFirst().state()).isEqualTo(ModelVersion.State.BROKEN);
    assertThat(registry.verify()).isNotEmpty().allMatch(m -> m.name().equals("fraud"));
  }

  @Test
  void verify_names_the_file_with_the_hash_found_and_the_hash_expected() throws IOException {
    source.with("notes.txt", "hello there");
    ModelSpec spec = registry.add("fraud", source.path(), null).spec();
    // Of the same size and time: only hashing it again can find it.
    flipOneBit(stored("notes.txt"), true);
    assertThat(registry.verify())
        .singleElement()
        .satisfies(
            mismatch -> {
              assertThat(mismatch.file()).isEqualTo("notes.txt");
              assertThat(mismatch.found()).startsWith("SHA-256 ");
              assertThat(mismatch.expected()).hasSize(64);
            });
    assertThat(spec.version()).isEqualTo("1");
  }

  @Test
  void a_manifest_changed_with_its_time_kept_does_not_load() throws IOException {
    registry.add("fraud", source.path(), null);
    Path manifest = stored("model.yaml");
    FileTime time = Files.getLastModifiedTime(manifest);
    Files.writeString(manifest, Files.readString(manifest).replace("tabular", "tensors"));
    Files.setLastModifiedTime(manifest, time);
    assertThatThrownBy(() -> registry.spec("fraud", null, null))
        .hasMessageContaining("model.yaml: SHA-256");
  }

  @Test
  void a_missing_an_added_and_a_shortened_file_are_found() throws IOException {
    registry.add("fraud", source.with("a.txt", "aaa").with("b.txt", "bbb").path(), null);
    Files.delete(stored("a.txt"));
    Files.writeString(stored("b.txt"), "b");
    Files.writeString(stored("c.txt"), "c");
    assertThat(registry.verify())
        .extracting(Mismatch::toString)
        .containsExactly(
            "fraud 1: a.txt: missing or refused (expected: 3 bytes)",
            "fraud 1: b.txt: 1 bytes (expected: 3 bytes)",
            "fraud 1: c.txt: a file that was not added (expected: none)");
    assertThatThrownBy(() -> registry.spec("fraud", null, null)).hasMessageContaining("a.txt");
  }

  @Test
  void a_version_without_its_listing_does_not_load() throws IOException {
    registry.add("fraud", source.path(), null);
    Files.writeString(data.resolve("models/fraud/1/listing"), "nonsense\n");
    assertThatThrownBy(() -> registry.spec("fraud", null, null))
        .hasMessageContaining("listing:1: an unreadable line");
    Files.delete(data.resolve("models/fraud/1/listing"));
    assertThatThrownBy(() -> registry.spec("fraud", null, null)).hasMessageContaining("no listing");
    assertThat(registry.verify()).isNotEmpty();
  }

  @Test
  void a_folder_moved_under_another_name_does_not_load() throws IOException {
    registry.add("fraud", source.path(), null);
    Files.move(data.resolve("models/fraud"), data.resolve("models/safe"));
    assertThatThrownBy(() -> registry.spec("safe", null, null))
        .hasMessageContaining("name fraud, version 1 (expected: safe, 1)");
  }

  @Test
  void a_refused_add_leaves_nothing() throws IOException {
    source.instead("kind", "kind: nonsense");
    assertThatThrownBy(() -> registry.add("fraud", source.path(), null))
        .isInstanceOf(InvalidDocument.class);
    try (var left = Files.list(data.resolve("models"))) {
      assertThat(left.map(p -> p.getFileName().toString())).containsOnly(".lock");
    }
  }

  @Test
  void what_an_interrupted_add_left_is_swept_at_the_next_opening() throws IOException {
    Path left = Files.createDirectories(data.resolve("models/.incoming-1/content"));
    Files.writeString(left.resolve("m.onnx"), "half");
    reopened();
    assertThat(data.resolve("models/.incoming-1")).doesNotExist();
  }

  @Test
  void two_adds_at_once_are_one_and_a_refusal() throws IOException {
    try (IncomingModel first = IncomingModel.begin(data.resolve("models"))) {
      assertThatThrownBy(() -> registry.add("fraud", source.path(), null))
          .hasMessageContaining("another add under way");
      Path others = Files.createDirectories(data.resolve("models/.incoming-other"));
      reopened();
      assertThat(others).exists();
      assertThat(first).isNotNull();
    }
    assertThat(registry.add("fraud", source.path(), null).fresh()).isTrue();
  }

  @Test
  void a_name_that_is_not_the_manifests_is_refused() {
    assertThatThrownBy(() -> registry.add("other", source.path(), null))
        .hasMessageContaining("the manifest's name fraud (expected: other)");
    assertThatThrownBy(() -> registry.add("../x", source.path(), null))
        .hasMessageContaining("../x (expected: [a-z0-9]");
  }

  @Test
  void running_in_the_node_is_approved_by_digest() throws IOException {
    AddedModel added = registry.add("fraud", source.path(), Isolation.IN_PROCESS);
    assertThat(registry.mayRunInProcess(added.spec().digest())).isTrue();
    assertThat(reopened().mayRunInProcess(added.spec().digest())).isTrue();
    assertThat(registry.mayRunInProcess("0".repeat(64))).isFalse();
    assertThat(registry.list().getFirst().inProcess()).isTrue();
  }

  @Test
  void adding_it_for_a_worker_takes_an_earlier_approval_back() throws IOException {
    String digest = registry.add("fraud", source.path(), Isolation.IN_PROCESS).spec().digest();
    assertThat(registry.add("fraud", source.path(), null).fresh()).isFalse();
    assertThat(registry.mayRunInProcess(digest)).as("nothing said, nothing changed").isTrue();

    registry.add("fraud", source.path(), Isolation.WORKER);
    assertThat(registry.mayRunInProcess(digest)).isFalse();
    assertThat(reopened().mayRunInProcess(digest)).isFalse();
    assertThat(registry.list().getFirst().inProcess()).isFalse();
  }

  @Test
  void a_bare_onnx_file_is_added_with_the_manifest_that_was_derived() throws IOException {
    Path bare = Files.write(temp.resolve("my model.onnx"), OnnxBytes.simple());
    AddedModel added = registry.add("bare", bare, null);
    assertThat(added.derivedManifest()).contains("kind: tensor").contains("my_model.onnx");
    assertThat(added.spec().inputs().getFirst().name()).isEqualTo("features");
    assertThat(registry.add("bare", bare, null).fresh()).isFalse();
    assertThat(registry.spec("bare", null, null)).isEqualTo(added.spec());
  }

  @Test
  void a_gguf_file_is_taken_and_listed_as_unsupported_here() throws IOException {
    ByteBuffer gguf = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
    gguf.put("GGUF".getBytes()).putInt(3).putLong(1).putLong(1);
    registry.add("tale", Files.write(temp.resolve("t.gguf"), gguf.array()), null);
    assertThat(registry.list().getFirst().state()).isEqualTo(ModelVersion.State.UNSUPPORTED);
    assertThat(registry.list().getFirst().problem()).contains("LLAMA is unsupported here");
    assertThatThrownBy(() -> registry.spec("tale", null, null))
        .hasMessageContaining("runtime LLAMA is unsupported here");
  }

  @Test
  void a_link_to_a_file_is_no_bare_model() throws IOException {
    Path bare = Files.write(temp.resolve("m.onnx"), OnnxBytes.simple());
    Path link = Files.createSymbolicLink(temp.resolve("link.onnx"), bare);
    assertThatThrownBy(() -> registry.add("bare", link, null)).hasMessageContaining("a link");
  }

  @Test
  void whatever_else_lies_in_the_folder_is_not_a_model() throws IOException {
    Files.createDirectories(data.resolve("models/UPPER/1"));
    Files.writeString(data.resolve("models/note.txt"), "x");
    assertThat(registry.list()).isEmpty();
  }
}
