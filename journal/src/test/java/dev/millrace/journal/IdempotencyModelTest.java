package dev.millrace.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.task.Durability;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The table of keys against the simplest one that is right, and its edges in time. */
class IdempotencyModelTest {

  private static final Duration KEEP = Duration.ofMillis(1_000);

  private final JournalWorld world = JournalWorld.started();
  private final AtomicLong evicted = new AtomicLong();

  private IdempotencyTable table(int keys) {
    return new IdempotencyTable(world.clock, KEEP, keys, evicted::addAndGet);
  }

  private static TestDoor claimed(IdempotencyTable table, Task task, List<Claim> into) {
    TestDoor door = new TestDoor(task);
    Claim claim = table.claim(task, task.settings().idempotencyKey(), door);
    if (claim != null) {
      into.add(claim);
    }
    return door;
  }

  private Claim settled(IdempotencyTable table, String key) {
    List<Claim> claims = new ArrayList<>();
    claimed(table, world.keyed(key, "{}"), claims);
    assertThat(claims).as(key + " was taken already").hasSize(1);
    table.settle(claims.getFirst());
    return claims.getFirst();
  }

  @Test
  void a_key_names_its_task_to_the_last_moment_of_its_time_and_not_at_the_end_of_it() {
    IdempotencyTable table = table(1_024);
    Claim first = settled(table, "k");
    world.clock.advance(KEEP.minusMillis(1));
    assertThat(claimed(table, world.keyed("k", "{}"), new ArrayList<>()).duplicateOf)
        .isEqualTo(first.id);
    world.clock.advance(Duration.ofMillis(1));
    assertThat(settled(table, "k").id).isNotEqualTo(first.id);
  }

  @Test
  void asking_again_does_not_make_a_key_live_longer() {
    IdempotencyTable table = table(1_024);
    settled(table, "k");
    for (int i = 0; i < 10; i++) {
      world.clock.advance(Duration.ofMillis(100));
      claimed(table, world.keyed("k", "{}"), new ArrayList<>());
    }
    assertThat(table.size()).isOne();
    List<Claim> claims = new ArrayList<>();
    claimed(table, world.keyed("k", "{}"), claims);
    assertThat(claims).as("the tenth asking claimed it anew").isEmpty();
  }

  @Test
  void a_request_in_flight_never_expires_and_its_time_begins_with_its_claim() {
    IdempotencyTable table = table(1_024);
    List<Claim> claims = new ArrayList<>();
    claimed(table, world.keyed("k", "{}"), claims);
    world.clock.advance(KEEP.multipliedBy(5));
    TestDoor waits = claimed(table, world.keyed("k", "{}"), claims);
    assertThat(waits.isAnswered()).isFalse();
    assertThat(claims).hasSize(1);
    table.settle(claims.getFirst());
    assertThat(waits.duplicateOf).isEqualTo(claims.getFirst().id);
    assertThat(settled(table, "k").id).as("its time was over").isNotNull();
  }

  @Test
  void of_a_restored_key_only_the_time_that_is_left_remains() {
    IdempotencyTable before = table(1_024);
    Claim first = settled(before, "k");
    IdempotencyTable after = table(1_024);
    world.clock.advance(Duration.ofMillis(600));
    after.restore(first.keys, first.id, first.acceptedWallMillis, 7);
    world.clock.advance(Duration.ofMillis(399));
    assertThat(claimed(after, world.keyed("k", "{}"), new ArrayList<>()).duplicateOf)
        .isEqualTo(first.id);
    world.clock.advance(Duration.ofMillis(1));
    assertThat(settled(after, "k").id).isNotEqualTo(first.id);
  }

  @Test
  void a_key_whose_time_is_over_is_not_restored_and_one_from_the_future_is_kept_no_longer() {
    IdempotencyTable table = table(1_024);
    Claim made = settled(table(1_024), "old");
    long wall = world.clock.wallMillis();
    table.restore(made.keys, made.id, wall - KEEP.toMillis(), 7);
    assertThat(table.size()).isZero();
    table.restore(made.keys, made.id, wall + 3_600_000, 8);
    assertThat(table.size()).isOne();
    world.clock.advance(KEEP);
    assertThat(settled(table, "old").id).isNotEqualTo(made.id);
  }

  @Test
  void the_later_of_two_records_of_a_key_is_the_one_that_counts() {
    IdempotencyTable table = table(1_024);
    Claim first = settled(table(1_024), "k");
    Claim second = settled(table(1_024), "k");
    long wall = world.clock.wallMillis();
    table.restore(first.keys, first.id, wall, 7);
    table.restore(second.keys, second.id, wall, 9);
    assertThat(claimed(table, world.keyed("k", "{}"), new ArrayList<>()).duplicateOf)
        .isEqualTo(second.id);
    assertThat(table.size()).isOne();
  }

  @Test
  void a_snapshot_takes_the_keys_whose_records_it_stands_for() {
    IdempotencyTable table = table(1_024);
    List<Claim> claims = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      Claim claim = settled(table, "k" + i);
      claim.position = i == 0 ? Claim.IN_MEMORY : 100 + i;
      claims.add(claim);
    }
    List<Claim> recorded = new ArrayList<>();
    table.recordedUpTo(105, recorded::add);
    assertThat(recorded).containsExactlyInAnyOrderElementsOf(claims.subList(1, 6));
  }

  @Test
  void a_full_table_never_forgets_what_is_in_flight() {
    IdempotencyTable table = table(64); // one a part
    List<Claim> claims = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      claimed(table, world.keyed("k" + i, "{}"), claims);
    }
    assertThat(claims).hasSize(500);
    assertThat(evicted).hasValue(0);
    for (int i = 0; i < 500; i++) {
      TestDoor waits = claimed(table, world.keyed("k" + i, "{}"), new ArrayList<>());
      assertThat(waits.isAnswered()).as("k" + i).isFalse();
      table.settle(claims.get(i));
      assertThat(waits.duplicateOf).as("k" + i).isEqualTo(claims.get(i).id);
    }
  }

  /** What the model knows of a key. */
  private static final class Known {
    final TaskId id;
    final String input;
    final Claim claim;
    final long until;
    final List<TestDoor> waiting = new ArrayList<>();
    boolean settled;

    Known(TaskId id, String input, Claim claim, long until) {
      this.id = id;
      this.input = input;
      this.claim = claim;
      this.until = until;
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void it_answers_as_a_plain_map_would(long seed) {
    Random random = new Random(seed);
    IdempotencyTable table = table(1 << 20);
    Map<String, Known> model = new HashMap<>();
    for (int step = 0; step < 4_000; step++) {
      String key = "k" + random.nextInt(12);
      Known known = model.get(key);
      String where = "seed " + seed + ", step " + step + ", " + key;
      switch (random.nextInt(6)) {
        case 0 -> world.clock.advance(Duration.ofMillis(random.nextInt(200)));
        case 1 -> settle(table, known, where);
        case 2 -> release(table, model, key, where);
        default -> claim(table, model, key, random.nextInt(4) == 0 ? "[1]" : "{}", where);
      }
    }
    assertThat(evicted).hasValue(0);
  }

  private static void settle(IdempotencyTable table, Known known, String where) {
    if (known != null && !known.settled) {
      known.settled = true;
      table.settle(known.claim);
      known.waiting.forEach(door -> assertThat(door.duplicateOf).as(where).isEqualTo(known.id));
    }
  }

  private static void release(
      IdempotencyTable table, Map<String, Known> model, String key, String where) {
    Known known = model.get(key);
    if (known != null && !known.settled) {
      model.remove(key);
      Problem problem = Problem.of(ErrorCode.STORAGE_FULL, "full");
      table.release(known.claim, problem);
      known.waiting.forEach(door -> assertThat(door.refusal).as(where).isEqualTo(problem));
    }
  }

  private void claim(
      IdempotencyTable table, Map<String, Known> model, String key, String input, String where) {
    Known known = model.get(key);
    if (known != null && known.settled && world.clock.nanoTime() >= known.until) {
      known = null;
    }
    Task task = world.task(Durability.FSYNC, key, input);
    List<Claim> claims = new ArrayList<>();
    TestDoor door = claimed(table, task, claims);
    if (known == null) {
      assertThat(claims).as(where).hasSize(1);
      long until = world.clock.nanoTime() + KEEP.toNanos();
      model.put(key, new Known(task.id(), input, claims.getFirst(), until));
    } else if (!known.input.equals(input)) {
      assertThat(door.refusal.code()).as(where).isEqualTo(ErrorCode.IDEMPOTENCY_MISMATCH);
    } else if (known.settled) {
      assertThat(door.duplicateOf).as(where).isEqualTo(known.id);
    } else {
      assertThat(door.isAnswered()).as(where).isFalse();
      known.waiting.add(door);
    }
  }
}
