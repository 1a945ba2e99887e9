package dev.millrace.kernel.log;

import static dev.millrace.kernel.log.TestEntry.accept;
import static dev.millrace.kernel.log.TestEntry.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.kernel.disk.DiskLockedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogTest {

  private final LogWorld world = LogWorld.started();

  @Test
  void what_was_written_is_replayed_in_order_with_all_that_its_header_says() throws IOException {
    TestEntry first = accept("one");
    first.type = 65_535;
    first.tenant = -5;
    first.keyId = 99;
    world.write(first, token("two"));
    world.write(accept("three"));

    List<String> seen = new ArrayList<>();
    world.log.replay(
        LogPosition.NONE,
        (position, type, tenant, keyId, payload) ->
            seen.add(type + "/" + tenant + "/" + keyId + "/" + payload.remaining()));

    assertThat(world.texts()).containsExactly("one", "two", "three");
    assertThat(seen).containsExactly("65535/-5/99/3", "7/1/0/3", "7/1/0/5");
  }

  @Test
  void one_record_is_read_at_the_position_that_its_entry_was_told() throws IOException {
    TestEntry small = token("small");
    TestEntry large = token("x".repeat(512));
    world.write(small, accept("between"));
    world.write(large);

    LogRecord record = world.log.read(small.position);

    assertThat(record.position()).isEqualTo(small.position);
    assertThat(record.type()).isEqualTo(7);
    assertThat(StandardCharsets.ISO_8859_1.decode(record.payload()).toString()).isEqualTo("small");
    assertThat(world.log.read(large.position).payload().remaining()).isEqualTo(512);
  }

  @Test
  void a_position_where_no_record_begins_is_refused() {
    TestEntry entry = accept("entry");
    world.write(entry);

    assertThatThrownBy(() -> world.log.read(entry.position + 1))
        .isInstanceOf(LogDamagedException.class)
        .hasMessageContaining("no whole record");
    assertThatThrownBy(() -> world.log.read(world.log.end()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: 1:0.." + LogPosition.text(world.log.end()));
  }

  @Test
  void replay_can_begin_behind_any_record() {
    TestEntry second = accept("two");
    world.write(accept("one"), second, accept("three"));
    world.write(accept("four"));

    assertThat(world.textsAfter(second.position)).containsExactly("three", "four");
  }

  @Test
  void a_log_that_was_closed_is_continued_in_a_new_segment_with_the_next_epoch()
      throws IOException {
    world.write(accept("before"));
    assertThat(world.log.epoch()).isEqualTo(1);
    world.close();

    world.start();
    world.write(accept("after"));

    assertThat(world.log.epoch()).isEqualTo(2);
    assertThat(world.log.recovery().cutBytes()).isZero();
    assertThat(world.afterKill()).containsExactly("before", "after");
  }

  @Test
  void what_waits_when_the_agent_closes_is_written_and_durable() throws IOException {
    TestEntry waiting = token("waiting");
    world.append(waiting);

    world.close();

    assertThat(waiting.story).containsExactly("written", "durable");
    world.open();
    assertThat(world.texts()).containsExactly("waiting");
  }

  @Test
  void what_comes_after_the_agent_closed_fails_at_the_next_turn() throws IOException {
    world.close();
    TestEntry late = accept("late");
    world.write(late);

    assertThat(late.failure).isInstanceOf(LogStoppedException.class).hasMessageContaining("closed");
  }

  @Test
  void segments_roll_and_replay_and_reading_cross_them() throws IOException {
    List<TestEntry> entries = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      entries.add(accept(i + "-" + "x".repeat(400)));
      texts.add(entries.get(i).text);
      world.write(entries.get(i));
    }

    assertThat(world.log.recovery().segments()).isZero();
    assertThat(LogPosition.segment(entries.get(39).position)).isGreaterThan(4);
    assertThat(world.texts()).isEqualTo(texts);
    assertThat(world.textsAfter(entries.get(20).position)).isEqualTo(texts.subList(21, 40));
    assertThat(world.log.read(entries.get(0).position).payload().remaining()).isEqualTo(402);
    assertThat(world.afterKill()).isEqualTo(texts);
    assertThat(world.log.recovery().segments()).isGreaterThan(4);
  }

  @Test
  void a_segment_is_never_longer_than_its_setting() throws IOException {
    for (int i = 0; i < 30; i++) {
      world.write(accept("x".repeat(i * 17 % 512)));
    }
    for (String name : world.disk.list(LogWorld.DIRECTORY)) {
      if (name.startsWith("segment")) {
        assertThat(world.disk.bytes(LogWorld.DIRECTORY.resolve(name)).length)
            .isLessThanOrEqualTo(4096);
      }
    }
  }

  @Test
  void two_processes_cannot_have_one_log() {
    assertThatThrownBy(() -> Log.open(world.disk, LogWorld.DIRECTORY, LogWorld.SMALL, world.clock))
        .isInstanceOf(DiskLockedException.class)
        .hasMessageContaining("another process uses this directory");
  }

  @Test
  void a_log_that_was_refused_gives_its_lock_back() throws IOException {
    world.close();
    world.disk.put(world.segment(1), new byte[0]);

    assertThatThrownBy(world::open).isInstanceOf(UncheckedIOException.class);
    assertThatThrownBy(world::open).hasMessageNotContaining("locked");
  }

  @Test
  void segments_before_a_position_are_deleted_and_that_is_no_damage() throws IOException {
    TestEntry kept = null;
    for (int i = 0; i < 20; i++) {
      kept = i == 15 ? accept("kept") : accept(i + "-" + "x".repeat(400));
      world.write(kept);
      if (i == 15) {
        world.log.deleteSegmentsBefore(kept.position);
        world.turn();
      }
    }
    assertThat(world.disk.exists(world.segment(1))).isFalse();
    assertThat(LogPosition.segment(world.log.start())).isGreaterThan(1);
    assertThat(world.texts()).contains("kept").doesNotContain("0-" + "x".repeat(400));
    long deleted = LogPosition.of(1, 100);
    assertThatThrownBy(() -> world.log.read(deleted)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> world.textsAfter(deleted))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(world.afterKill()).contains("kept");
  }

  @Test
  void the_segment_in_use_is_never_deleted() {
    world.write(accept("kept"));
    world.log.deleteSegmentsBefore(LogPosition.of(99, 0));
    world.turn();
    world.write(accept("and more"));

    assertThat(world.afterKill()).containsExactly("kept", "and more");
  }

  @Test
  void a_deletion_cut_short_by_a_crash_is_finished_by_the_next_start() throws IOException {
    for (int i = 0; i < 20; i++) {
      world.write(accept(i + "-" + "x".repeat(400)));
    }
    byte[] first = world.disk.bytes(world.segment(1));
    world.log.deleteSegmentsBefore(world.log.end());
    world.turn();
    world.disk.put(world.segment(1), first);
    world.disk.killProcess();

    world.start();

    assertThat(world.disk.exists(world.segment(1))).isFalse();
  }
}
