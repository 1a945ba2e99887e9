package dev.millrace.streams;

import static dev.millrace.domain.task.Durability.FSYNC;
import static dev.millrace.domain.task.Durability.MEMORY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.port.StreamView;
import dev.millrace.domain.port.StreamWriter;
import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.domain.stream.StreamEvent.Code;
import dev.millrace.domain.stream.StreamEvent.Notice;
import dev.millrace.domain.stream.StreamEvent.Token;
import dev.millrace.domain.task.Durability;
import dev.millrace.domain.task.Task;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** After a loss of power: who may have read what was lost is told, and nobody else is bothered. */
class GapTest {

  private static final Notice GAP = new Notice(Code.GAP, 2);

  private final Streaming world = new Streaming();

  /** Two tokens survived, then the gap, then one more token. */
  private StreamWriter restored(Task task) {
    StreamWriter writer =
        world.streams.restore(task, List.of(new Token(1, "a"), new Token(2, "b")));
    writer.append(GAP);
    writer.append(new Token(3, "c"));
    world.log.writeAll();
    return writer;
  }

  private static List<StreamEvent> readFrom(StreamView view, int from) {
    try (var cursor = view.follow(from, () -> {})) {
      return Streaming.read(cursor);
    }
  }

  @Test
  void a_reader_from_the_start_or_within_what_survived_meets_the_gap_in_its_place() {
    Task task = world.task(FSYNC);
    restored(task);
    StreamView view = world.find(task.id());
    assertThat(readFrom(view, 0))
        .containsExactly(new Token(1, "a"), new Token(2, "b"), GAP, new Token(3, "c"));
    assertThat(readFrom(view, 2)).containsExactly(GAP, new Token(3, "c"));
  }

  @Test
  void a_reader_that_comes_back_for_a_later_number_is_told_first_and_once() {
    Task task = world.task(FSYNC);
    StreamWriter writer = restored(task);
    var cursor = world.find(task.id()).follow(3, () -> {});
    assertThat(cursor.next()).isEqualTo(GAP);
    assertThat(cursor.number()).as("the number it has already").isEqualTo(2);
    assertThat(cursor.next()).isEqualTo(new Token(3, "c"));
    assertThat(cursor.number()).isEqualTo(3);
    writer.append(new Token(4, "d"));
    world.log.writeAll();
    assertThat(Streaming.read(cursor)).containsExactly(new Token(4, "d"));
  }

  @Test
  void a_reader_beyond_all_that_is_there_is_told_at_once_and_then_waits() {
    Task task = world.task(FSYNC);
    StreamWriter writer = restored(task);
    var cursor = world.find(task.id()).follow(6, () -> {});
    assertThat(cursor.next()).isEqualTo(GAP);
    assertThat(cursor.number()).isEqualTo(5);
    assertThat(cursor.next()).isNull();
    for (int id = 4; id <= 6; id++) {
      writer.append(new Token(id, ""));
    }
    world.log.writeAll();
    assertThat(Streaming.read(cursor)).containsExactly(new Token(6, ""));
    assertThat(cursor.number()).isEqualTo(6);
  }

  @Test
  void a_reader_that_is_there_before_the_gap_is_recorded_is_told_when_it_is() {
    Task task = world.task(FSYNC);
    StreamWriter writer = world.streams.restore(task, List.of(new Token(1, "a")));
    writer.append(GAP);
    var cursor = world.find(task.id()).follow(40, () -> {});
    assertThat(cursor.next()).as("not on the disk yet").isNull();
    world.log.writeAll();
    assertThat(cursor.next()).isEqualTo(GAP);
    assertThat(cursor.number()).isEqualTo(39);
    assertThat(cursor.next()).isNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4, 90})
  void an_ended_stream_tells_it_too_however_it_is_kept(int from) {
    Task task = world.task(FSYNC);
    restored(task).append(Streaming.SUCCEEDED);
    world.log.writeAll();
    List<StreamEvent> recent = readFrom(world.find(task.id()), from);
    for (int i = 0; i < 2; i++) {
      world.ended(FSYNC, "x"); // pushes it out of the newest
    }
    List<StreamEvent> archived = readFrom(world.find(task.id()), from);

    List<StreamEvent> all = new ArrayList<>(readFrom(world.find(task.id()), 0));
    List<StreamEvent> expected =
        new ArrayList<>(all.subList(Math.min(from, all.size() - 1), all.size()));
    if (from > 2) {
      expected.addFirst(GAP);
    }
    assertThat(recent).isEqualTo(expected);
    assertThat(archived).isEqualTo(expected);
  }

  @Test
  void another_notice_is_not_repeated_to_who_has_seen_it() {
    Task task = world.task(MEMORY);
    StreamWriter writer = world.streams.open(task);
    writer.append(new Token(1, "a"));
    writer.append(new Notice(Code.RESTART, 2));
    writer.append(new Notice(Code.DEGRADED, 2));
    writer.append(new Token(2, "b"));
    assertThat(readFrom(world.find(task.id()), 3)).containsExactly(new Token(2, "b"));
  }

  @Test
  void of_two_losses_a_reader_behind_both_is_told_once_which_is_enough_to_begin_again() {
    Task task = world.task(FSYNC);
    StreamWriter writer = world.streams.restore(task, List.of(new Token(1, "a"), GAP));
    writer.append(GAP);
    writer.append(new Token(2, "b"));
    world.log.writeAll();
    assertThat(readFrom(world.find(task.id()), 3)).containsExactly(GAP, new Token(2, "b"));
    assertThat(readFrom(world.find(task.id()), 2)).containsExactly(GAP, GAP, new Token(2, "b"));
  }

  @ParameterizedTest
  @EnumSource(Durability.class)
  void a_number_below_zero_is_refused_and_nobody_is_left_following(Durability durability) {
    Task open = world.task(durability);
    StreamWriter writer = world.streams.open(open);
    StreamView live = world.find(open.id());
    assertThatThrownBy(() -> live.follow(-1, () -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("from: -1 (expected: 0 or more)");
    writer.append(new Token(1, "a")); // would wake it

    Task ended = world.ended(durability, "a");
    world.ended(durability, "x");
    world.ended(durability, "y");
    StreamView archived = world.find(ended.id());
    assertThatThrownBy(() -> archived.follow(Integer.MIN_VALUE, () -> {}))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
