package dev.millrace.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Many tasks over many lives of a node, and the simplest model of what their clients may expect:
 * what was acknowledged is there, once; what was refused for certain is not; a stream never loses
 * what a kill -9 must not take, and never has a hole.
 */
final class Life {

  private static final Set<ErrorCode> CERTAIN =
      Set.of(
          ErrorCode.OVERLOADED,
          ErrorCode.STORAGE_FULL,
          ErrorCode.DRAINING,
          ErrorCode.IDEMPOTENCY_MISMATCH);

  final JournalWorld world;
  private final Random random;
  private final List<TestDoor> doors = new ArrayList<>();
  private final Map<TaskId, FakeStreams.Stream> streams = new HashMap<>();
  private final Map<String, TaskId> keyOwners = new HashMap<>();
  private final Set<TaskId> shownEnded = new HashSet<>();
  private final Map<TaskId, List<StreamEvent>> shownBefore = new LinkedHashMap<>();

  Life(JournalWorld world, Random random) {
    this.world = world;
    this.random = random;
  }

  /** Something that clients, lanes or time do. */
  void step() {
    switch (random.nextInt(10)) {
      case 0, 1, 2 -> submit();
      case 3, 4, 5 -> token();
      case 6 -> end();
      case 7 -> world.advance(Duration.ofMillis(random.nextInt(150)));
      default -> world.turn();
    }
  }

  private void submit() {
    String key = random.nextInt(3) == 0 ? "key-" + random.nextInt(8) : null;
    String input = random.nextInt(12) == 0 ? "x".repeat(500) : "{}";
    doors.add(world.submit(world.keyed(key, input)));
  }

  private void token() {
    FakeStreams.Stream stream = anyStream();
    if (stream != null) {
      stream.token("t".repeat(random.nextInt(40)));
    }
  }

  private void end() {
    FakeStreams.Stream stream = anyStream();
    if (stream != null) {
      stream.end();
    }
  }

  /** One that is open and whose end was not appended. */
  private FakeStreams.Stream anyStream() {
    List<FakeStreams.Stream> alive =
        world.streams.open.values().stream()
            .filter(s -> !s.appended.contains(JournalWorld.SUCCEEDED))
            .toList();
    return alive.isEmpty() ? null : alive.get(random.nextInt(alive.size()));
  }

  /** Before the process dies: what readers saw. */
  void remember() {
    shownBefore.clear();
    shownEnded.clear();
    world.streams.open.forEach((id, stream) -> shownBefore.put(id, List.copyOf(stream.shown)));
    shownEnded.addAll(world.streams.ended.keySet());
    streams.clear();
    streams.putAll(world.streams.all);
  }

  /**
   * After the restart.
   *
   * @param powerLost whether what was written and not synced may be gone
   */
  void check(boolean powerLost) {
    assertThat(world.failures).isEmpty();
    Map<TaskId, Integer> seen = new HashMap<>();
    world.dispatched.forEach(task -> seen.merge(task.id(), 1, Integer::sum));
    world.streams.ended.keySet().forEach(id -> seen.merge(id, 1, Integer::sum));
    assertThat(seen.values()).as("each task once").allMatch(times -> times == 1);
    for (TestDoor door : doors) {
      checkAnswer(door, seen.containsKey(door.task.id()));
    }
    checkKeys();
    checkStreams(powerLost);
  }

  private void checkAnswer(TestDoor door, boolean found) {
    TaskId id = door.task.id();
    if (door.acknowledged) {
      assertThat(found).as(id + " was acknowledged").isTrue();
    }
    if (door.duplicateOf != null) {
      assertThat(found).as(id + " was a repetition").isFalse();
    }
    if (door.refusal != null && CERTAIN.contains(door.refusal.code())) {
      assertThat(found).as(id + " was refused: " + door.refusal).isFalse();
    }
  }

  /** A key names one task, for ever: also across lives. */
  private void checkKeys() {
    for (TestDoor door : doors) {
      if (door.acknowledged || door.duplicateOf != null) {
        Task task = door.task;
        String key = task.settings().idempotencyKey();
        if (key != null) {
          TaskId owner = door.acknowledged ? task.id() : door.duplicateOf;
          assertThat(keyOwners.getOrDefault(key, owner)).as(key).isEqualTo(owner);
          keyOwners.put(key, owner);
        }
      }
    }
  }

  private void checkStreams(boolean powerLost) {
    world.streams.open.forEach(
        (id, stream) -> {
          List<StreamEvent> before = shownBefore.getOrDefault(id, List.of());
          FakeStreams.Stream old = streams.get(id);
          if (old != null) {
            assertThat(stream.shown)
                .as("no rewrite of " + id)
                .isEqualTo(prefix(old.appended, stream.shown.size()));
          }
          if (!powerLost) {
            assertThat(before).as("kept of " + id).isEqualTo(prefix(stream.shown, before.size()));
          }
        });
    if (!powerLost) {
      assertThat(world.streams.ended)
          .satisfies(ended -> assertThat(ended.keySet()).containsAll(shownEnded));
    }
  }

  private static List<StreamEvent> prefix(List<StreamEvent> events, int length) {
    return events.subList(0, Math.min(length, events.size()));
  }

  /** All work is done: each acknowledged task ends, once. */
  void finish() {
    for (int rounds = 0; rounds < 20; rounds++) {
      world.advance(Duration.ofMillis(110));
    }
    while (anyStream() != null) {
      anyStream().end();
      world.settle();
    }
    for (TestDoor door : doors) {
      assertThat(door.acknowledged && !world.streams.ended.containsKey(door.task.id()))
          .as(door.task.id() + " never ended")
          .isFalse();
    }
    checkKeys();
  }
}
