package dev.millrace.kernel.log;

import static dev.millrace.kernel.log.TestEntry.accept;
import static dev.millrace.kernel.log.TestEntry.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.kernel.disk.StorageFullException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SnapshotStoreTest {

  private final LogWorld world = LogWorld.started();
  private final List<String> refused = new ArrayList<>();

  private TestEntry writtenAs(String text) {
    TestEntry entry = accept(text);
    world.write(entry);
    return entry;
  }

  private void snapshot(TestEntry last, byte[] state) throws IOException {
    world.log.snapshots().write(last.position, out -> out.write(state));
  }

  private Snapshot newest() throws IOException {
    return world.log.snapshots().newest(world.log.end(), refused::add);
  }

  private static byte[] bytes(Snapshot snapshot) throws IOException {
    try (InputStream in = snapshot.source().open()) {
      return in.readAllBytes();
    }
  }

  private List<Path> files() throws IOException {
    return world.disk.list(LogWorld.DIRECTORY).stream()
        .filter(name -> name.startsWith("snapshot-"))
        .map(LogWorld.DIRECTORY::resolve)
        .toList();
  }

  @Test
  void state_comes_back_with_the_position_that_replay_continues_after() throws IOException {
    byte[] state = new byte[200_000];
    new Random(1).nextBytes(state);
    TestEntry contained = writtenAs("contained");
    snapshot(contained, state);
    writtenAs("after");
    world.afterKill();

    Snapshot snapshot = newest();

    assertThat(bytes(snapshot)).isEqualTo(state);
    assertThat(bytes(snapshot)).as("opened again").isEqualTo(state);
    assertThat(world.textsAfter(snapshot.position())).containsExactly("after");
    assertThat(refused).isEmpty();
  }

  @Test
  void without_a_snapshot_there_is_none() throws IOException {
    assertThat(newest()).isNull();
  }

  @Test
  void single_bytes_are_kept_too() throws IOException {
    TestEntry entry = writtenAs("entry");
    world
        .log
        .snapshots()
        .write(
            entry.position,
            out -> {
              for (int i = 0; i < 70_000; i++) {
                out.write(i);
              }
            });
    try (InputStream in = newest().source().open()) {
      for (int i = 0; i < 70_000; i++) {
        assertThat(in.read()).isEqualTo(i & 0xff);
      }
      assertThat(in.read()).isEqualTo(-1);
    }
  }

  @Test
  void a_damaged_snapshot_is_refused_with_a_message_and_the_older_one_is_taken()
      throws IOException {
    snapshot(writtenAs("one"), new byte[] {1});
    snapshot(writtenAs("two"), new byte[] {2});
    int length = world.disk.bytes(files().get(1)).length;

    for (int bit = 0; bit < length * 8; bit++) {
      refused.clear();
      world.disk.flipBit(files().get(1), bit / 8, bit % 8);
      assertThat(bytes(newest())).as("bit %d", bit).isEqualTo(new byte[] {1});
      assertThat(refused).singleElement().asString().contains("snapshot-");
      world.disk.flipBit(files().get(1), bit / 8, bit % 8);
    }
    assertThat(bytes(newest())).isEqualTo(new byte[] {2});
  }

  @Test
  void a_snapshot_cut_short_is_refused() throws IOException {
    snapshot(writtenAs("one"), new byte[100]);
    for (int length = 0; length < 164; length++) {
      byte[] whole = world.disk.bytes(files().get(0));
      world.disk.put(files().get(0), java.util.Arrays.copyOf(whole, length));
      assertThat(newest()).isNull();
      world.disk.put(files().get(0), whole);
    }
    assertThat(refused).hasSize(164);
  }

  @Test
  void only_the_newest_two_are_kept() throws IOException {
    for (int i = 0; i < 5; i++) {
      snapshot(writtenAs("" + i), new byte[] {(byte) i});
    }
    assertThat(files()).hasSize(2);
    assertThat(bytes(newest())).containsExactly(4);
  }

  @Test
  void a_snapshot_must_not_know_more_than_is_durable() {
    TestEntry token = token("not synced");
    world.write(token);

    assertThatThrownBy(() -> snapshot(token, new byte[0]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: before the durable end");
  }

  @Test
  void a_snapshot_ahead_of_the_log_is_refused() throws IOException {
    TestEntry entry = writtenAs("entry");
    snapshot(entry, new byte[0]);

    Snapshot found = world.log.snapshots().newest(entry.position, refused::add);

    assertThat(found).isNull();
    assertThat(refused).singleElement().asString().contains("but the log ends at");
  }

  @Test
  void the_snapshot_of_another_log_is_refused() throws IOException {
    LogWorld other = new LogWorld();
    other.clock.advanceNanos(1);
    other.start();
    TestEntry entry = accept("x");
    other.write(entry);
    other.log.snapshots().write(entry.position, out -> out.write(9));
    writtenAs("x");
    String name =
        other.disk.list(LogWorld.DIRECTORY).stream()
            .filter(file -> file.startsWith("snapshot-"))
            .findFirst()
            .orElseThrow();
    world.disk.put(
        LogWorld.DIRECTORY.resolve(name), other.disk.bytes(LogWorld.DIRECTORY.resolve(name)));

    assertThat(newest()).isNull();
    assertThat(refused).singleElement().asString().contains("belongs to another log");
  }

  @Test
  void a_disk_that_runs_full_leaves_the_older_snapshot_and_no_half_of_the_newer()
      throws IOException {
    snapshot(writtenAs("one"), new byte[] {1});
    TestEntry entry = writtenAs("two");
    world.disk.setCapacity(world.disk.usedBytes() + 1000);

    assertThatThrownBy(() -> snapshot(entry, new byte[100_000]))
        .isInstanceOf(StorageFullException.class);

    assertThat(files()).hasSize(1);
    assertThat(bytes(newest())).containsExactly(1);
  }
}
