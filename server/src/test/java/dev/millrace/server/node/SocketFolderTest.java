package dev.millrace.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs({OS.LINUX, OS.MAC})
class SocketFolderTest {

  /** Short, where JUnit's own folders are not. */
  private Path folder;

  @BeforeEach
  void open() throws IOException {
    folder = Files.createTempDirectory(Path.of("/tmp"), "m");
  }

  @AfterEach
  void delete() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private Path made(String name) throws IOException {
    return Files.createDirectories(folder.resolve(name));
  }

  private List<Path> in(Path parent) throws IOException {
    try (Stream<Path> files = Files.list(parent)) {
      return files.toList();
    }
  }

  @Test
  void sockets_lie_in_the_data_folder_for_the_owner_alone() throws IOException {
    try (SocketFolder sockets = SocketFolder.open(made("data"), made("tmp"))) {
      assertThat(sockets.path()).isEqualTo(folder.resolve("data/sockets"));
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(sockets.path())))
          .isEqualTo("rwx------");
    }
    assertThat(in(folder.resolve("tmp"))).isEmpty();
  }

  @Test
  void sockets_that_a_killed_node_left_in_the_data_folder_go_and_reports_stay() throws IOException {
    Path left = SocketFolder.open(made("data"), made("tmp")).path();
    try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.bind(UnixDomainSocketAddress.of(left.resolve("default-0-1.sock")));
    }
    Files.createFile(left.resolve("hs_err_pid1.log"));
    SocketFolder.open(made("data"), made("tmp"));
    assertThat(in(left)).containsExactly(left.resolve("hs_err_pid1.log"));
  }

  @Test
  void empty_folders_of_killed_workers_go_and_full_ones_stay() throws IOException {
    Path left = SocketFolder.open(made("data"), made("tmp")).path();
    Files.createDirectory(left.resolve("onnxruntime-java1"));
    Files.createDirectories(left.resolve("kept/inside"));
    SocketFolder.open(made("data"), made("tmp"));
    assertThat(in(left)).containsExactly(left.resolve("kept"));
  }

  @Test
  void a_path_too_long_for_a_socket_takes_a_temporary_folder_that_goes_with_its_node()
      throws IOException {
    Path data = made("d".repeat(60));
    try (SocketFolder sockets = SocketFolder.open(data, made("tmp"))) {
      assertThat(sockets.path().getParent()).isEqualTo(folder.resolve("tmp"));
      assertThat(sockets.path().getFileName().toString()).startsWith(SocketFolder.TEMPORARY);
      Files.createFile(sockets.path().resolve("default-0-1.sock"));
    }
    assertThat(in(folder.resolve("tmp"))).isEmpty();
  }

  @Test
  void a_folder_that_takes_no_sockets_is_passed_over() throws IOException {
    Files.createFile(made("data").resolve("sockets"));
    try (SocketFolder sockets = SocketFolder.open(made("data"), made("tmp"))) {
      assertThat(sockets.path().getParent()).isEqualTo(folder.resolve("tmp"));
    }
  }

  @Test
  void the_next_start_deletes_what_dead_nodes_left_and_nothing_else() throws IOException {
    Path temporary = made("tmp");
    Path dead = made("tmp/" + SocketFolder.TEMPORARY + "dead");
    Files.createFile(dead.resolve(SocketFolder.OWNER));
    Files.createFile(dead.resolve("default-0-1.sock"));
    Path unknown = made("tmp/" + SocketFolder.TEMPORARY + "without-a-lock");
    Path target = made("elsewhere");
    Files.createFile(target.resolve(SocketFolder.OWNER));
    Path link =
        Files.createSymbolicLink(temporary.resolve(SocketFolder.TEMPORARY + "link"), target);
    try (SocketFolder living = SocketFolder.open(made("d".repeat(60)), temporary)) {
      assertThat(dead).doesNotExist();
      try (SocketFolder other = SocketFolder.open(made("e".repeat(60)), temporary)) {
        assertThat(in(temporary))
            .containsExactlyInAnyOrder(living.path(), other.path(), unknown, link);
      }
    }
    assertThat(target.resolve(SocketFolder.OWNER)).exists();
  }
}
