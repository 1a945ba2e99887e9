package dev.millrace.kernel.log;

import static dev.millrace.kernel.log.TestEntry.accept;
import static dev.millrace.kernel.log.TestEntry.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.kernel.sim.SimulatedDisk;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TornTailTest {

  private static final List<String> ACKED = List.of("one", "two", "three");

  /** Three acknowledged records, then two whose bytes the disk has not got yet. */
  private static LogWorld beforeTheCrash() {
    LogWorld world = LogWorld.started();
    ACKED.forEach(text -> world.write(accept(text)));
    world.write(token("four"));
    world.disk.onSync(
        (path, count) -> {
          throw new Crash();
        });
    TestEntry last = accept("five");
    world.append(last);
    assertThatThrownBy(world::turn).isInstanceOf(Crash.class);
    assertThat(last.isDurable()).isFalse();
    world.disk.onSync((path, count) -> {});
    return world;
  }

  private static final class Crash extends RuntimeException {}

  @Test
  void torn_at_every_byte_of_the_last_two_records_nothing_acknowledged_is_lost() {
    int blockFour = BlockHeader.padded(BlockHeader.BYTES + RecordHeader.BYTES + "four".length());
    int blockFive = BlockHeader.padded(BlockHeader.BYTES + RecordHeader.BYTES + "five".length());
    for (int kept = 0; kept <= blockFour + blockFive; kept++) {
      LogWorld world = beforeTheCrash();
      world.disk.crashKeeping(kept);
      world.open();

      List<String> expected =
          kept < blockFour
              ? ACKED
              : kept < blockFour + blockFive
                  ? List.of("one", "two", "three", "four")
                  : List.of("one", "two", "three", "four", "five");
      assertThat(world.texts()).as("kept %d bytes", kept).isEqualTo(expected);
      boolean torn = kept % blockFour != 0;
      assertThat(world.log.recovery().cutBytes() > 0).as("kept %d bytes", kept).isEqualTo(torn);
    }
  }

  @Test
  void after_the_cut_the_log_goes_on_and_the_torn_bytes_never_come_back() throws Exception {
    for (int kept = 0; kept <= 160; kept += 3) {
      LogWorld world = beforeTheCrash();
      world.disk.crashKeeping(kept);
      world.start();
      world.write(accept("six"));
      List<String> texts = world.texts();

      assertThat(texts).startsWith("one", "two", "three").endsWith("six");
      assertThat(world.afterKill()).isEqualTo(texts);
      assertThat(world.log.recovery().cutBytes()).isZero();
    }
  }

  @Test
  void a_file_cut_short_at_or_below_the_mark_is_damage_at_every_byte() throws Exception {
    LogWorld world = LogWorld.started();
    world.write(accept("one"));
    long lastTwo = LogPosition.offset(world.log.end());
    world.write(accept("two"));
    world.write(accept("three"));
    long end = LogPosition.offset(world.log.end());
    world.idle();
    byte[] whole = world.disk.bytes(world.segment(1));

    for (int length = (int) lastTwo; length < end; length++) {
      SimulatedDisk cut = world.disk.copy();
      cut.put(world.segment(1), Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> Log.open(cut, LogWorld.DIRECTORY, world.settings, world.clock))
          .isInstanceOf(LogDamagedException.class)
          .hasMessageContaining("segment-00000001 is damaged at offset ")
          .hasMessageContaining("the commit mark says that block 4 was durable");
    }
  }

  @Test
  void a_block_above_the_mark_that_a_later_one_knew_durable_is_damage_too() throws Exception {
    LogWorld world = LogWorld.started();
    world.write(accept("one"));
    TestEntry second = accept("two");
    world.write(second);
    world.write(accept("three"));
    long offset = LogPosition.offset(second.position);
    world.disk.killProcess();

    world.disk.flipBit(world.segment(1), offset, 3);

    assertThatThrownBy(() -> Log.open(world.disk, LogWorld.DIRECTORY, world.settings, world.clock))
        .isInstanceOfSatisfying(
            LogDamagedException.class,
            damage -> {
              assertThat(damage.offset()).isEqualTo(offset - BlockHeader.BYTES);
              assertThat(damage.file()).isEqualTo(world.segment(1));
            })
        .hasMessageContaining("block 3 says that it was durable");
  }

  @Test
  void unsynced_blocks_stored_out_of_order_are_cut_at_the_first_that_is_missing() throws Exception {
    LogWorld world = LogWorld.started();
    world.write(accept("one"));
    TestEntry lost = token("lost");
    world.write(lost);
    world.write(token("stored"));
    world.disk.killProcess();
    // The disk stored the third block and not the second: nobody was promised either.
    for (int bit = 0; bit < 8; bit++) {
      world.disk.flipBit(world.segment(1), LogPosition.offset(lost.position), bit);
    }

    world.open();

    assertThat(world.texts()).containsExactly("one");
    assertThat(world.log.recovery().cutReason()).contains("checksum");
  }

  @Test
  void bytes_in_a_payload_cannot_pass_for_a_block() throws Exception {
    LogWorld other = LogWorld.started();
    other.clock.advanceNanos(1);
    LogWorld attacked = LogWorld.started();
    other.log.close();
    // A log of its own shows the attacker what blocks look like, not the identity of this log.
    LogWorld attacker = new LogWorld();
    attacker.clock.advanceNanos(12_345);
    attacker.start();
    for (int i = 0; i < 9; i++) {
      attacker.write(accept("x"));
    }
    byte[] bytes = attacker.disk.bytes(attacker.segment(1));
    int from = (int) LogPosition.offset(attacker.log.end()) - 72;
    StringBuilder forged = new StringBuilder("1234"); // the payload begins at 4 behind 8-alignment
    for (int i = from; i < from + 72; i++) {
      forged.append((char) (bytes[i] & 0xff));
    }
    attacked.write(accept("one"));
    TestEntry entry = token(forged.toString());
    attacked.write(entry);
    attacked.disk.killProcess();
    attacked.disk.flipBit(attacked.segment(1), LogPosition.offset(entry.position) - 8, 0);

    attacked.open();

    assertThat(attacked.texts()).containsExactly("one");
  }
}
