package dev.millrace.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.task.Durability;
import dev.millrace.kernel.sim.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class IdempotencyTest {

  private final JournalWorld world = JournalWorld.started();

  private TestDoor first(String key) {
    TestDoor door = world.submit(world.keyed(key, "{}"));
    world.settle();
    assertThat(door.acknowledged).isTrue();
    return door;
  }

  private TestDoor repeat(String key) {
    TestDoor door = world.submit(world.keyed(key, "{}"));
    world.settle();
    return door;
  }

  @Test
  void the_same_request_again_is_answered_with_the_first_task() {
    TestDoor first = first("k");

    assertThat(repeat("k").duplicateOf).isEqualTo(first.task.id());
    assertThat(world.dispatchedIds()).containsExactly(first.task.id());
  }

  @Test
  void also_after_it_has_ended() {
    TestDoor first = first("k");
    world.stream(first.task).end();
    world.settle();

    assertThat(repeat("k").duplicateOf).isEqualTo(first.task.id());
  }

  @Test
  void while_the_first_is_in_flight_the_second_waits_for_its_durability() {
    TestDoor first = world.submit(world.keyed("k", "{}"));
    TestDoor second = world.submit(world.keyed("k", "{}"));
    assertThat(second.isAnswered()).isFalse();

    world.settle();

    assertThat(first.acknowledged).isTrue();
    assertThat(second.duplicateOf).isEqualTo(first.task.id());
    assertThat(world.dispatched).hasSize(1);
  }

  @Test
  void another_request_under_the_same_key_is_refused() {
    first("k");
    TestDoor other = world.submit(world.keyed("k", "{\"seed\":1}"));

    assertThat(other.refusal.code()).isEqualTo(ErrorCode.IDEMPOTENCY_MISMATCH);
    assertThat(other.refusal.field()).isEqualTo("/idempotency_key");
  }

  @Test
  void another_durability_is_another_request() {
    first("k");

    assertThat(world.submit(world.task(Durability.MEMORY, "k", "{}")).refusal.code())
        .isEqualTo(ErrorCode.IDEMPOTENCY_MISMATCH);
  }

  @Test
  void another_tenant_or_door_has_keys_of_its_own() {
    first("k");
    TestDoor tenant = world.submit(world.task(8, "tasks", Durability.FSYNC, "k", "{}"));
    TestDoor door = world.submit(world.task(7, "openai", Durability.FSYNC, "k", "{}"));
    world.settle();

    assertThat(tenant.acknowledged).isTrue();
    assertThat(door.acknowledged).isTrue();
  }

  @Test
  void memory_tasks_have_keys_until_the_process_ends() {
    TestDoor first = world.submit(world.task(Durability.MEMORY, "k", "{}"));
    assertThat(world.submit(world.task(Durability.MEMORY, "k", "{}")).duplicateOf)
        .isEqualTo(first.task.id());

    world.killAndRestart();
    assertThat(world.submit(world.task(Durability.MEMORY, "k", "{}")).acknowledged).isTrue();
  }

  @Test
  void a_refused_task_gives_its_key_back_and_whoever_waited_is_refused_too() {
    JournalWorld full = new JournalWorld();
    full.settings = IntakeTest.withReserve(8 << 10);
    full.start();
    full.settle();
    full.disk.setCapacity(full.disk.usedBytes());
    full.clock.advance(Duration.ofMillis(101)); // the log has not looked yet
    TestDoor first = full.submit(full.keyed("k", "{}"));
    TestDoor second = full.submit(full.keyed("k", "{}"));
    full.settle();
    assertThat(first.refusal.code()).isEqualTo(ErrorCode.STORAGE_FULL);
    assertThat(second.refusal.code()).isEqualTo(ErrorCode.STORAGE_FULL);

    full.disk.setCapacity(1L << 40);
    full.advance(Duration.ofMillis(101));
    TestDoor third = full.submit(full.keyed("k", "{}"));
    full.settle();
    assertThat(third.acknowledged).isTrue();
  }

  @Test
  void a_key_outlives_restarts_whether_replayed_or_from_a_snapshot() throws Exception {
    TestDoor replayed = first("k");
    world.killAndRestart();
    assertThat(repeat("k").duplicateOf).isEqualTo(replayed.task.id());

    world.close(); // writes a snapshot
    world.start();
    assertThat(repeat("k").duplicateOf).isEqualTo(replayed.task.id());
    assertThat(world.submit(world.keyed("k", "{\"other\":1}")).refusal.code())
        .isEqualTo(ErrorCode.IDEMPOTENCY_MISMATCH);
    world.crashAndRestart();
    assertThat(repeat("k").duplicateOf).isEqualTo(replayed.task.id());
  }

  @Test
  void a_key_is_kept_for_its_time_and_no_longer_however_often_the_node_restarts() {
    TestDoor first = first("k");
    world.advance(Duration.ofHours(13));
    world.killAndRestart();
    world.advance(Duration.ofHours(10));
    assertThat(repeat("k").duplicateOf).isEqualTo(first.task.id());
    world.advance(Duration.ofHours(1));

    assertThat(repeat("k").acknowledged).isTrue();
  }

  @Test
  void a_wall_clock_that_jumps_back_does_not_keep_keys_longer_than_their_time() {
    TestDoor first = first("k");
    world.clock.jumpWall(Duration.ofHours(-100));
    world.killAndRestart();
    assertThat(repeat("k").duplicateOf).isEqualTo(first.task.id());
    world.advance(Duration.ofHours(24));

    assertThat(repeat("k").acknowledged).isTrue();
  }

  @Test
  void beyond_its_bound_the_table_forgets_the_oldest_and_counts_them() {
    VirtualClock clock = new VirtualClock();
    AtomicLong evicted = new AtomicLong();
    IdempotencyTable table =
        new IdempotencyTable(clock, Duration.ofHours(24), 128, evicted::addAndGet);
    List<TestDoor> repeated = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      var task = world.keyed("key-" + i, "{}");
      Claim claim = table.claim(task, "key-" + i, new TestDoor(task));
      table.settle(claim);
    }
    for (int i = 990; i < 1_000; i++) {
      TestDoor door = new TestDoor(world.keyed("key-" + i, "{}"));
      Claim claim = table.claim(door.task, "key-" + i, door);
      if (claim == null) {
        repeated.add(door);
      }
    }

    assertThat(table.size()).isLessThanOrEqualTo(128);
    assertThat(evicted.get()).isGreaterThanOrEqualTo(1_000 - 128);
    assertThat(repeated).as("the newest are remembered").hasSizeGreaterThan(5);
  }

  @Test
  void a_key_whose_record_is_not_yet_in_the_log_is_in_no_snapshot() {
    JournalWorld snapshotting = new JournalWorld();
    snapshotting.settings = IntakeTest.settings(JournalWorld.SMALL_LOG, 1024);
    snapshotting.start();
    snapshotting.deferred = true;
    TestDoor kept = snapshotting.submit(snapshotting.keyed("kept", "{}"));
    while (snapshotting.later.isEmpty()) {
      snapshotting.accepted();
    }
    snapshotting.submit(snapshotting.keyed("late", "{}")); // waits for the log's next turn
    snapshotting.runLater(); // the snapshot
    snapshotting.deferred = false;
    snapshotting.crashAndRestart();

    assertThat(snapshotting.submit(snapshotting.keyed("kept", "{}")).duplicateOf)
        .isEqualTo(kept.task.id());
    TestDoor late = snapshotting.submit(snapshotting.keyed("late", "{}"));
    snapshotting.settle();
    assertThat(late.acknowledged).isTrue();
  }
}
