package dev.millrace.runtime.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateFolderTest {

  @TempDir Path folder;

  @Test
  void it_is_made_for_the_owner_alone() throws IOException {
    Path made = folder.resolve("run/workers");
    PrivateFolder.open(made);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
        .isEqualTo("rwx------");
    assertThat(PrivateFolder.open(made).socket("w", 3)).isEqualTo(made.resolve("w-3.sock"));
  }

  @Test
  void one_that_others_may_enter_is_refused() throws IOException {
    Path open = Files.createDirectory(folder.resolve("open"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-x---"));
    assertThatThrownBy(() -> PrivateFolder.open(open))
        .hasMessage(open + ": rwxr-x--- (expected: rwx------)");
  }

  @Test
  void a_link_or_a_file_is_refused() throws IOException {
    Path target = Files.createDirectory(folder.resolve("target"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), target);
    assertThatThrownBy(() -> PrivateFolder.open(link)).hasMessageContaining("not a link");
    Path file = Files.createFile(folder.resolve("file"));
    assertThatThrownBy(() -> PrivateFolder.open(file)).hasMessageContaining("no directory");
  }

  @Test
  void a_path_too_long_for_a_socket_is_refused_with_its_length() throws IOException {
    PrivateFolder deep = PrivateFolder.open(folder.resolve("d".repeat(90)));
    assertThatThrownBy(() -> deep.socket("w", 1))
        .hasMessageEndingWith("bytes (expected: at most 100)");
  }
}
