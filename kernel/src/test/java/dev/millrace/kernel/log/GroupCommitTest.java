package dev.millrace.kernel.log;

import static dev.millrace.kernel.log.TestEntry.accept;
import static dev.millrace.kernel.log.TestEntry.token;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GroupCommitTest {

  private final LogWorld world = LogWorld.started();

  @Test
  void all_that_waits_shares_one_block_and_one_sync() {
    TestEntry[] entries = new TestEntry[20];
    for (int i = 0; i < entries.length; i++) {
      entries[i] = accept("" + i);
    }
    int before = world.disk.syncs();

    world.write(entries);

    assertThat(world.disk.syncs() - before).isEqualTo(1);
    assertThat(world.writer.blocks()).isEqualTo(1);
    assertThat(world.writer.records()).isEqualTo(20);
    assertThat(entries).allMatch(TestEntry::isDurable);
  }

  @Test
  void a_block_in_which_nothing_asks_is_written_but_not_synced() {
    TestEntry token = token("tok");
    int before = world.disk.syncs();

    world.write(token);

    assertThat(world.disk.syncs()).isEqualTo(before);
    assertThat(token.story).containsExactly("written");
  }

  @Test
  void the_next_sync_covers_what_did_not_ask() {
    TestEntry token = token("tok");
    world.write(token);
    assertThat(token.isDurable()).isFalse();

    world.write(accept("acc"));

    assertThat(token.story).containsExactly("written", "durable");
  }

  @Test
  void an_entry_is_written_before_the_sync_and_durable_only_after_it() {
    TestEntry entry = accept("entry");
    List<List<String>> atSync = new ArrayList<>();
    world.disk.onSync((path, count) -> atSync.add(List.copyOf(entry.story)));

    world.write(entry);

    assertThat(atSync).containsExactly(List.of("written"));
    assertThat(entry.story).containsExactly("written", "durable");
  }

  @Test
  void nothing_is_written_behind_a_block_that_is_not_yet_synced() {
    world.append(accept("x".repeat(500)), accept("y".repeat(500)));
    List<Long> blocksAtSync = new ArrayList<>();
    world.disk.onSync((path, count) -> blocksAtSync.add(world.writer.blocks()));

    world.turn();
    world.turn();

    assertThat(blocksAtSync).containsExactly(1L, 2L);
  }

  @Test
  void what_did_not_ask_is_durable_after_the_mark_interval() {
    TestEntry token = token("tok");
    world.write(token);
    assertThat(world.writer.nextDeadline()).isEqualTo(world.clock.nanoTime() + 100_000_000);

    world.clock.advance(Duration.ofMillis(99));
    world.turn();
    assertThat(token.isDurable()).isFalse();

    world.clock.advance(Duration.ofMillis(1));
    world.turn();
    assertThat(token.isDurable()).isTrue();
  }

  @Test
  void idle_time_brings_one_empty_block_and_one_mark_and_then_rest() {
    world.write(accept("entry"));
    long end = world.log.end();
    int before = world.disk.syncs();

    world.idle();

    assertThat(world.log.end() - end).isEqualTo(BlockHeader.BYTES);
    assertThat(world.log.durableEnd()).isEqualTo(world.log.end());
    assertThat(world.disk.syncs() - before).isEqualTo(2);
    assertThat(world.writer.nextDeadline()).isEqualTo(Long.MAX_VALUE);
    world.idle();
    assertThat(world.disk.syncs() - before).isEqualTo(2);
  }

  @Test
  void under_load_the_mark_follows_without_empty_blocks() {
    int before = world.disk.syncs();
    for (int i = 0; i < 30; i++) {
      world.clock.advance(Duration.ofMillis(10));
      world.write(accept("" + i));
    }
    assertThat(world.writer.blocks()).isEqualTo(30);
    assertThat(world.disk.syncs() - before).isBetween(32, 33);
  }

  @Test
  void a_block_takes_no_more_than_its_limit_and_the_rest_comes_next() {
    for (int i = 0; i < 10; i++) {
      world.append(accept("x".repeat(300)));
    }
    while (world.turn() > 0) {
      // until nothing waits
    }
    assertThat(world.writer.records()).isEqualTo(10);
    assertThat(world.writer.blocks()).isEqualTo(5);
  }

  @Test
  void a_record_that_is_too_large_fails_alone() {
    TestEntry large = accept("x".repeat(513));
    TestEntry before = accept("before");
    TestEntry after = accept("after");

    world.write(before, large, after);

    assertThat(large.failure)
        .isInstanceOf(RecordRefusedException.class)
        .hasMessageContaining("expected: at most 512");
    assertThat(large.story).containsExactly("failed");
    assertThat(world.afterKill()).containsExactly("before", "after");
  }

  @Test
  void a_type_outside_two_bytes_fails_alone() {
    TestEntry odd = accept("odd");
    odd.type = 65_536;

    world.write(odd, accept("plain"));

    assertThat(odd.failure.getCause()).hasMessageContaining("expected: 0..65535");
    assertThat(world.texts()).containsExactly("plain");
  }

  @Test
  void an_entry_whose_encoding_throws_fails_alone() {
    List<Exception> failures = new ArrayList<>();
    LogEntry broken = new BrokenEntry(failures);

    world.writer.append(broken);
    world.write(accept("plain"));

    assertThat(failures).hasSize(1);
    assertThat(world.writer.isStopped()).isFalse();
    assertThat(world.texts()).containsExactly("plain");
  }

  @Test
  void a_full_mailbox_says_so() {
    for (int i = 0; i < 1024; i++) {
      assertThat(world.writer.append(token(""))).isTrue();
    }
    assertThat(world.writer.append(token(""))).isFalse();
    assertThat(world.writer.waiting()).isEqualTo(1024);
  }

  private record BrokenEntry(List<Exception> failures) implements LogEntry {
    @Override
    public int type() {
      return 1;
    }

    @Override
    public int tenant() {
      return 1;
    }

    @Override
    public int keyId() {
      return 0;
    }

    @Override
    public boolean wantsSync() {
      return true;
    }

    @Override
    public void encode(ByteBuffer into) {
      into.putLong(1);
      throw new IllegalStateException("half way");
    }

    @Override
    public void written(long position) {
      throw new AssertionError("never written");
    }

    @Override
    public void durable() {
      throw new AssertionError("never durable");
    }

    @Override
    public void failed(Exception reason) {
      failures.add(reason);
    }
  }
}
