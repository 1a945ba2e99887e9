package dev.millrace.control.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.millrace.control.yaml.Finding;
import dev.millrace.control.yaml.InvalidDocument;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever the bytes are, the answer is a configuration or findings, never another failure. */
class DamagedConfigTest {

  private static final String WHOLE =
      """
      # a node of ours
      node: {data: /var/lib/millrace, drain: 10s}
      http:
        host: 0.0.0.0
        port: 80
        origins: ["https://app.example.org", 'http://localhost:3000']
      limits: {json_body: 1MiB, max_deadline: 10m}
      log:
        tasks: memory
        segment_size: 128MiB
      pools:
        - {name: default, workers: 2, heap: 1GiB}
        - name: fast
          workers: 0
      deployments:
        - model: tale-1.1m
          version: "2"
          pool: fast
          isolation: in-process
          required: false
      """;
  private static final byte[] TROUBLE =
      "{}[]:,&*!|>'\"%@`#-?\n\t \\\0~e9\u001b".getBytes(StandardCharsets.UTF_8);

  private static void read(byte[] bytes, String seen) {
    try {
      ConfigReader.read(bytes, "f.yaml", Map.of());
    } catch (InvalidDocument e) {
      assertThat(e.findings()).as(seen).isNotEmpty();
      int lines = (int) new String(bytes, StandardCharsets.UTF_8).lines().count() + 1;
      for (Finding finding : e.findings()) {
        assertThat(finding.place().line()).as(seen).isBetween(0, lines);
        assertThat(finding.toString().codePoints().anyMatch(Character::isISOControl))
            .as("a finding is one line of plain text: %s", finding)
            .isFalse();
      }
    } catch (RuntimeException e) {
      fail(seen + ":\n" + new String(bytes, StandardCharsets.UTF_8), e);
    }
  }

  @Test
  void a_file_cut_anywhere_is_read_or_refused() {
    byte[] whole = WHOLE.getBytes(StandardCharsets.UTF_8);
    for (int length = 0; length <= whole.length; length++) {
      read(Arrays.copyOf(whole, length), "cut at " + length);
    }
  }

  @Test
  void a_file_with_bytes_changed_put_in_and_taken_out_is_read_or_refused() {
    byte[] whole = WHOLE.getBytes(StandardCharsets.UTF_8);
    for (int seed = 0; seed < 2_000; seed++) {
      Random random = new Random(seed);
      byte[] bytes = whole;
      for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
        bytes = edited(bytes, random);
      }
      read(bytes, "seed " + seed);
    }
  }

  private static byte[] edited(byte[] bytes, Random random) {
    int at = random.nextInt(bytes.length);
    byte other = random.nextInt(8) == 0 ? (byte) random.nextInt() : trouble(random);
    byte[] edited = Arrays.copyOf(bytes, bytes.length);
    switch (random.nextInt(3)) {
      case 0 -> edited[at] = other;
      case 1 -> {
        edited = new byte[bytes.length + 1];
        System.arraycopy(bytes, 0, edited, 0, at);
        edited[at] = other;
        System.arraycopy(bytes, at, edited, at + 1, bytes.length - at);
      }
      default -> {
        edited = new byte[bytes.length - 1];
        System.arraycopy(bytes, 0, edited, 0, at);
        System.arraycopy(bytes, at + 1, edited, at, bytes.length - at - 1);
      }
    }
    return edited;
  }

  private static byte trouble(Random random) {
    return TROUBLE[random.nextInt(TROUBLE.length)];
  }

  @Test
  void noise_is_refused() {
    for (int seed = 0; seed < 1_000; seed++) {
      Random random = new Random(seed);
      byte[] bytes = new byte[1 + random.nextInt(200)];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = random.nextBoolean() ? trouble(random) : (byte) ('a' + random.nextInt(26));
      }
      read(bytes, "noise " + seed);
    }
  }

  @Test
  void a_huge_file_is_refused_at_its_limit_and_not_read_whole(@TempDir Path temp)
      throws IOException {
    byte[] comment = new byte[1 << 20];
    Arrays.fill(comment, (byte) '#');
    Path file = Files.write(temp.resolve("f.yaml"), comment);
    assertThat(ConfigCheck.of(file).passed()).as("1 MiB of comment").isTrue();
    Files.write(file, new byte[] {'#'}, java.nio.file.StandardOpenOption.APPEND);
    assertThat(ConfigCheck.of(file).findings())
        .singleElement()
        .hasToString("f.yaml: more than 1048576 bytes (expected: <= 1048576)");
  }

  @Test
  void what_is_told_is_bounded_and_says_that_more_follows() {
    StringBuilder many = new StringBuilder();
    for (int i = 0; i < 500; i++) {
      many.append("unknown_").append(i).append(": 1\n");
    }
    try {
      ConfigReader.read(many.toString().getBytes(StandardCharsets.UTF_8), "f.yaml", Map.of());
      fail("500 unknown keys were taken");
    } catch (InvalidDocument e) {
      assertThat(e.findings()).hasSize(101);
      assertThat(e.findings().getLast().message()).contains("more findings follow");
    }
  }

  @Test
  void a_key_or_value_with_control_characters_cannot_forge_a_line_of_the_log() {
    String forged = "\"x\\n2026-01-01 ERROR forged\": 1\nhttp: {host: \"\\e[31mred\"}\n";
    try {
      ConfigReader.read(forged.getBytes(StandardCharsets.UTF_8), "f.yaml", Map.of());
      fail("taken");
    } catch (InvalidDocument e) {
      assertThat(e.getMessage().lines()).hasSize(2).allMatch(line -> line.startsWith("f.yaml:"));
      assertThat(e.getMessage()).doesNotContain("\u001b").contains("\\u001b[31mred");
    }
  }
}
