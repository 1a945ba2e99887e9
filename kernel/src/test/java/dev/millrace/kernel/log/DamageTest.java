package dev.millrace.kernel.log;

import static dev.millrace.kernel.log.TestEntry.accept;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.kernel.sim.SimulatedDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Files that are missing, empty, of another log, of another time, of a newer version. */
class DamageTest {

  private final LogWorld world = LogWorld.started();
  private SimulatedDisk disk;

  @BeforeEach
  void four_segments() {
    fill(world);
    world.idle();
    world.disk.killProcess();
    disk = world.disk;
    assertThat(LogPosition.segment(world.log.end())).isEqualTo(4);
  }

  private static void fill(LogWorld world) {
    for (int i = 0; i < 28; i++) {
      world.write(accept(i + "-" + "x".repeat(400)));
    }
  }

  private void isRefused(String... messages) {
    var refusal =
        assertThatThrownBy(
                () -> {
                  try (Log log = Log.open(disk, LogWorld.DIRECTORY, world.settings, world.clock)) {
                    log.replay(LogPosition.NONE, (at, type, tenant, key, payload) -> {});
                  }
                })
            .isInstanceOf(LogDamagedException.class);
    for (String message : messages) {
      refusal.hasMessageContaining(message);
    }
  }

  @Test
  void a_missing_segment_is_named_wherever_it_stood() {
    for (int number = 1; number <= 4; number++) {
      disk = world.disk.copy();
      disk.delete(world.segment(number));
      isRefused("segment-0000000" + number, "the segment is missing");
    }
  }

  @Test
  void an_empty_segment_is_named_wherever_it_stood() {
    for (int number = 1; number <= 4; number++) {
      disk = world.disk.copy();
      disk.put(world.segment(number), new byte[0]);
      isRefused("segment-0000000" + number, "0 bytes (expected: a segment header of 64)");
    }
  }

  @Test
  void two_segments_that_changed_places_are_refused() throws IOException {
    byte[] second = disk.bytes(world.segment(2));
    disk.put(world.segment(2), disk.bytes(world.segment(3)));
    disk.put(world.segment(3), second);

    isRefused("segment-00000002", "it holds segment 3 (expected: 2)");
  }

  @Test
  void the_same_segment_of_another_log_is_refused() throws IOException {
    LogWorld other = new LogWorld();
    other.clock.advanceNanos(1);
    fill(other.start());

    disk.put(world.segment(2), other.disk.bytes(other.segment(2)));

    isRefused("segment-00000002", "belongs to another log");
  }

  @Test
  void the_mark_of_another_log_is_refused() throws IOException {
    LogWorld other = new LogWorld();
    other.clock.advanceNanos(1);
    fill(other.start());

    disk.put(LogWorld.mark(), other.disk.bytes(LogWorld.mark()));

    isRefused("segment-00000001", "belongs to another log");
  }

  @Test
  void a_segment_of_another_life_of_the_same_log_breaks_the_chain() throws IOException {
    LogWorld twin = new LogWorld(); // the same identity, other records
    twin.start();
    for (int i = 0; i < 28; i++) {
      twin.write(accept(i + "-" + "y".repeat(400)));
    }

    disk.put(world.segment(2), twin.disk.bytes(twin.segment(2)));

    isRefused("segment-00000002", "does not continue");
  }

  @Test
  void a_missing_mark_is_damage_and_not_a_new_log() {
    disk.delete(LogWorld.mark());
    isRefused("commit.mark", "it is missing, and there are segments");
  }

  @Test
  void a_mark_without_a_whole_slot_is_damage() throws IOException {
    disk.flipBit(LogWorld.mark(), 20, 1);
    disk.flipBit(LogWorld.mark(), 4096 + 20, 1);
    isRefused("commit.mark", "neither slot");
  }

  @Test
  void with_one_slot_torn_the_other_is_taken_and_people_are_told() throws IOException {
    disk.flipBit(LogWorld.mark(), 20, 1);
    try (Log log = Log.open(disk, LogWorld.DIRECTORY, world.settings, world.clock)) {
      assertThat(log.recovery().warnings()).singleElement().asString().contains("one slot");
    }
  }

  @Test
  void a_file_that_only_looks_like_a_segment_is_refused() {
    disk.put(LogWorld.DIRECTORY.resolve("segment-copy"), new byte[10]);
    isRefused("segment-copy", "not that of a segment");
  }

  @Test
  void refused_files_are_left_as_they_are() throws IOException {
    disk.flipBit(world.segment(4), 100, 1);
    byte[] before = disk.bytes(world.segment(4));

    isRefused("segment-00000004 is damaged at offset 64");

    assertThat(disk.bytes(world.segment(4))).isEqualTo(before);
  }

  @Test
  void a_segment_of_a_newer_format_is_refused_loudly() throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(disk.bytes(world.segment(4)));
    bytes.putShort(8, (short) 2);
    bytes.putInt(60, new Checksum().of(bytes, 0, 60));
    disk.put(world.segment(4), bytes.array());

    assertThatThrownBy(() -> Log.open(disk, LogWorld.DIRECTORY, world.settings, world.clock))
        .isInstanceOf(NewerFormatException.class)
        .hasMessageContaining("segment-00000004 has format 2 (expected: at most 1)");
  }

  @Test
  void a_mark_of_a_newer_format_is_refused_loudly() throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(disk.bytes(LogWorld.mark()));
    bytes.putShort(8, (short) 3);
    bytes.putInt(68, new Checksum().of(bytes, 0, 68));
    disk.put(LogWorld.mark(), bytes.array());

    assertThatThrownBy(() -> Log.open(disk, LogWorld.DIRECTORY, world.settings, world.clock))
        .isInstanceOf(NewerFormatException.class);
  }

  @Test
  void a_single_record_read_is_checked_too() throws IOException {
    LogWorld fresh = LogWorld.started();
    TestEntry entry = accept("payload");
    fresh.write(entry);
    fresh.disk.flipBit(fresh.segment(1), LogPosition.offset(entry.position) + 22, 5);

    assertThatThrownBy(() -> fresh.log.read(entry.position))
        .isInstanceOf(LogDamagedException.class)
        .hasMessageContaining("segment-00000001");
  }
}
