package dev.millrace.control.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.millrace.control.yaml.Findings;
import dev.millrace.control.yaml.InvalidDocument;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder from a stranger: damaged anywhere, it is read or refused, and nothing else happens. */
class DamagedManifestTest {

  private static final String WHOLE =
      """
      name: lite0
      version: "1.2"
      kind: classify
      runtime: onnx
      files: {labels: names.txt}
      variants: {int8: {model: m.onnx}, fp32: {model: m.onnx}}
      variant: fp32
      input: {image: {type: image, formats: [jpeg, png], shape: [3, -1]}, x: "float32[3, ?]"}
      steps:
        - decode-image: {orient: exif, mode: rgb}
        - softmax
        - top: {k: 5, labels: labels}
      output: {classes: {type: "list of {label, score}"}}
      defaults: {deadline_ms: 2000, class: critical, batch: {max: 16}}
      sample: {input: {a: [1, 2.5]}, expect: {b: "x"}, tolerance: 0.07}
      licence: Apache-2.0
      """;
  private static final byte[] TROUBLE =
      "{}[]:,&*!|>'\"%@`#-?\n\t \\0~e9.".getBytes(StandardCharsets.UTF_8);

  @TempDir Path temp;

  private static void read(Path folder, String seen) throws IOException {
    try {
      ManifestReader.read(folder);
    } catch (InvalidDocument e) {
      assertThat(e.findings()).as(seen).isNotEmpty().doesNotHaveDuplicates();
    } catch (RuntimeException e) {
      fail(seen, e);
    }
  }

  @Test
  void a_manifest_changed_anywhere_is_read_or_refused_and_nothing_is_told_twice()
      throws IOException {
    Folder folder = Folder.good(temp.resolve("m")).with("names.txt", "cat\n").manifest(WHOLE);
    ManifestReader.read(folder.path());
    byte[] whole = WHOLE.getBytes(StandardCharsets.UTF_8);
    for (int seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      byte[] bytes = whole.clone();
      for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
        bytes[random.nextInt(bytes.length)] = TROUBLE[random.nextInt(TROUBLE.length)];
      }
      Files.write(folder.path().resolve("model.yaml"), bytes);
      read(folder.path(), "seed " + seed + ":\n" + new String(bytes, StandardCharsets.UTF_8));
    }
  }

  @Test
  void a_value_of_another_sort_in_any_place_is_refused_and_told_once() throws IOException {
    Folder folder = Folder.good(temp.resolve("m")).with("names.txt", "cat\n");
    for (String key : WHOLE.lines().filter(line -> !line.startsWith(" ")).toList()) {
      String name = key.substring(0, key.indexOf(':'));
      for (String other : new String[] {"[[1], {a: 1}]", "{a: {b: [1]}}", "true", "''", "-1"}) {
        folder.manifest(
            WHOLE
                .replace(key, name + ": " + other)
                .replaceAll("(?m)^" + name + ": .*\n( .*\n)*", name + ": " + other + "\n"));
        read(folder.path(), name + ": " + other);
      }
    }
  }

  @Test
  void a_model_with_any_byte_changed_is_read_or_refused() throws IOException {
    byte[] whole = OnnxBytes.simple();
    Path file = temp.resolve("m.onnx");
    for (int at = 0; at < whole.length; at++) {
      for (int change : new int[] {0x01, 0x80, 0xff}) {
        byte[] bytes = whole.clone();
        bytes[at] ^= (byte) change;
        detect(file, bytes, at + " ^ " + change);
      }
    }
    for (int seed = 0; seed < 500; seed++) {
      byte[] noise = new byte[new Random(seed).nextInt(300)];
      new Random(seed).nextBytes(noise);
      detect(file, noise, "noise " + seed);
    }
  }

  private static void detect(Path file, byte[] bytes, String seen) throws IOException {
    Files.write(file, bytes);
    try {
      FileFormat.Detected detected = FileFormat.detect(file, bytes.length);
      assertThat(detected.format() != null || !detected.reason().isBlank()).as(seen).isTrue();
    } catch (RuntimeException e) {
      fail(seen, e);
    }
  }

  @Test
  void a_digest_changes_with_every_single_bit_and_every_cut() throws IOException {
    Path folder = Files.createDirectories(temp.resolve("d"));
    byte[] whole = "some words that are a file".getBytes(StandardCharsets.UTF_8);
    Path file = Files.write(folder.resolve("a.txt"), whole);
    Files.writeString(folder.resolve("b.txt"), "beside it");
    java.util.Set<String> digests = new java.util.HashSet<>();
    digests.add(digest(folder));
    for (int bit = 0; bit < whole.length * 7; bit++) {
      byte[] flipped = whole.clone();
      flipped[bit / 7] ^= (byte) (1 << bit % 7);
      Files.write(file, flipped);
      if (FileFormat.detect(file, flipped.length).format() != null) {
        assertThat(digests.add(digest(folder))).as("bit " + bit).isTrue();
      }
    }
    for (int length = 1; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThat(digests.add(digest(folder))).as("cut at " + length).isTrue();
    }
  }

  private static String digest(Path folder) throws IOException {
    return FolderScanner.scan(folder, new Findings()).digest();
  }

  @Test
  void two_folders_whose_lines_could_run_together_have_two_digests() throws IOException {
    Path one = Files.createDirectories(temp.resolve("one"));
    Path two = Files.createDirectories(temp.resolve("two/a"));
    Files.writeString(one.resolve("ab"), "x");
    Files.writeString(two.resolve("b"), "x");
    assertThat(digest(one)).isNotEqualTo(digest(two.getParent()));
    Path moved = Files.createDirectories(temp.resolve("moved"));
    Files.writeString(moved.resolve("Ab"), "x");
    assertThat(digest(moved)).isNotEqualTo(digest(one));
  }
}
