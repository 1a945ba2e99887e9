package dev.millrace.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.model.ModelSpec;
import dev.millrace.domain.model.ModelSpec.Kind;
import dev.millrace.domain.model.ModelSpec.ModelFile;
import dev.millrace.domain.model.ModelSpec.RuntimeKind;
import dev.millrace.runtime.testing.Specs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFilesTest {

  private static final byte[] CONTENT = {1, 2, 3, 4, 5};

  @TempDir Path folder;

  private ModelSpec spec(String path, int size) {
    return new Specs("m", Kind.TENSOR, RuntimeKind.ONNX, folder)
        .file("model", new ModelFile(path, size, Specs.sha256(CONTENT)))
        .spec();
  }

  @Test
  void what_was_declared_is_read() throws IOException {
    Files.createDirectories(folder.resolve("sub"));
    Files.write(folder.resolve("sub/a.bin"), CONTENT);
    assertThat(ModelFiles.read(spec("sub/a.bin", 5), "model")).isEqualTo(CONTENT);
  }

  @Test
  void a_flipped_bit_a_missing_and_an_added_byte_are_seen_with_both_digests() throws IOException {
    for (byte[] other : new byte[][] {{1, 2, 3, 4, 4}, {1, 2, 3, 4}, {1, 2, 3, 4, 5, 6}, {}}) {
      Files.write(folder.resolve("a.bin"), other);
      assertThatThrownBy(() -> ModelFiles.read(spec("a.bin", 5), "model"))
          .isInstanceOf(ProblemException.class)
          .hasMessageContaining("a.bin: " + other.length + " bytes")
          .hasMessageContaining("(expected: 5 bytes, sha256 " + Specs.sha256(CONTENT));
    }
  }

  @Test
  void nothing_outside_the_folder_is_read() throws IOException {
    Path outside = Files.write(folder.resolveSibling(folder.getFileName() + "-x"), CONTENT);
    for (String path : new String[] {"../" + outside.getFileName(), outside.toString()}) {
      assertThatThrownBy(() -> ModelFiles.read(spec(path, 5), "model"))
          .hasMessageContaining("inside the version's folder");
    }
    Files.createSymbolicLink(folder.resolve("link"), outside);
    assertThatThrownBy(() -> ModelFiles.read(spec("link", 5), "model"))
        .hasMessageContaining("a link (expected: a plain file)");
    Path elsewhere = Files.createDirectory(folder.resolveSibling(folder.getFileName() + "-d"));
    Files.write(elsewhere.resolve("a.bin"), CONTENT);
    Files.createSymbolicLink(folder.resolve("dir"), elsewhere);
    assertThatThrownBy(() -> ModelFiles.read(spec("dir/a.bin", 5), "model"))
        .hasMessageContaining("a link");
  }

  @Test
  void what_is_not_declared_or_not_there_is_named() {
    assertThatThrownBy(() -> ModelFiles.read(spec("a.bin", 5), "labels"))
        .hasMessageContaining("no file named labels (expected: one of [model])");
    assertThatThrownBy(() -> ModelFiles.read(spec("a.bin", 5), "model"))
        .hasMessageContaining("cannot be read");
  }
}
