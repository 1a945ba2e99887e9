package dev.millrace.kernel.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalDiskTest {

  private final Disk disk = Disk.local();
  @TempDir Path directory;

  private Path file(String name) {
    return directory.resolve(name);
  }

  @Test
  void bytes_are_written_and_read_at_positions() throws IOException {
    try (DiskFile file = disk.create(file("a"))) {
      file.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 5);
      file.force();
      ByteBuffer in = ByteBuffer.allocate(10);
      assertThat(file.read(in, 4)).isEqualTo(4);
      assertThat(in.flip().array()).startsWith(0, 1, 2, 3);
      assertThat(file.read(ByteBuffer.allocate(1), 8)).isZero();
    }
    try (DiskFile file = disk.openToRead(file("a"))) {
      assertThat(file.size()).isEqualTo(8);
    }
  }

  @Test
  void the_run_of_the_machine_has_one_name_as_long_as_it_runs() {
    assertThat(disk.machineRun()).matches("[!-~]{1,64}").isEqualTo(Disk.local().machineRun());
  }

  @Test
  void a_file_grows_by_zeros_and_is_cut() throws IOException {
    try (DiskFile file = disk.create(file("a"))) {
      file.write(ByteBuffer.wrap(new byte[] {9}), 0);
      file.preallocate(3_000_000);
      assertThat(file.size()).isEqualTo(3_000_000);
      file.preallocate(10);
      assertThat(file.size()).isEqualTo(3_000_000);
      file.truncate(1);
      assertThat(file.size()).isEqualTo(1);
    }
  }

  @Test
  void names_are_listed_in_order_renamed_and_deleted() throws IOException {
    disk.create(file("b")).close();
    disk.create(file("a")).close();
    disk.rename(file("b"), file("c"));
    disk.syncDirectory(directory);

    assertThat(disk.list(directory)).containsExactly("a", "c");
    disk.rename(file("a"), file("c"));
    disk.delete(file("c"));
    disk.delete(file("c"));
    assertThat(disk.list(directory)).isEmpty();
    assertThat(disk.exists(file("c"))).isFalse();
  }

  @Test
  void creating_and_opening_say_what_is_wrong() throws IOException {
    disk.create(file("a")).close();
    assertThatThrownBy(() -> disk.create(file("a"))).isInstanceOf(FileAlreadyExistsException.class);
    assertThatThrownBy(() -> disk.open(file("b"))).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> disk.freeBytes(file("b"))).isInstanceOf(NoSuchFileException.class);
    assertThat(disk.freeBytes(directory)).isPositive();
  }

  @Test
  void directories_are_created_with_all_above_them() throws IOException {
    Path deep = directory.resolve("x/y/z");
    disk.createDirectories(deep);
    disk.createDirectories(deep);
    disk.create(deep.resolve("a")).close();
    assertThat(disk.list(deep)).containsExactly("a");
  }

  @Test
  void a_lock_is_exclusive_also_within_the_process_until_closed() throws IOException {
    DiskLock lock = disk.lock(file("lock"));
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> disk.lock(file("lock")))
          .isInstanceOf(DiskLockedException.class)
          .hasMessageContaining("expected: one process a directory");
    }
    lock.close();
    disk.lock(file("lock")).close();
  }

  @Test
  void another_process_cannot_take_the_lock() throws Exception {
    DiskLock lock = disk.lock(file("lock"));
    // A refused try of ours must not have dropped the lock that this process holds.
    assertThatThrownBy(() -> disk.lock(file("lock"))).isInstanceOf(DiskLockedException.class);

    assertThat(lockInAnotherProcess()).isEqualTo(1);
    lock.close();
    assertThat(lockInAnotherProcess()).isZero();
  }

  private int lockInAnotherProcess() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Locker.class.getName(),
                file("lock").toString())
            .redirectErrorStream(true)
            .start();
    process.getInputStream().readAllBytes();
    return process.waitFor();
  }

  /** Ends with 0 when it got the lock, with 1 when not. */
  static final class Locker {
    public static void main(String[] arguments) throws IOException {
      try (DiskLock lock = Disk.local().lock(Path.of(arguments[0]))) {
        System.exit(lock == null ? 2 : 0);
      } catch (DiskLockedException locked) {
        System.exit(1);
      }
    }
  }

  @Test
  void a_full_disk_is_told_from_a_broken_one() {
    assertThat(StorageErrors.translated(new IOException("No space left on device")))
        .isInstanceOf(StorageFullException.class);
    assertThat(StorageErrors.translated(new IOException("Disk quota exceeded")))
        .isInstanceOf(StorageFullException.class);
    IOException broken = new IOException("Input/output error");
    assertThat(StorageErrors.translated(broken)).isSameAs(broken);
    IOException silent = new IOException((String) null);
    assertThat(StorageErrors.translated(silent)).isSameAs(silent);
  }
}
