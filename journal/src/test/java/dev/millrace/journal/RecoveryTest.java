package dev.millrace.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.stream.StreamEvent.End;
import dev.millrace.domain.stream.StreamEvent.Token;
import dev.millrace.domain.task.Durability;
import dev.millrace.domain.task.Stamp;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskState;
import dev.millrace.kernel.bytes.ByteSink;
import dev.millrace.kernel.log.Log;
import dev.millrace.kernel.log.LogEntry;
import dev.millrace.kernel.log.LogWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class RecoveryTest {

  private final JournalWorld world = JournalWorld.started();

  @Test
  void what_lived_is_restored_whole_and_handed_on_in_the_order_of_acceptance() {
    List<TaskId> order = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Task task = world.accepted();
      world.stream(task).token("t" + i);
      if (i % 3 == 0) {
        world.stream(task).end();
      } else {
        order.add(task.id());
      }
    }
    world.settle();
    Task sample = world.streams.open.get(order.getFirst()).task;
    world.killAndRestart();

    assertThat(world.dispatchedIds()).isEqualTo(order);
    assertThat(world.recovered.tasks()).isEqualTo(order.size());
    assertThat(world.recovered.ended()).isEqualTo(7);
    Task restored = world.dispatched.getFirst();
    assertThat(restored)
        .usingRecursiveComparison()
        .ignoringFields("stamps", "deadlineNanos")
        .isEqualTo(sample);
    assertThat(world.stream(restored).shown).containsExactly(new Token(0, "t1"));
  }

  @Test
  void the_deadline_goes_on_in_wall_time_within_the_budget() {
    Task task = world.accepted();
    world.clock.advance(Duration.ofSeconds(20));
    world.killAndRestart();
    assertThat(remainingSeconds()).isEqualTo(40);
    assertThat(world.dispatched.getFirst().stamps().at(Stamp.ACCEPTED))
        .isEqualTo(task.stamps().at(Stamp.ACCEPTED) + (world.clock.nanoTime() == 0 ? 1 : 0));

    world.clock.jumpWall(Duration.ofHours(-5));
    world.killAndRestart();
    assertThat(remainingSeconds()).as("never more than the budget").isEqualTo(60);
    world.clock.jumpWall(Duration.ofHours(50));
    world.killAndRestart();
    assertThat(remainingSeconds()).as("never less than nothing").isZero();
  }

  private long remainingSeconds() {
    long nanos = world.dispatched.getFirst().deadlineNanos() - world.clock.nanoTime();
    return Duration.ofNanos(nanos).toSeconds();
  }

  @Test
  void each_start_has_an_epoch_of_its_own() throws IOException {
    assertThat(world.journal.epoch()).isEqualTo(1);
    assertThat(world.killAndRestart().journal.epoch()).isEqualTo(2);
    world.close();
    assertThat(world.start().journal.epoch()).isEqualTo(3);
  }

  @Test
  void an_ended_task_is_found_again_within_the_keeping_time_only() {
    Task old = world.accepted();
    world.stream(old).end();
    world.settle();
    world.advance(Duration.ofMinutes(6));
    Task young = world.accepted();
    world.stream(young).end();
    world.settle();
    world.advance(Duration.ofMinutes(5));
    world.killAndRestart();

    assertThat(world.streams.ended).containsOnlyKeys(young.id());
    assertThat(world.dispatched).isEmpty();
  }

  @Test
  void a_task_whose_input_file_is_lost_ends_failed_and_the_others_run() throws IOException {
    TestDoor large =
        world.submit(world.task(Durability.FSYNC, null, "{\"t\":\"" + "x".repeat(600) + "\"}"));
    Task other = world.accepted();
    assertThat(large.acknowledged).isTrue();
    Path shelf = JournalWorld.DIRECTORY.resolve("blobs").resolve("00000007");
    Path folder = shelf.resolve(world.disk.list(shelf).getFirst());
    world.disk.delete(folder.resolve(world.disk.list(folder).getFirst()));
    world.killAndRestart();

    assertThat(world.dispatchedIds()).containsExactly(other.id());
    world.settle();
    byte[] transcript = world.journal.readTranscript(world.streams.ended.get(large.task.id()));
    assertThat(FakeStreams.events(transcript).getLast())
        .isInstanceOfSatisfying(
            End.class, end -> assertThat(end.state()).isEqualTo(TaskState.FAILED));
  }

  @Test
  void a_disk_that_hangs_does_not_hold_up_the_close_and_nothing_acknowledged_is_lost()
      throws IOException {
    Task accepted = world.accepted();
    Task ending = world.accepted();
    FakeStreams.Stream stream = world.stream(ending);
    for (int i = 0; i < 50; i++) {
      stream.token("some words, number " + i);
    }
    world.settle();
    world.deferred = true;
    stream.end();
    TestDoor large = world.submit(world.keyed(null, "x".repeat(600)));

    world.agent.closed();
    world.journal.close(Duration.ofMillis(1));
    world.runLater();

    assertThat(large.acknowledged).isFalse();
    assertThat(large.refusal).isNotNull();
    assertThat(world.failures).isEmpty();
    world.deferred = false;
    world.start();
    assertThat(world.dispatchedIds()).containsExactly(accepted.id(), ending.id());
  }

  @Test
  void a_start_reads_the_snapshot_and_what_came_after_it() throws IOException {
    Task first = world.accepted();
    world.stream(first).token("a");
    Task ended = world.accepted();
    world.stream(ended).end();
    world.settle();
    world.close();
    world.start();
    world.stream(world.dispatched.getFirst()).token("b");
    Task second = world.accepted();
    world.settle();
    world.killAndRestart();

    assertThat(world.dispatchedIds()).containsExactly(first.id(), second.id());
    assertThat(world.stream(first).shown).containsExactly(new Token(0, "a"), new Token(1, "b"));
    assertThat(world.streams.ended).containsOnlyKeys(ended.id());
  }

  @Test
  void a_damaged_snapshot_is_passed_over_for_the_older_one() throws IOException {
    Task task = world.accepted();
    world.close();
    world.start();
    world.stream(task).token("a");
    world.close();
    Path log = JournalWorld.DIRECTORY.resolve("log");
    String newest =
        world.disk.list(log).stream()
            .filter(name -> name.startsWith("snapshot-"))
            .toList()
            .getLast();
    world.disk.flipBit(log.resolve(newest), 90, 3);
    world.start();

    assertThat(world.stream(task).shown).containsExactly(new Token(0, "a"));
  }

  // ---- records that make no sense ----

  /** Writes a record of any kind behind what there is. */
  private void append(int type, Consumer<ByteSink> payload) throws IOException {
    world.disk.killProcess();
    try (Log log =
        Log.open(
            world.disk,
            JournalWorld.DIRECTORY.resolve("log"),
            JournalWorld.SMALL_LOG,
            world.clock)) {
      LogWriter writer = log.startWriter(() -> {}, cause -> {}, Runnable::run);
      writer.append(new Raw(type, payload));
      writer.turn(world.clock.nanoTime());
      writer.closed();
    }
  }

  private record Raw(int type, Consumer<ByteSink> payload) implements LogEntry {
    @Override
    public int tenant() {
      return JournalWorld.TENANT;
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
      ByteSink sink = new ByteSink(64);
      payload.accept(sink);
      into.put(sink.toByteArray());
    }

    @Override
    public void written(long position) {}

    @Override
    public void durable() {}

    @Override
    public void failed(Exception reason) {
      throw new IllegalStateException(reason);
    }
  }

  private void refusesToOpen(String... words) {
    assertThatThrownBy(world::start)
        .isInstanceOf(UncheckedIOException.class)
        .cause()
        .isInstanceOf(JournalDamagedException.class)
        .satisfies(refusal -> assertThat(refusal.getMessage()).contains(words));
  }

  @Test
  void a_hole_in_a_stream_is_damage() throws IOException {
    Task task = world.accepted();
    world.stream(task).token("a");
    world.settle();
    append(RecordType.EVENT, sink -> EventRecord.write(sink, task.id(), 2, new Token(2, "c")));

    refusesToOpen(task.id().toString(), "event 2 (expected: 1)");
  }

  @Test
  void an_end_that_skips_events_is_damage() throws IOException {
    Task task = world.accepted();
    EndRecord end = new EndRecord(task.id(), 5, 0, null);
    append(RecordType.END, sink -> EndRecord.write(sink, end, new byte[0]));

    refusesToOpen("the end is event 5 (expected: 0)");
  }

  @Test
  void a_task_accepted_twice_is_damage() throws IOException {
    Task task = world.accepted();
    append(RecordType.ACCEPTED, sink -> AcceptedRecord.write(sink, task, null, null));

    refusesToOpen("accepted a second time");
  }

  @Test
  void an_unknown_type_of_record_is_refused_and_names_the_newer_version() throws IOException {
    append(4, sink -> sink.putByte(1));

    refusesToOpen("a record of type 4 (expected: 1..3)", "a newer version wrote it");
  }

  @Test
  void a_newer_format_of_a_record_is_refused() throws IOException {
    for (int type = RecordType.ACCEPTED; type <= RecordType.END; type++) {
      RecoveryTest fresh = new RecoveryTest();
      fresh.append(type, sink -> sink.putByte(2));
      fresh.refusesToOpen("of format 2 (expected: at most 1)", "a newer version wrote it");
    }
  }

  @Test
  void a_record_that_is_cut_short_inside_is_damage() throws IOException {
    append(RecordType.EVENT, sink -> sink.putByte(1).putLong(5));

    refusesToOpen("expected: at most");
  }

  @Test
  void an_end_wins_over_what_is_recorded_after_it() throws IOException {
    Task task = world.accepted();
    world.stream(task).end();
    world.settle();
    append(RecordType.EVENT, sink -> EventRecord.write(sink, task.id(), 0, new Token(1, "late")));
    world.start();

    assertThat(world.dispatched).isEmpty();
    assertThat(world.streams.ended).containsOnlyKeys(task.id());
  }
}
