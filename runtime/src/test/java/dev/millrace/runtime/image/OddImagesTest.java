package dev.millrace.runtime.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.kernel.Clock;
import dev.millrace.runtime.json.JsonTree;
import dev.millrace.runtime.testing.Assets;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** Every odd and hostile file gives a picture or one of three problems, and nothing else. */
@EnabledIf("dev.millrace.runtime.testing.Assets#present")
class OddImagesTest {

  private static final Set<ErrorCode> ALLOWED =
      Set.of(ErrorCode.INVALID_ARGUMENT, ErrorCode.UNSUPPORTED, ErrorCode.TOO_LARGE);

  private final ImageDecoder decoder =
      new ImageDecoder(
          EnumSet.allOf(ImageFormat.class),
          new ImageLimits(8 << 20, 4_000_000, Duration.ofSeconds(5)),
          Clock.system());
  private final Map<String, Integer> outcomes = new TreeMap<>();

  private void feed(String name, byte[] file) {
    String sort;
    try {
      Picture picture = decoder.decode(file, "/input/image");
      assertThat(picture.rgb()).hasSize(3 * picture.width() * picture.height());
      Resampler.resize(picture, 32, 32, Resampler.Filter.BICUBIC, true);
      sort = "picture";
    } catch (ProblemException refused) {
      Problem problem = refused.problem();
      assertThat(problem.code()).as(name).isIn(ALLOWED);
      assertThat(problem.field()).isEqualTo("/input/image");
      assertThat(problem.message()).as(name).doesNotContain("Exception").contains("(expected: ");
      sort = problem.code().wireName();
    }
    outcomes.merge(sort, 1, Integer::sum);
  }

  @Test
  void the_files_of_other_projects_tests() throws IOException {
    for (String folder : List.of("images-odd/pillow", "images-odd/pngsuite")) {
      try (Stream<Path> files = Files.list(Assets.path(folder))) {
        for (Path file : files.sorted().toList()) {
          feed(file.toString(), Files.readAllBytes(file));
        }
      }
    }
    assertThat(outcomes.values().stream().mapToInt(n -> n).sum()).isGreaterThan(600);
    assertThat(outcomes.get("picture")).as("%s", outcomes).isGreaterThan(480);
  }

  @Test
  void the_fuzzers_corpus() throws IOException {
    try (ZipInputStream zip =
        new ZipInputStream(
            new ByteArrayInputStream(Assets.bytes("images-odd/gofuzz-image-corpus.zip")))) {
      for (ZipEntry entry; (entry = zip.getNextEntry()) != null; ) {
        if (!entry.isDirectory()) {
          feed(entry.getName(), zip.readAllBytes());
        }
      }
    }
    assertThat(outcomes.values().stream().mapToInt(n -> n).sum()).isGreaterThan(600);
    assertThat(outcomes.get("picture")).as("%s", outcomes).isGreaterThan(100);
  }

  /** Where the reference decoder reads a plain photo format, so does this one, at the same size. */
  @Test
  void most_of_what_the_reference_reads_is_read_at_the_same_size() throws IOException {
    Map<?, ?> manifest =
        (Map<?, ?>) JsonTree.read(Assets.bytes("images-odd/manifest_pillow13.json"), "manifest");
    int read = 0;
    int asked = 0;
    for (Map.Entry<?, ?> each : manifest.entrySet()) {
      Map<?, ?> expected = (Map<?, ?>) each.getValue();
      boolean plain =
          "ok".equals(expected.get("decode"))
              && Set.of("JPEG", "PNG", "WEBP", "GIF").contains(String.valueOf(expected.get("fmt")));
      if (!plain) {
        continue;
      }
      asked++;
      try {
        Picture picture =
            decoder.decode(Assets.bytes("images-odd/" + each.getKey()), "/input/image");
        long pixels = (Long) expected.get("w") * (Long) expected.get("h");
        read += picture.width() * (long) picture.height() == pixels ? 1 : 0;
      } catch (ProblemException refused) {
        assertThat(refused.problem().code()).isIn(ALLOWED);
      }
    }
    assertThat(asked).isGreaterThan(300);
    assertThat((double) read / asked).isGreaterThan(0.93);
  }
}
