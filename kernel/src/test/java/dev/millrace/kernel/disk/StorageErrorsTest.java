package dev.millrace.kernel.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystemException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A full disk is refused politely, a broken one stops the node: the two must not be mistaken. */
class StorageErrorsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "No space left on device",
        "write: No space left on device",
        "Disk quota exceeded",
        "There is not enough space on the disk"
      })
  void a_full_disk_is_told_as_one_with_its_cause(String message) {
    IOException failure = new IOException(message);
    assertThat(StorageErrors.translated(failure))
        .isInstanceOf(StorageFullException.class)
        .hasMessage(message)
        .hasCause(failure);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Input/output error", "", "Read-only file system", "Too many open files"})
  void any_other_failure_stays_what_it_is(String message) {
    IOException failure = new IOException(message);
    assertThat(StorageErrors.translated(failure)).isSameAs(failure);
  }

  @Test
  void a_failure_without_a_message_and_one_that_names_a_file_are_told_apart_too() {
    IOException silent = new IOException();
    assertThat(StorageErrors.translated(silent)).isSameAs(silent);
    IOException named = new FileSystemException("/data/log", null, "No space left on device");
    assertThat(StorageErrors.translated(named)).isInstanceOf(StorageFullException.class);
  }

  @Test
  void what_succeeds_is_given_back_and_what_fails_is_translated() throws IOException {
    assertThat(StorageErrors.translate(() -> 5)).isEqualTo(5);
    assertThatThrownBy(
            () ->
                StorageErrors.translate(
                    () -> {
                      throw new IOException("No space left on device");
                    }))
        .isInstanceOf(StorageFullException.class);
    assertThatThrownBy(
            () ->
                StorageErrors.translate(
                    () -> {
                      throw new IllegalStateException("a defect");
                    }))
        .isInstanceOf(IllegalStateException.class);
  }
}
