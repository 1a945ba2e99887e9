package dev.millrace.streams;

import static dev.millrace.domain.task.Durability.FSYNC;
import static dev.millrace.domain.task.Durability.MEMORY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.stream.StreamEvent.Token;
import dev.millrace.domain.task.Durability;
import dev.millrace.domain.task.Stamp;
import dev.millrace.domain.task.TaskState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TaskStreamsTest {
  private final Streaming world = new Streaming();

  @ParameterizedTest
  @EnumSource(Durability.class)
  void an_ended_stream_is_read_back_as_it_was(Durability durability) {
    var task = world.ended(durability, "a", "", "ž");
    pushOutOfRecent();
    var view = world.find(task.id());
    assertThat(view).isNotNull();
    assertThat(view.state()).isEqualTo(TaskState.SUCCEEDED);
    assertThat(view.published()).isEqualTo(4);
    assertThat(view.task().model()).isEqualTo("sim");
    assertThat(view.task().stamps().at(Stamp.RECORDED))
        .isGreaterThanOrEqualTo(view.task().stamps().at(Stamp.ACCEPTED));
    assertThat(view.task().stamps().at(Stamp.LEASED)).isZero();
    var cursor = view.follow(1, () -> {});
    assertThat(Streaming.read(cursor))
        .containsExactly(new Token(1, ""), new Token(2, "ž"), Streaming.SUCCEEDED);
    assertThat(cursor.number()).isEqualTo(3);
    cursor.close();
  }

  @ParameterizedTest
  @EnumSource(Durability.class)
  void when_it_was_delivered_is_known_as_long_as_the_stream_is_kept(Durability durability) {
    var task = world.ended(durability, "a");
    var unread = world.ended(durability, "b");
    world.clock.advance(Duration.ofMillis(20));
    task.stamps().mark(Stamp.DELIVERED, world.clock.nanoTime());
    pushOutOfRecent();
    world.clock.advance(Duration.ofMinutes(9));

    var stamps = world.find(task.id()).task().stamps();
    long after = stamps.at(Stamp.DELIVERED) - stamps.at(Stamp.ACCEPTED);
    assertThat(after).isBetween(21_900_000L, 22_100_000L);
    assertThat(stamps.at(Stamp.DELIVERED)).isGreaterThan(stamps.at(Stamp.RECORDED));
    assertThat(world.find(unread.id()).task().stamps().at(Stamp.DELIVERED)).isZero();
  }

  @ParameterizedTest
  @EnumSource(Durability.class)
  void an_ended_stream_is_forgotten_after_the_keeping_time(Durability durability) {
    var task = world.ended(durability, "a");
    pushOutOfRecent();
    world.clock.advance(Duration.ofMinutes(9));
    assertThat(world.find(task.id())).isNotNull();
    world.clock.advance(Duration.ofMinutes(4));
    assertThat(world.find(task.id())).isNull();
  }

  @ParameterizedTest
  @EnumSource(Durability.class)
  void a_stream_that_is_to_be_forgotten_is_shown_to_nobody_whether_recent_or_kept(
      Durability durability) {
    var recent = world.ended(durability, "a");
    world.streams.forget(recent.id());
    assertThat(world.find(recent.id())).isNull();
    var kept = world.ended(durability, "b");
    pushOutOfRecent();
    assertThat(world.find(recent.id())).isNull();
    world.streams.forget(kept.id());
    assertThat(world.find(kept.id())).isNull();
    assertThat(world.streams.list(1, null, null, null, 1_000))
        .extracting(view -> view.task().id())
        .doesNotContain(recent.id(), kept.id());
  }

  @ParameterizedTest
  @EnumSource(Durability.class)
  void a_stream_forgotten_while_it_runs_is_not_found_after_its_end_either(Durability durability) {
    var task = world.task(durability);
    var stream = world.streams.open(task);
    var follower = world.find(task.id()).follow(0, () -> {});
    world.streams.forget(task.id());
    world.clock.advance(Duration.ofMinutes(5));
    stream.append(new Token(1, "a"));
    stream.append(Streaming.SUCCEEDED);
    world.log.writeAll();
    assertThat(world.find(task.id())).isNull();
    pushOutOfRecent();
    assertThat(world.find(task.id())).isNull();
    // Who followed it before sees it to its end.
    assertThat(Streaming.read(follower)).containsExactly(new Token(1, "a"), Streaming.SUCCEEDED);
  }

  @Test
  void to_forget_an_unknown_stream_changes_nothing() {
    var other = world.ended(FSYNC, "a");
    world.streams.forget(world.task(FSYNC).id());
    world.streams.forget(world.task(MEMORY).id());
    assertThat(world.find(other.id())).isNotNull();
  }

  @ParameterizedTest
  @EnumSource(Durability.class)
  void another_tenants_stream_is_as_unknown_as_one_that_never_was(Durability durability) {
    var task = world.ended(durability, "a");
    assertThat(world.find(task.id(), 2)).isNull();
    pushOutOfRecent();
    assertThat(world.find(task.id(), 2)).isNull();
    assertThat(world.find(world.task(durability).id())).isNull();
  }

  @Test
  void a_transcript_that_cannot_be_read_is_not_found_and_harms_nobody() {
    var task = world.ended(FSYNC, "a");
    pushOutOfRecent();
    world.log.transcripts.set(0, new byte[] {9, 9, 9});
    assertThat(world.find(task.id())).isNull();
    world.log.transcripts.clear();
    assertThat(world.find(task.id())).isNull();
  }

  @Test
  void what_ended_before_a_restart_is_found_by_its_place() {
    var task = world.ended(FSYNC, "a");
    var after = new Streaming();
    after.log.transcripts.addAll(world.log.transcripts);
    assertThat(after.find(task.id())).isNull();
    after.streams.restoreEnded(task.id(), 0);
    assertThat(after.find(task.id())).isNotNull();
  }

  @Test
  void memory_keeps_to_its_budget_and_the_oldest_goes_first() {
    var small = new Streaming(new TaskStreams.Settings(Duration.ofMinutes(10), 2_000, 1));
    var tasks = new ArrayList<dev.millrace.domain.task.Task>();
    for (int i = 0; i < 50; i++) {
      tasks.add(small.ended(MEMORY, "a"));
    }
    assertThat(small.find(tasks.getFirst().id())).isNull();
    assertThat(small.find(tasks.get(47).id())).isNotNull();
    assertThat(small.find(tasks.getLast().id())).isNotNull();
  }

  @Test
  void tasks_are_listed_newest_first_by_owner_state_and_model() {
    var first = world.ended(FSYNC, "a");
    var second = world.ended(MEMORY, "b");
    pushOutOfRecent();
    var third = world.task(FSYNC);
    world.streams.open(third);
    var all = world.streams.list(Streaming.TENANT, null, "sim", null, 100);
    assertThat(all.getFirst().task().id()).isEqualTo(third.id());
    assertThat(all.getLast().task().id()).isEqualTo(first.id());
    assertThat(world.streams.list(Streaming.TENANT, TaskState.QUEUED, null, null, 10)).hasSize(1);
    assertThat(world.streams.list(Streaming.TENANT, null, null, second.id(), 10)).hasSize(1);
    assertThat(world.streams.list(Streaming.TENANT, null, "other", null, 10)).isEmpty();
    assertThat(world.streams.list(2, null, null, null, 10)).isEmpty();
    assertThat(world.streams.list(Streaming.TENANT, null, null, null, 2)).hasSize(2);
  }

  @Test
  void a_stream_is_opened_once() {
    var task = world.task(FSYNC);
    world.streams.open(task);
    assertThatThrownBy(() -> world.streams.restore(task, List.of()))
        .isInstanceOf(IllegalStateException.class);
  }

  private void pushOutOfRecent() {
    for (int i = 0; i < 2; i++) {
      world.ended(FSYNC, "x");
    }
  }
}
