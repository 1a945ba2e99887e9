package dev.millrace.control.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.control.manifest.FileFormat;
import dev.millrace.control.manifest.FolderContents;
import dev.millrace.control.manifest.FolderContents.Entry;
import dev.millrace.control.yaml.InvalidDocument;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The registry's own files: written whole or not at all, and never read as something else. */
class RegistryFilesTest {

  private static final String HEX = "0123456789abcdef".repeat(4);

  @TempDir Path temp;

  @Test
  void any_listing_reads_back_as_written() throws IOException {
    Path file = temp.resolve("listing");
    for (int seed = 0; seed < 50; seed++) {
      Random random = new Random(seed);
      List<Entry> entries = new ArrayList<>();
      for (int count = random.nextInt(6); count > 0; count--) {
        entries.add(
            new Entry(
                "f" + count + ".txt",
                random.nextLong(1L << 36),
                HEX,
                random.nextInt(4) == 0 ? -random.nextLong(1L << 40) : random.nextLong(1L << 62),
                FileFormat.values()[random.nextInt(FileFormat.values().length)]));
      }
      FolderContents contents = new FolderContents(entries);
      Files.writeString(file, Listing.write(contents));
      assertThat(Listing.read(file)).isEqualTo(contents);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "HEX 1 2 TEXT",
        "HEX 1 2 TEXT a b",
        "HEX -1 2 TEXT a",
        "HEX 1 x TEXT a",
        "HEX 1 2 EXE a",
        "hex 1 2 TEXT a",
        " HEX 1 2 TEXT a",
        "HEX 1 99999999999999999999 TEXT a",
        "HEX 1 9999999999999999999 TEXT a",
        "HEX 9999999999999999999 1 TEXT a"
      })
  void a_line_of_a_listing_that_is_not_as_written_is_refused_with_its_number(String line)
      throws IOException {
    String good = HEX + " 1 2 TEXT good\n";
    Path file = temp.resolve("listing");
    Files.writeString(file, good + line.replace("HEX", HEX) + "\n");
    assertThatThrownBy(() -> Listing.read(file))
        .isInstanceOf(InvalidDocument.class)
        .hasMessageStartingWith("listing:2: an unreadable line (expected: SHA-256, size, time,");
    assertThat(Listing.readIfWhole(file).files())
        .as("of such a listing nothing is known")
        .isEmpty();
  }

  @Test
  void a_listing_of_bytes_that_are_no_text_is_refused_like_any_other() throws IOException {
    Path file = Files.write(temp.resolve("listing"), new byte[] {(byte) 0xff, (byte) 0xfe, '\n'});
    assertThatThrownBy(() -> Listing.read(file)).isInstanceOf(InvalidDocument.class);
    assertThat(Listing.readIfWhole(file).files()).isEmpty();
  }

  @Test
  void a_listing_cut_anywhere_is_refused_or_shorter_and_never_wrong() throws IOException {
    FolderContents whole =
        new FolderContents(
            List.of(
                new Entry("a.txt", 11, HEX, 7, FileFormat.TEXT),
                new Entry("b.onnx", 12, HEX, 8, FileFormat.ONNX)));
    String text = Listing.write(whole);
    Path file = temp.resolve("listing");
    for (int length = 0; length < text.length() - 1; length++) {
      Files.writeString(file, text.substring(0, length));
      FolderContents left = Listing.readIfWhole(file);
      assertThat(left.digest()).as("cut at " + length).isNotEqualTo(whole.digest());
    }
  }

  @Test
  void an_approval_that_is_taken_back_leaves_the_others() throws IOException {
    Path file = temp.resolve("approved");
    Approvals approvals = new Approvals(file);
    approvals.remove(HEX);
    assertThat(file).as("nothing to take back, nothing written").doesNotExist();

    approvals.add(HEX);
    approvals.add("f".repeat(64));
    approvals.remove(HEX);
    assertThat(approvals.contains(HEX)).isFalse();
    assertThat(approvals.contains("f".repeat(64))).isTrue();
    approvals.remove("f".repeat(64));
    assertThat(file).isEmptyFile();
    assertThat(new Approvals(file).contains(HEX)).isFalse();
  }

  @Test
  void an_approval_is_kept_once_sorted_and_survives_others() throws IOException {
    Path file = temp.resolve("approved");
    Approvals approvals = new Approvals(file);
    assertThat(approvals.contains(HEX)).isFalse();
    assertThat(file).doesNotExist();
    String other = "f".repeat(64);
    approvals.add(other);
    approvals.add(HEX);
    approvals.add(other);
    assertThat(Files.readString(file)).isEqualTo(HEX + "\n" + other + "\n");
    assertThat(new Approvals(file).contains(HEX)).isTrue();
    assertThat(approvals.contains(HEX.substring(1))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "", "0123456789ABCDEF", " "})
  void a_damaged_list_of_approvals_approves_nothing_and_is_not_written_over(String line)
      throws IOException {
    Path file = temp.resolve("approved");
    Files.writeString(file, HEX + "\n" + line + "\n");
    Approvals approvals = new Approvals(file);
    assertThatThrownBy(() -> approvals.contains(HEX))
        .isInstanceOf(IOException.class)
        .hasMessage("approved: an unreadable line (expected: 64 hex digits)");
    assertThatThrownBy(() -> approvals.add("f".repeat(64))).isInstanceOf(IOException.class);
    assertThat(Files.readString(file)).isEqualTo(HEX + "\n" + line + "\n");
  }

  @Test
  void a_write_that_was_cut_leaves_the_old_file_and_the_next_one_succeeds() throws IOException {
    Path file = Files.writeString(temp.resolve("approved"), HEX + "\n");
    Files.writeString(temp.resolve("approved.new"), "half of a li");
    Approvals approvals = new Approvals(file);
    assertThat(approvals.contains(HEX)).isTrue();
    approvals.add("f".repeat(64));
    assertThat(approvals.contains("f".repeat(64))).isTrue();
    assertThat(temp.resolve("approved.new")).doesNotExist();
  }

  @Test
  void a_copy_whose_source_fails_is_told_and_nothing_is_written_over() throws IOException {
    Path target = temp.resolve("copy");
    InputStream failing =
        new InputStream() {
          private int given;

          @Override
          public int read() throws IOException {
            if (given++ > 100_000) {
              throw new IOException("the disk is gone");
            }
            return 'x';
          }
        };
    assertThatThrownBy(() -> Durably.copy(failing, target)).hasMessage("the disk is gone");
    Path kept = Files.writeString(temp.resolve("kept"), "kept");
    byte[] bytes = "other".getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> Durably.copy(new ByteArrayInputStream(bytes), kept))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(kept).hasContent("kept");
  }

  @Test
  void deleting_a_tree_deletes_links_and_never_what_they_lead_to() throws IOException {
    Path outside = Files.createDirectories(temp.resolve("outside"));
    Files.writeString(outside.resolve("precious"), "x");
    Path tree = Files.createDirectories(temp.resolve("tree/a/b"));
    Files.writeString(tree.resolve("f"), "x");
    Files.createSymbolicLink(tree.resolve("link"), outside);
    Files.createSymbolicLink(temp.resolve("tree/dangling"), temp.resolve("nowhere"));
    Durably.deleteTree(temp.resolve("tree"));
    assertThat(temp.resolve("tree")).doesNotExist();
    assertThat(outside.resolve("precious")).exists();
    Path link = Files.createSymbolicLink(temp.resolve("link"), outside);
    Durably.deleteTree(link);
    assertThat(outside.resolve("precious")).exists();
    Durably.deleteTree(temp.resolve("nothing"));
  }

  @Test
  void a_version_is_published_whole_and_never_over_another() throws IOException {
    Path temporary = Files.createDirectories(temp.resolve("in/content")).getParent();
    Files.writeString(temporary.resolve("content/f"), "new");
    Path target = temp.resolve("models/m/1");
    Durably.publish(temporary, target);
    assertThat(target.resolve("content/f")).hasContent("new");
    assertThat(temporary).doesNotExist();
    Path second = Files.createDirectories(temp.resolve("in2/content")).getParent();
    Files.writeString(second.resolve("content/f"), "other");
    assertThatThrownBy(() -> Durably.publish(second, target)).isInstanceOf(IOException.class);
    assertThat(target.resolve("content/f")).hasContent("new");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "version m 1",
        "version m 1 abc",
        "version ../m 1 HEX",
        "version m ../1 HEX",
        "version sim 1 HEX",
        "resource m ../f HEX /f",
        "resource m a/f HEX /f",
        "resource m f HEX",
        "model m 1 HEX",
        "version m 1 HEX more"
      })
  void a_line_of_the_index_that_is_not_understood_is_refused_with_its_number(String line)
      throws IOException {
    Files.writeString(
        temp.resolve(BundledIndex.FILE), "# a comment\n\n" + line.replace("HEX", HEX) + "\n");
    assertThatThrownBy(() -> BundledIndex.read(temp))
        .isInstanceOf(InvalidDocument.class)
        .hasMessageStartingWith("BUNDLED.txt:3: an unreadable line (expected: version NAME");
  }

  @Test
  void no_index_bundles_nothing() throws IOException {
    assertThat(BundledIndex.read(temp).versions()).isEmpty();
  }
}
