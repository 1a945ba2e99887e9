package dev.millrace.kernel.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.kernel.disk.DiskFile;
import dev.millrace.kernel.disk.DiskLockedException;
import dev.millrace.kernel.disk.StorageFullException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SimulatedDiskTest {

  private static final Path DIRECTORY = Path.of("/data");
  private static final Path FILE = DIRECTORY.resolve("file");

  private final SimulatedDisk disk = new SimulatedDisk();
  private DiskFile file;

  @BeforeEach
  void a_file_whose_name_is_synced() throws IOException {
    disk.createDirectories(DIRECTORY);
    file = disk.create(FILE);
    disk.syncDirectory(DIRECTORY);
  }

  @Test
  void a_loss_of_power_begins_another_run_of_the_machine_and_a_kill_does_not() {
    String run = disk.machineRun();
    disk.killProcess();
    assertThat(disk.machineRun()).isEqualTo(run);
    disk.crash();
    String second = disk.machineRun();
    assertThat(second).isNotEqualTo(run);
    disk.crashKeeping(7);
    disk.killProcess();
    assertThat(disk.machineRun()).isNotEqualTo(second).isNotEqualTo(run);
  }

  private static ByteBuffer bytes(int... values) {
    ByteBuffer buffer = ByteBuffer.allocate(values.length);
    for (int value : values) {
      buffer.put((byte) value);
    }
    return buffer.flip();
  }

  @Test
  void a_crash_loses_what_was_not_forced() throws IOException {
    file.write(bytes(1, 2), 0);
    file.force();
    file.write(bytes(3, 4), 1);
    assertThat(disk.bytes(FILE)).containsExactly(1, 3, 4);

    disk.crash();

    assertThat(disk.bytes(FILE)).containsExactly(1, 2);
  }

  @Test
  void a_crash_loses_names_whose_directory_was_not_synced() throws IOException {
    DiskFile other = disk.create(DIRECTORY.resolve("other"));
    other.write(bytes(1), 0);
    other.force();
    disk.rename(FILE, DIRECTORY.resolve("renamed"));
    disk.crash();
    assertThat(disk.list(DIRECTORY)).containsExactly("file");

    disk.delete(FILE);
    disk.crash();
    assertThat(disk.list(DIRECTORY)).containsExactly("file");

    disk.delete(FILE);
    disk.syncDirectory(DIRECTORY);
    disk.crash();
    assertThat(disk.list(DIRECTORY)).isEmpty();
  }

  @Test
  void a_write_is_torn_at_the_chosen_byte() throws IOException {
    file.write(bytes(1, 2), 0);
    file.write(bytes(3, 4), 2);
    disk.crashKeeping(3);
    assertThat(disk.bytes(FILE)).containsExactly(1, 2, 3);
  }

  @Test
  void lengths_are_lost_too() throws IOException {
    file.preallocate(4);
    file.force();
    file.truncate(1);
    disk.crash();
    assertThat(disk.bytes(FILE)).hasSize(4);
  }

  @Test
  void a_failed_sync_forgets_the_bytes_and_the_next_one_does_not_store_them() throws IOException {
    file.write(bytes(1), 0);
    disk.onSync(
        (path, count) -> {
          throw new IOException("simulated");
        });
    assertThatThrownBy(file::force).hasMessage("simulated");
    disk.onSync((path, count) -> {});
    file.force();
    assertThat(disk.bytes(FILE)).containsExactly(1);

    disk.crash();

    assertThat(disk.bytes(FILE)).isEmpty();
  }

  @Test
  void a_flipped_bit_stays_flipped() throws IOException {
    file.write(bytes(0), 0);
    file.force();
    disk.flipBit(FILE, 0, 7);
    disk.crash();
    assertThat(disk.bytes(FILE)).containsExactly(0x80);
  }

  @Test
  void it_runs_full_and_has_room_again() throws IOException {
    disk.setCapacity(3);
    assertThatThrownBy(() -> file.write(bytes(1, 2, 3, 4), 0))
        .isInstanceOf(StorageFullException.class);
    assertThat(disk.freeBytes(DIRECTORY)).isZero();
    file.write(bytes(9), 2);
    assertThat(disk.bytes(FILE)).containsExactly(1, 2, 9);
    assertThatThrownBy(() -> file.preallocate(4)).isInstanceOf(StorageFullException.class);
    disk.setCapacity(4);
    file.preallocate(4);
  }

  @Test
  void syncs_are_counted() throws IOException {
    int before = disk.syncs();
    file.force();
    disk.syncDirectory(DIRECTORY);
    assertThat(disk.syncs() - before).isEqualTo(2);
  }

  @Test
  void a_killed_process_loses_no_bytes_but_its_files_and_locks() throws IOException {
    disk.lock(DIRECTORY.resolve("lock"));
    assertThatThrownBy(() -> disk.lock(DIRECTORY.resolve("lock")))
        .isInstanceOf(DiskLockedException.class);
    file.write(bytes(1), 0);

    disk.killProcess();

    assertThat(disk.bytes(FILE)).containsExactly(1);
    assertThatThrownBy(() -> file.write(bytes(1), 0)).hasMessageContaining("gone");
    disk.lock(DIRECTORY.resolve("lock")).close();
  }

  @Test
  void the_same_seed_crashes_alike() throws IOException {
    for (int i = 0; i < 20; i++) {
      file.write(bytes(i, i, i), i * 3L);
    }
    SimulatedDisk other = new SimulatedDisk();
    other.createDirectories(DIRECTORY);
    DiskFile twin = other.create(FILE);
    other.syncDirectory(DIRECTORY);
    for (int i = 0; i < 20; i++) {
      twin.write(bytes(i, i, i), i * 3L);
    }

    disk.crash(new Random(5));
    other.crash(new Random(5));

    assertThat(disk.bytes(FILE)).isEqualTo(other.bytes(FILE)).isNotEmpty();
  }

  @Test
  void a_copy_is_another_disk() throws IOException {
    file.write(bytes(1), 0);
    SimulatedDisk copy = disk.copy();
    file.write(bytes(2), 0);
    assertThat(copy.bytes(FILE)).containsExactly(1);
    assertThat(copy.list(DIRECTORY)).containsExactly("file");
    assertThatThrownBy(() -> copy.open(DIRECTORY)).isInstanceOf(NoSuchFileException.class);
  }
}
