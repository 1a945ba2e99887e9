package dev.millrace.runtime.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchivesTest {

  @TempDir private Path folder;
  private final ByteArrayOutputStream tar = new ByteArrayOutputStream();
  private Path archive;
  private Path into;

  @BeforeEach
  void folders() throws IOException {
    archive = folder.resolve("archive");
    into = Files.createDirectory(folder.resolve("into"));
  }

  private void entry(String name, char type, String size, String content) {
    byte[] header = new byte[512];
    put(header, 0, name);
    put(header, 124, size);
    header[156] = (byte) type;
    tar.writeBytes(header);
    byte[] bytes = content.getBytes(StandardCharsets.US_ASCII);
    tar.writeBytes(bytes);
    tar.writeBytes(new byte[(512 - bytes.length % 512) % 512]);
  }

  private void file(String name, String content) {
    entry(name, '0', "%011o".formatted(content.length()), content);
  }

  private static void put(byte[] header, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }

  private void untar() throws IOException {
    tar.writeBytes(new byte[1_024]);
    try (var out = new GZIPOutputStream(Files.newOutputStream(archive))) {
      out.write(tar.toByteArray());
    }
    Archives.untar(archive, "package/bins/", into);
  }

  @Test
  void the_plain_files_of_one_folder_are_taken() throws IOException {
    file("package/readme", "no");
    file("package/bins/liba.so", "a".repeat(600));
    file("package/bins/libb.so", "b");
    file("package/bins/deep/libc.so", "c");
    untar();
    assertThat(into.resolve("liba.so")).hasContent("a".repeat(600));
    assertThat(into.resolve("libb.so")).hasContent("b");
    assertThat(into.toFile().list()).hasSize(2);
  }

  @Test
  void links_and_paths_that_climb_are_passed_over() throws IOException {
    entry("package/bins/link", '2', "00000000000", "");
    file("package/bins/../../../out", "x");
    file("package/bins/.hidden", "x");
    file("package/bins/", "");
    untar();
    assertThat(into.toFile().list()).isEmpty();
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void sizes_that_lie_are_refused() {
    entry("package/bins/a", '0', "77777777777", "short");
    assertThatThrownBy(this::untar).isInstanceOf(FetchFailed.class);
  }

  @Test
  void an_entry_that_ends_early_is_refused() {
    entry("package/bins/a", '0', "00000010000", "short");
    assertThatThrownBy(this::untar).isInstanceOf(IOException.class);
  }

  @Test
  void one_file_of_a_zip_is_taken_and_its_absence_told() throws IOException {
    try (var out = new ZipOutputStream(Files.newOutputStream(archive))) {
      out.putNextEntry(new ZipEntry("a/code.py"));
      out.write("exit()".getBytes(StandardCharsets.US_ASCII));
      out.putNextEntry(new ZipEntry("a/model"));
      out.write("weights".getBytes(StandardCharsets.US_ASCII));
    }
    Archives.unzip(archive, "a/model", into.resolve("m"));
    assertThat(into.resolve("m")).hasContent("weights");
    assertThatThrownBy(() -> Archives.unzip(archive, "b", into.resolve("n")))
        .hasMessageContaining("without b");
  }
}
