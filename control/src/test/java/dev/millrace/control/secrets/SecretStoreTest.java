package dev.millrace.control.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretStoreTest {

  private static final String VALUE = "sk-the-key-of-a-server";

  @TempDir private Path data;
  private Path folder;
  private SecretStore store;

  @BeforeEach
  void open() {
    folder = data.resolve("secrets");
    store = new SecretStore(folder, new SecureRandom());
  }

  @Test
  void a_secret_is_found_again_by_a_later_life_of_the_node() throws IOException {
    store.set("vllm", VALUE);
    assertThat(new SecretStore(folder, new SecureRandom()).get("vllm")).isEqualTo(VALUE);
    assertThat(store.names()).containsExactly("vllm");
  }

  @Test
  void no_file_holds_the_value_and_only_the_owner_may_read_them() throws IOException {
    store.set("vllm", VALUE);
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
            .doesNotContain(VALUE);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
            .isEqualTo("rw-------");
      }
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwx------");
  }

  @Test
  void the_same_value_is_sealed_differently_each_time() throws IOException {
    store.set("one", VALUE);
    byte[] first = Files.readAllBytes(folder.resolve("one.sealed"));
    store.set("one", VALUE);
    assertThat(Files.readAllBytes(folder.resolve("one.sealed"))).isNotEqualTo(first);
  }

  @Test
  void a_file_that_was_flipped_anywhere_is_refused() throws IOException {
    store.set("one", VALUE);
    Path file = folder.resolve("one.sealed");
    byte[] good = Files.readAllBytes(file);
    for (int at = 0; at < good.length; at++) {
      byte[] bad = good.clone();
      bad[at] ^= 0x10;
      Files.write(file, bad);
      assertThatThrownBy(() -> store.get("one")).isInstanceOf(IOException.class);
    }
  }

  @Test
  void one_secrets_file_cannot_stand_for_another() throws IOException {
    store.set("one", VALUE);
    store.set("two", "sk-other");
    Files.copy(
        folder.resolve("one.sealed"),
        folder.resolve("two.sealed"),
        StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(() -> store.get("two")).hasMessageContaining("two: damaged");
  }

  @Test
  void a_key_file_that_others_may_read_is_refused() throws IOException {
    store.set("one", VALUE);
    Files.setPosixFilePermissions(
        folder.resolve("node.key"), PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> store.get("one")).hasMessageContaining("expected: rw-------");
  }

  @Test
  void another_nodes_key_opens_nothing() throws IOException {
    store.set("one", VALUE);
    Files.write(folder.resolve("node.key"), new byte[32]);
    assertThatThrownBy(() -> store.get("one")).hasMessageContaining("another node's key");
    Files.write(folder.resolve("node.key"), new byte[31]);
    assertThatThrownBy(() -> store.get("one")).hasMessageContaining("31 bytes");
  }

  @Test
  void what_is_not_there_is_nothing_and_what_was_removed_is_gone() throws IOException {
    assertThat(store.get("absent")).isNull();
    assertThat(store.names()).isEmpty();
    store.set("one", VALUE);
    assertThat(store.remove("one")).isTrue();
    assertThat(store.remove("one")).isFalse();
    assertThat(store.get("one")).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "../x", "A", "a/b", "a.b", "-a"})
  void a_name_that_is_no_name_is_refused(String name) {
    assertThatThrownBy(() -> store.set(name, VALUE)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.get(name)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "two words", "line\nbreak", "ümlaut"})
  void a_value_that_no_header_could_carry_is_refused_and_not_shown(String value) {
    assertThatThrownBy(() -> store.set("one", value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("two words")
        .hasMessageNotContaining("break");
  }
}
