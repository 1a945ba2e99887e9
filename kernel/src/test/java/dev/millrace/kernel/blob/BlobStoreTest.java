package dev.millrace.kernel.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.kernel.disk.StorageFullException;
import dev.millrace.kernel.sim.SimulatedDisk;
import dev.millrace.kernel.sim.VirtualClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BlobStoreTest {

  private static final Path DIRECTORY = Path.of("/blobs");
  private static final String ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  private static final Path FILE = DIRECTORY.resolve("00000007/ba/" + ABC);

  private final VirtualClock clock = new VirtualClock();
  private final SimulatedDisk disk = new SimulatedDisk();
  private BlobStore store;

  @BeforeEach
  void open() throws IOException {
    store = BlobStore.open(disk, DIRECTORY, 1000, clock);
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void bytes_come_back_under_their_sha_256() throws IOException {
    ByteBuffer bytes = bytes("abc");

    BlobDigest digest = store.put(7, bytes);

    assertThat(digest).hasToString(ABC);
    assertThat(bytes.remaining()).isEqualTo(3);
    assertThat(store.get(7, digest)).isEqualTo(bytes("abc"));
  }

  @Test
  void the_file_is_written_as_format_1_says() throws IOException {
    store.put(7, bytes("abc"));

    assertThat(HexFormat.of().formatHex(disk.bytes(FILE)))
        .isEqualTo(
            "4d494c4c52424c42"
                + "0001002000000000"
                + "0000000700000000"
                + "0000000000000003"
                + "616263");
  }

  @Test
  void what_put_returned_survives_a_power_loss_at_once() throws IOException {
    BlobDigest digest = store.put(7, bytes("abc"));
    disk.crash();
    open();
    assertThat(store.get(7, digest)).isEqualTo(bytes("abc"));
  }

  @Test
  void a_power_loss_at_any_sync_leaves_the_blob_whole_or_absent() throws IOException {
    for (int sync = 0; sync < 3; sync++) {
      SimulatedDisk fresh = new SimulatedDisk();
      BlobStore blobs = BlobStore.open(fresh, DIRECTORY, 1000, clock);
      int last = fresh.syncs() + sync;
      fresh.onSync(
          (path, count) -> {
            if (count == last) {
              throw new IOException("simulated");
            }
          });
      assertThatThrownBy(() -> blobs.put(7, bytes("abc"))).hasMessage("simulated");
      fresh.onSync((path, count) -> {});
      fresh.crash();
      BlobStore reopened = BlobStore.open(fresh, DIRECTORY, 1000, clock);
      assertThat(reopened.get(7, reopened.put(7, bytes("abc")))).isEqualTo(bytes("abc"));
    }
  }

  @Test
  void the_same_bytes_are_kept_once() throws IOException {
    store.put(7, bytes("abc"));
    long used = disk.usedBytes();
    assertThat(store.put(7, bytes("abc"))).hasToString(ABC);
    assertThat(disk.usedBytes()).isEqualTo(used);
  }

  @Test
  void what_was_not_put_for_a_time_and_is_not_needed_goes() throws IOException {
    BlobDigest needed = store.put(7, bytes("abc"));
    store.put(8, bytes("abc"));
    store.put(7, bytes("old"));
    clock.advance(Duration.ofMinutes(9));
    BlobDigest young = store.put(7, bytes("young"));
    clock.advance(Duration.ofMinutes(2));

    int gone =
        store.deleteUnused(
            Duration.ofMinutes(10), () -> (tenant, digest) -> tenant == 7 && digest.equals(needed));

    assertThat(gone).isEqualTo(2);
    assertThat(store.get(7, needed)).isEqualTo(bytes("abc"));
    assertThat(store.get(7, young)).isEqualTo(bytes("young"));
    assertThatThrownBy(() -> store.get(8, needed)).isInstanceOf(NoSuchFileException.class);
    assertThat(store.deleteUnused(Duration.ofMinutes(10), () -> (tenant, digest) -> true)).isZero();
  }

  @Test
  void bytes_that_are_put_again_stay_for_their_new_user() throws IOException {
    BlobDigest digest = store.put(7, bytes("abc"));
    clock.advance(Duration.ofMinutes(11));
    assertThat(
            store.deleteUnused(
                Duration.ofMinutes(10),
                () -> {
                  put("abc"); // comes between the look for old ones and the deletion
                  return (tenant, which) -> false;
                }))
        .isZero();
    assertThat(store.get(7, digest)).isEqualTo(bytes("abc"));
  }

  private void put(String text) {
    try {
      store.put(7, bytes(text));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  @Test
  void what_an_earlier_process_left_goes_a_time_after_the_start() throws IOException {
    BlobDigest digest = store.put(7, bytes("abc"));
    disk.crash();
    clock.advance(Duration.ofMinutes(11));
    open();
    assertThat(store.deleteUnused(Duration.ofMinutes(10), () -> (tenant, which) -> false)).isZero();
    clock.advance(Duration.ofMinutes(11));
    assertThat(store.deleteUnused(Duration.ofMinutes(10), () -> (tenant, which) -> false)).isOne();
    assertThatThrownBy(() -> store.get(7, digest)).isInstanceOf(NoSuchFileException.class);
    assertThat(store.put(7, bytes("abc"))).isEqualTo(digest);
    assertThat(store.get(7, digest)).isEqualTo(bytes("abc"));
  }

  @Test
  void tenants_do_not_share_blobs() throws IOException {
    BlobDigest digest = store.put(7, bytes("abc"));
    assertThatThrownBy(() -> store.get(8, digest)).isInstanceOf(NoSuchFileException.class);
    store.put(8, bytes("abc"));
    disk.delete(FILE);
    assertThat(store.get(8, digest)).isEqualTo(bytes("abc"));
  }

  @Test
  void every_flipped_bit_is_detected_and_the_next_put_repairs_it() throws IOException {
    BlobDigest digest = store.put(7, bytes("abc"));
    int length = disk.bytes(FILE).length;
    for (int bit = 0; bit < length * 8; bit++) {
      boolean reserved = bit / 8 >= 12 && bit / 8 < 16 || bit / 8 >= 20 && bit / 8 < 24;
      disk.flipBit(FILE, bit / 8, bit % 8);
      if (!reserved) {
        assertThatThrownBy(() -> store.get(7, digest))
            .as("bit %d", bit)
            .isInstanceOf(BlobDamagedException.class);
      }
      store.put(7, bytes("abc"));
      assertThat(store.get(7, digest)).isEqualTo(bytes("abc"));
      if (reserved) {
        disk.flipBit(FILE, bit / 8, bit % 8);
      }
    }
  }

  @Test
  void a_blob_that_is_too_large_is_refused() {
    assertThatThrownBy(() -> store.put(7, ByteBuffer.allocate(1001)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("blob: 1001 bytes (expected: at most 1000)");
  }

  @Test
  void a_full_disk_leaves_nothing_behind() throws IOException {
    disk.setCapacity(disk.usedBytes() + 20);
    assertThatThrownBy(() -> store.put(7, bytes("abc"))).isInstanceOf(StorageFullException.class);
    assertThat(disk.list(FILE.getParent())).isEmpty();
  }

  @Test
  void unfinished_files_are_cleared_away_at_the_start() throws IOException {
    store.put(7, bytes("abc"));
    disk.put(DIRECTORY.resolve("00000007/ba/" + ABC + "-1.tmp"), new byte[3]);
    open();
    assertThat(disk.list(FILE.getParent())).containsExactly(ABC);
  }

  @Test
  void a_digest_is_written_and_read_as_32_bytes() {
    BlobDigest digest = BlobDigest.of(bytes("abc"));
    ByteBuffer buffer = ByteBuffer.allocate(BlobDigest.BYTES);
    digest.write(buffer);
    assertThat(BlobDigest.read(buffer.flip())).isEqualTo(digest);
    assertThat(HexFormat.of().formatHex(buffer.array())).isEqualTo(ABC);
  }
}
