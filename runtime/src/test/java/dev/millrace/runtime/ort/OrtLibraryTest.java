package dev.millrace.runtime.ort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OrtLibraryTest {

  @TempDir Path parent;

  private Path unpacked() throws IOException {
    Path folder = OrtLibrary.unpack(parent);
    assertThat(folder).isNotNull();
    return folder;
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  @Test
  void both_libraries_lie_unpacked_in_a_folder_named_by_version_and_platform() throws IOException {
    Path folder = unpacked();

    assertThat(folder.getFileName().toString()).matches("onnxruntime-[0-9.]+-[a-z]+-[a-z0-9]+");
    assertThat(files(folder))
        .containsExactlyInAnyOrder(
            folder.resolve(System.mapLibraryName("onnxruntime")),
            folder.resolve(System.mapLibraryName("onnxruntime4j_jni")))
        .allSatisfy(file -> assertThat(Files.size(file)).isPositive());
  }

  @Test
  void what_is_as_in_the_jar_is_not_written_again() throws IOException {
    Path library = unpacked().resolve(System.mapLibraryName("onnxruntime"));
    FileTime longAgo = FileTime.fromMillis(1_000_000);
    Files.setLastModifiedTime(library, longAgo);

    unpacked();

    assertThat(Files.getLastModifiedTime(library)).isEqualTo(longAgo);
  }

  @Test
  void a_flipped_byte_of_the_same_size_is_found_and_replaced() throws IOException {
    Path library = unpacked().resolve(System.mapLibraryName("onnxruntime4j_jni"));
    byte[] right = Files.readAllBytes(library);
    byte[] damaged = right.clone();
    damaged[damaged.length / 2] ^= 1;
    Files.write(library, damaged);

    unpacked();

    assertThat(Files.readAllBytes(library)).isEqualTo(right);
  }

  @Test
  void a_file_cut_short_is_replaced_and_leaves_nothing_beside_it() throws IOException {
    Path folder = unpacked();
    Path library = folder.resolve(System.mapLibraryName("onnxruntime4j_jni"));
    byte[] right = Files.readAllBytes(library);
    Files.write(library, new byte[] {1, 2, 3});

    unpacked();

    assertThat(Files.readAllBytes(library)).isEqualTo(right);
    assertThat(files(folder)).hasSize(2);
  }

  @Test
  void a_place_that_takes_no_files_is_an_error_and_not_half_a_library() throws IOException {
    Path file = Files.writeString(parent.resolve("file"), "no folder");

    assertThatThrownBy(() -> OrtLibrary.unpack(file)).isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "Linux, amd64, linux-x64",
    "Linux, aarch64, linux-aarch64",
    "Mac OS X, aarch64, osx-aarch64",
    "Mac OS X, arm64, osx-aarch64",
    "Windows 11, amd64, win-x64",
  })
  void platforms_are_named_as_in_the_jar(String system, String machine, String expected) {
    assertThat(OrtLibrary.platform(system, machine)).isEqualTo(expected);
  }
}
