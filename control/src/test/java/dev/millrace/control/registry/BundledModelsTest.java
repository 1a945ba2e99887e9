package dev.millrace.control.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.control.manifest.Folder;
import dev.millrace.control.manifest.FolderScanner;
import dev.millrace.control.manifest.OnnxBytes;
import dev.millrace.control.manifest.Sha256;
import dev.millrace.control.yaml.Findings;
import dev.millrace.domain.model.ModelSpec.RuntimeKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The class path of the tests has a resource {@code bundled-extra.txt}. */
class BundledModelsTest {

  private static final String EXTRA = "an extra file of a bundled model\n";

  @TempDir Path temp;
  private Path models;
  private Path cache;

  @BeforeEach
  void bundle() throws IOException {
    models = Files.createDirectories(temp.resolve("models"));
    cache = temp.resolve("data/bundled");
    Folder.good(models.resolve("fraud"));
  }

  private static String digest(Path folder) throws IOException {
    return FolderScanner.scan(folder, new Findings()).digest();
  }

  private void index(String... lines) throws IOException {
    Files.writeString(models.resolve("BUNDLED.txt"), String.join("\n", lines) + "\n");
  }

  private String extraSha() {
    return Sha256.hex(EXTRA.getBytes());
  }

  private String assembledDigest() throws IOException {
    Path expected = temp.resolve("expected");
    Folder.good(expected).with("extra.txt", EXTRA);
    return digest(expected);
  }

  private ModelRegistry registry() throws IOException {
    return ModelRegistry.open(
        temp.resolve("data"), BundledModels.install(models, cache), Set.of(RuntimeKind.ONNX));
  }

  @Test
  void a_bundled_model_is_used_where_it_lies_and_approved_by_its_pinned_digest()
      throws IOException {
    String digest = digest(models.resolve("fraud"));
    index("# comment", "", "version fraud 1 " + digest);
    ModelRegistry registry = registry();
    assertThat(registry.bundledNames()).containsExactly("fraud");
    assertThat(registry.spec("fraud", null, null).digest()).isEqualTo(digest);
    assertThat(registry.mayRunInProcess(digest)).isTrue();
    assertThat(registry.list().getFirst().bundled()).isTrue();
    assertThat(registry.verify()).isEmpty();
    assertThat(cache.resolve("fraud").resolve(digest)).isDirectoryNotContaining("glob:**content");
  }

  @Test
  void a_bundled_model_that_is_not_as_pinned_never_loads() throws IOException {
    index("version fraud 1 " + digest(models.resolve("fraud")));
    Files.write(models.resolve("fraud/m.onnx"), OnnxBytes.simple(3));
    assertThatThrownBy(() -> registry().spec("fraud", null, null))
        .hasMessageContaining("as bundled");
    assertThat(registry().verify()).singleElement().asString().contains("fraud 1: digest ");
  }

  @Test
  void a_file_from_the_class_path_is_put_beside_the_others_once() throws IOException {
    index(
        "version fraud 1 " + assembledDigest(),
        "resource fraud extra.txt " + extraSha() + " /bundled-extra.txt");
    BundledModels first = BundledModels.install(models, cache);
    assertThat(first.problems()).isEmpty();
    Path extra = first.versions().getFirst().folder().resolve("extra.txt");
    assertThat(extra).hasContent(EXTRA);
    var written = Files.getLastModifiedTime(extra);
    BundledModels second = BundledModels.install(models, cache);
    assertThat(second).isEqualTo(first);
    assertThat(Files.getLastModifiedTime(extra)).isEqualTo(written);
    assertThat(registry().verify()).isEmpty();
    assertThat(registry().spec("fraud", null, null).digest()).isEqualTo(assembledDigest());
  }

  @Test
  void a_damaged_copy_is_put_together_again() throws IOException {
    index(
        "version fraud 1 " + assembledDigest(),
        "resource fraud extra.txt " + extraSha() + " /bundled-extra.txt");
    Path extra =
        BundledModels.install(models, cache).versions().getFirst().folder().resolve("extra.txt");
    Files.writeString(extra, "damaged");
    assertThat(BundledModels.install(models, cache).problems()).isEmpty();
    assertThat(extra).hasContent(EXTRA);
  }

  @Test
  void an_unreadable_listing_costs_only_time() throws IOException {
    String digest = digest(models.resolve("fraud"));
    index("version fraud 1 " + digest);
    BundledModels.install(models, cache);
    Path listing = cache.resolve("fraud").resolve(digest).resolve("listing");
    String written = Files.readString(listing);
    Files.writeString(listing, "nonsense");
    assertThat(BundledModels.install(models, cache).problems()).isEmpty();
    assertThat(listing).hasContent(written);
  }

  @Test
  void files_that_were_checked_out_again_are_still_as_pinned() throws IOException {
    index("version fraud 1 " + digest(models.resolve("fraud")));
    BundledModels.install(models, cache);
    Files.setLastModifiedTime(
        models.resolve("fraud/m.onnx"), java.nio.file.attribute.FileTime.fromMillis(1_000));
    assertThat(registry().spec("fraud", null, null).name()).isEqualTo("fraud");
    assertThat(registry().verify()).isEmpty();
  }

  @Test
  void what_cannot_be_put_together_is_told_and_the_rest_still_serves() throws IOException {
    Folder.good(models.resolve("other"));
    index(
        "version fraud 1 " + digest(models.resolve("fraud")),
        "version other 1 " + "0".repeat(64),
        "resource other extra.txt " + "1".repeat(64) + " /bundled-extra.txt",
        "version gone 1 " + "0".repeat(64),
        "version absent 1 " + "0".repeat(64),
        "resource absent extra.txt " + extraSha() + " /no-such-resource.bin");
    Folder.good(models.resolve("absent"));
    BundledModels bundled = BundledModels.install(models, cache);
    assertThat(bundled.versions()).hasSize(1);
    assertThat(bundled.problems())
        .anyMatch(p -> p.contains("other: /bundled-extra.txt with SHA-256 " + extraSha()))
        .anyMatch(p -> p.contains("gone: no folder"))
        .anyMatch(p -> p.contains("no resource /no-such-resource.bin"));
    try (var left = Files.list(cache.resolve("other"))) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void the_pinned_version_of_a_bundled_model_cannot_be_added_with_other_bytes() throws IOException {
    index("version fraud 1 " + digest(models.resolve("fraud")));
    Folder other = Folder.good(temp.resolve("mine")).with("m.onnx", OnnxBytes.simple(9));
    assertThatThrownBy(() -> registry().add("fraud", other.path(), null))
        .hasMessageContaining("1 was bundled with digest");
  }

  @Test
  void an_unreadable_line_of_the_index_is_named() throws IOException {
    index("version fraud 1 abc");
    assertThatThrownBy(() -> BundledModels.install(models, cache))
        .hasMessageContaining("BUNDLED.txt:1: an unreadable line");
    index("resource fraud ../x " + "0".repeat(64) + " /x");
    assertThatThrownBy(() -> BundledModels.install(models, cache))
        .hasMessageContaining("BUNDLED.txt:1");
  }

  @Test
  void without_an_index_nothing_is_bundled() throws IOException {
    assertThat(BundledModels.install(models, cache)).isEqualTo(BundledModels.NONE);
  }
}
