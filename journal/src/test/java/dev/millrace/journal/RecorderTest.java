package dev.millrace.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.domain.stream.StreamEvent.Token;
import dev.millrace.domain.task.Durability;
import dev.millrace.domain.task.Task;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecorderTest {

  private final JournalWorld world = JournalWorld.started();

  private static List<StreamEvent> tokens(String... texts) {
    List<StreamEvent> events = new java.util.ArrayList<>();
    for (String text : texts) {
      events.add(new Token(events.size(), text));
    }
    return events;
  }

  @Test
  void an_event_is_shown_once_it_is_written_and_costs_no_sync() {
    FakeStreams.Stream stream = world.stream(world.accepted());
    int syncs = world.disk.syncs();
    stream.token("a");
    assertThat(stream.shown).isEmpty();
    world.turn();

    assertThat(stream.shown).isEqualTo(tokens("a"));
    assertThat(world.disk.syncs()).isEqualTo(syncs);
  }

  @Test
  void kill_9_loses_no_event_that_was_shown() {
    Task task = world.accepted();
    FakeStreams.Stream stream = world.stream(task);
    stream.token("a");
    stream.token("b");
    world.turn();
    stream.token("never written");
    world.killAndRestart();

    assertThat(world.stream(task).shown).isEqualTo(tokens("a", "b"));
    assertThat(world.dispatchedIds()).containsExactly(task.id());
    world.stream(task).token("c");
    world.stream(task).end();
    world.settle();
    assertThat(world.failures).isEmpty();
  }

  @Test
  void an_end_gives_the_place_of_the_whole_transcript() throws IOException {
    Task task = world.accepted();
    FakeStreams.Stream stream = world.stream(task);
    stream.token("a");
    stream.end();
    world.settle();

    byte[] transcript = world.journal.readTranscript(world.streams.ended.get(task.id()));
    assertThat(FakeStreams.events(transcript)).isEqualTo(stream.appended);
  }

  @Test
  void a_large_transcript_lies_in_a_blob_and_is_read_back_by_the_same_place() throws IOException {
    Task task = world.accepted();
    FakeStreams.Stream stream = world.stream(task);
    for (int i = 0; i < 50; i++) {
      stream.token("some words, number " + i);
    }
    world.deferred = true;
    stream.end();
    world.settle();
    assertThat(world.streams.ended).doesNotContainKey(task.id());
    world.runLater();
    world.settle();
    world.deferred = false;
    world.killAndRestart();

    byte[] transcript = world.journal.readTranscript(world.streams.ended.get(task.id()));
    assertThat(FakeStreams.events(transcript)).isEqualTo(stream.appended);
    assertThat(world.dispatched).isEmpty();
  }

  @Test
  void large_payloads_go_when_no_live_task_and_no_kept_transcript_names_them() throws IOException {
    Task lives =
        world.submit(world.task(Durability.FSYNC, null, "\"" + "a".repeat(500) + "\"")).task;
    Task ends =
        world.submit(world.task(Durability.FSYNC, null, "\"" + "b".repeat(500) + "\"")).task;
    world.settle();
    for (int i = 0; i < 50; i++) {
      world.stream(ends).token("some words, number " + i);
    }
    world.stream(ends).end();
    world.settle();
    assertThat(blobs()).isEqualTo(3);
    world.advance(Duration.ofMinutes(10));
    assertThat(blobs()).isEqualTo(3);
    world.journal.readTranscript(world.streams.ended.get(ends.id()));

    world.advance(Duration.ofMinutes(2));
    assertThat(blobs()).isEqualTo(1);
    world.crashAndRestart();
    assertThat(world.dispatchedIds()).containsExactly(lives.id());
    assertThat(world.dispatched.getFirst().input())
        .usingRecursiveComparison()
        .isEqualTo(lives.input());
    world.advance(Duration.ofMinutes(20));
    assertThat(blobs()).isEqualTo(1);
    assertThat(world.failures).isEmpty();
  }

  private int blobs() throws IOException {
    Path shelf = JournalWorld.DIRECTORY.resolve("blobs/00000007");
    int found = 0;
    for (String folder : world.disk.list(shelf)) {
      found += world.disk.list(shelf.resolve(folder)).size();
    }
    return found;
  }

  @Test
  void events_that_found_the_disk_full_are_written_later_in_their_order() {
    Task task = world.accepted();
    FakeStreams.Stream stream = world.stream(task);
    FakeStreams.Stream other = world.stream(world.accepted());
    world.disk.setCapacity(world.disk.usedBytes()); // the segment in use is there, no further one
    for (int i = 0; i < 600; i++) {
      stream.token("text of some length, number " + i);
      other.token("b" + i);
      if (i % 50 == 0) {
        world.turn();
      }
    }
    for (int i = 0; i < 20; i++) {
      world.advance(Duration.ofMillis(50));
    }
    int shown = stream.shown.size();
    assertThat(shown).isBetween(50, 590);

    world.disk.setCapacity(1L << 40);
    stream.end();
    for (int i = 0; i < 20; i++) {
      world.advance(Duration.ofMillis(50));
    }
    assertThat(stream.shown).isEqualTo(stream.appended);
    assertThat(other.shown).isEqualTo(other.appended);
    assertThat(world.failures).isEmpty();
    world.killAndRestart();
    assertThat(world.stream(other.task).shown).isEqualTo(other.appended);
    assertThat(world.streams.ended).containsKey(task.id());
  }

  @Test
  void what_stands_behind_a_failed_event_does_not_overtake_it_when_room_comes_back_at_once() {
    FakeStreams.Stream stream = world.stream(world.accepted());
    world.disk.setCapacity(world.disk.usedBytes());
    int before = -1;
    while (stream.shown.size() > before) {
      before = stream.shown.size();
      for (int i = 0; i < 100; i++) {
        stream.token("text of some length, number " + i);
      }
      world.turn(); // of what is handed over, one block takes a part
    }
    world.disk.setCapacity(1L << 40);
    world.settle();
    world.advance(Duration.ofMillis(101));
    world.advance(Duration.ofMillis(101));

    assertThat(stream.shown).isEqualTo(stream.appended);
    assertThat(world.failures).isEmpty();
  }

  @Test
  void waiting_for_room_is_no_busy_loop() {
    FakeStreams.Stream stream = world.stream(world.accepted());
    world.disk.setCapacity(world.disk.usedBytes());
    for (int i = 0; i < 600; i++) {
      stream.token("text of some length, number " + i);
    }
    world.settle();
    assertThat(world.turn()).isZero();
    assertThat(world.agent.nextDeadline())
        .isBetween(
            world.clock.nanoTime() + 1, world.clock.nanoTime() + Duration.ofMillis(100).toNanos());
  }

  @Test
  void a_large_transcript_that_finds_no_room_is_stored_once_there_is_some() {
    Task task = world.accepted();
    FakeStreams.Stream stream = world.stream(task);
    for (int i = 0; i < 50; i++) {
      stream.token("some words, number " + i);
    }
    world.settle();
    world.disk.setCapacity(world.disk.usedBytes());
    stream.end();
    for (int i = 0; i < 5; i++) {
      world.advance(Duration.ofMillis(101));
    }
    assertThat(world.streams.ended).isEmpty();
    world.disk.setCapacity(1L << 40);
    world.advance(Duration.ofMillis(101));
    world.settle();

    assertThat(world.streams.ended).containsKey(task.id());
    assertThat(world.failures).isEmpty();
  }

  @Test
  void more_events_than_may_wait_stop_the_node_loudly() {
    FakeStreams.Stream stream = world.stream(world.accepted());
    for (int i = 0; i <= world.settings.waitingEvents(); i++) {
      stream.token("x");
    }

    assertThat(world.failures).hasSize(1);
    assertThat(world.failures.getFirst()).hasMessageContaining("1024 events wait");
    assertThat(world.journal.isWritable()).isFalse();
  }

  @Test
  void events_pass_a_mailbox_that_new_tasks_have_filled() {
    FakeStreams.Stream stream = world.stream(world.accepted());
    for (int i = 0; i < 400; i++) {
      world.submit(world.task());
    }
    for (int i = 0; i < 300; i++) {
      stream.token("t" + i);
    }
    world.settle();

    assertThat(stream.shown).hasSize(300);
  }

  @Test
  void a_memory_task_has_nothing_to_record() {
    Task task = world.task(Durability.MEMORY, null, "{}");

    assertThatThrownBy(() -> world.journal.record(task, 0, new Token(1, "x"), number -> {}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_place_without_a_transcript_is_an_error() throws IOException {
    Task task = world.accepted();
    world.stream(task).end();
    world.settle();
    long position = world.streams.ended.get(task.id());

    assertThatThrownBy(() -> world.journal.readTranscript(position + (1L << 40)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no longer kept");
    assertThatThrownBy(() -> world.journal.readTranscript(position + 8))
        .isInstanceOf(IOException.class);
  }

  @Test
  void closing_writes_what_waits() throws IOException {
    Task task = world.accepted();
    FakeStreams.Stream stream = world.stream(task);
    stream.token("a");
    stream.end();
    world.close();

    assertThat(stream.shown).hasSize(2);
    world.start();
    assertThat(world.streams.ended).containsKey(task.id());
  }
}
