package dev.millrace.runtime.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.runtime.fetch.PackageFetcher.Downloader;
import dev.millrace.runtime.fetch.PinnedPackage.Client;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackageFetcherTest {

  /** Of the bytes of "archive". */
  private static final String DIGEST =
      "5e7cf6a8b0a6e3ca0ce9f6a6f7ad53c5bd1ef1d4fbb7bbf3d34e6f7cc1d9b3d1";

  @TempDir private Path folder;
  private final List<String> lines = new ArrayList<>();
  private int downloads;

  private Path fetch(String sha256, Downloader downloader) throws Exception {
    return new PackageFetcher(
            lines::add,
            (pinned, into, work, bytes) -> {
              downloads++;
              downloader.download(pinned, into, work, bytes);
            })
        .fetch(
            new PinnedPackage("a thing", Client.NPM, "thing@1", 7, sha256),
            folder.resolve("thing"),
            (archive, into) -> Files.copy(archive, into.resolve("file")));
  }

  private static void archive(Path into) throws IOException {
    Files.writeString(into.resolve("thing-1.tgz"), "archive");
  }

  private String digest() throws IOException {
    Path sample = folder.resolve("sample");
    Files.writeString(sample, "archive");
    String digest = PackageFetcher.sha256(sample);
    Files.delete(sample);
    return digest;
  }

  @Test
  void the_pinned_package_appears_whole_and_is_fetched_once() throws Exception {
    String digest = digest();
    Path there = fetch(digest, (pinned, into, work, bytes) -> archive(into));
    assertThat(there.resolve("file")).hasContent("archive");
    fetch(digest, (pinned, into, work, bytes) -> archive(into));
    assertThat(downloads).isEqualTo(1);
    assertOnly("thing");
  }

  @Test
  void other_bytes_are_refused_and_leave_nothing() throws Exception {
    assertThatThrownBy(() -> fetch(DIGEST, (pinned, into, work, bytes) -> archive(into)))
        .isInstanceOf(FetchFailed.class)
        .hasMessageContaining("thing@1: 7 bytes, sha256")
        .hasMessageContaining("expected: 7 bytes, sha256 " + DIGEST);
    assertOnly();
  }

  @Test
  void a_failed_download_is_one_line_and_leaves_nothing() throws Exception {
    assertThatThrownBy(
            () ->
                fetch(
                    DIGEST,
                    (pinned, into, work, bytes) -> {
                      throw new FetchFailed("npm ended with 1: no such package");
                    }))
        .hasMessage("npm ended with 1: no such package");
    assertOnly();
  }

  @Test
  void no_archive_or_several_are_refused() {
    assertThatThrownBy(() -> fetch(DIGEST, (pinned, into, work, bytes) -> {}))
        .hasMessageContaining("0 files came");
  }

  @Test
  void a_long_fetch_says_how_far_it_is() throws Exception {
    fetch(
        digest(),
        (pinned, into, work, bytes) -> {
          bytes.accept(3);
          archive(into);
        });
    assertThat(lines).containsExactly("a thing: 0 of 0 MiB");
  }

  @Test
  void what_a_client_says_at_its_end_is_passed_on() {
    assertThatThrownBy(
            () ->
                ClientProcess.run(
                    List.of(List.of("sh", "-c", "echo; echo '404 not there'; exit 3")),
                    folder,
                    60,
                    bytes -> {}))
        .hasMessage("sh ended with 3: 404 not there");
  }

  @Test
  void the_next_client_is_tried_where_one_is_not_there() throws Exception {
    ClientProcess.run(
        List.of(
            List.of("no-such-program-here"),
            List.of("sh", "-c", "echo No module named pip; exit 1"),
            List.of("sh", "-c", "echo done > came")),
        folder,
        60,
        bytes -> {});
    assertThat(folder.resolve("came")).exists();
    assertThatThrownBy(
            () ->
                ClientProcess.run(
                    List.of(List.of("no-such-program-here")), folder, 60, bytes -> {}))
        .hasMessageContaining("expected: no-such-program-here");
  }

  @Test
  void a_client_never_sees_our_keys() throws Exception {
    ClientProcess.run(List.of(List.of("sh", "-c", "env > seen")), folder, 60, bytes -> {});
    assertThat(Files.readString(folder.resolve("seen"))).doesNotContain("MILLRACE_");
  }

  private void assertOnly(String... names) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString())).containsExactly(names);
    }
  }
}
