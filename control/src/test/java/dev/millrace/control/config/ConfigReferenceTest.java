package dev.millrace.control.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.control.yaml.Place;
import dev.millrace.control.yaml.YamlNode.Scalar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ConfigReferenceTest {

  private static final Path DOCS = Path.of(System.getProperty("millrace.home"), "docs");

  @BeforeAll
  static void write() throws IOException {
    if (Boolean.getBoolean("millrace.write")) {
      ConfigReference.write(DOCS);
    }
  }

  @Test
  void the_document_is_what_the_keys_say() throws IOException {
    assertThat(Files.readString(DOCS.resolve(ConfigReference.DOCUMENT)))
        .as("made with -Dmillrace.write=true")
        .isEqualTo(ConfigReference.markdown());
  }

  @Test
  void the_schema_is_what_the_keys_say() throws IOException {
    assertThat(Files.readString(DOCS.resolve(ConfigReference.SCHEMA)))
        .as("made with -Dmillrace.write=true")
        .isEqualTo(ConfigReference.schema());
  }

  @Test
  void every_key_is_in_both() {
    for (Section section : NodeConfig.SECTIONS) {
      assertThat(ConfigReference.markdown()).contains("## `" + section.name() + "`");
      for (Key<?> key : section.keys()) {
        assertThat(ConfigReference.markdown()).contains("." + key.name() + "`");
        assertThat(ConfigReference.schema()).contains("\"" + key.name() + "\": {");
      }
    }
  }

  @Test
  void every_default_is_within_its_own_bounds_and_every_name_is_plain() {
    Set<String> paths = new HashSet<>();
    for (Section section : NodeConfig.SECTIONS) {
      for (Key<?> key : section.keys()) {
        assertThat(key.name()).matches("[a-z][a-z_]*");
        assertThat(key.help()).isNotEmpty().endsWith(".").hasSizeLessThan(120);
        assertThat(paths.add(section.name() + "." + key.name())).isTrue();
        assertDefaultParses(key);
      }
    }
  }

  private static <T> void assertDefaultParses(Key<T> key) {
    T absent = key.absent();
    if (absent != null && !absent.equals("") && !(absent instanceof java.util.List)) {
      Scalar written = new Scalar(Place.of("default"), key.type().show(absent), true);
      assertThat(key.type().parse(written)).as(key.name()).isEqualTo(absent);
    }
  }
}
