package dev.millrace.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.task.Task;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogRetentionTest {

  private final JournalWorld world = new JournalWorld();

  private JournalWorld keeping(Duration logKeep, long logKeepBytes) {
    JournalSettings small = JournalWorld.SMALL;
    world.settings =
        new JournalSettings(
            small.log(),
            small.inlineBytes(),
            small.maxBlobBytes(),
            small.inputsInFlight(),
            small.waitingEvents(),
            small.idempotencyKeep(),
            small.idempotencyKeys(),
            Duration.ofMinutes(10),
            16 << 10,
            logKeep,
            logKeepBytes);
    return world.start();
  }

  private List<String> segments() throws IOException {
    return world.disk.list(JournalWorld.DIRECTORY.resolve("log")).stream()
        .filter(name -> name.startsWith("segment-"))
        .toList();
  }

  /** Enough ended tasks for several segments. */
  private void traffic() {
    for (int i = 0; i < 200; i++) {
      Task task = world.accepted();
      world.stream(task).token("x".repeat(200));
      world.stream(task).end();
      world.settle();
    }
    world.advance(Duration.ofMillis(150));
  }

  @Test
  void the_log_is_kept_for_its_time_and_then_goes() throws IOException {
    keeping(Duration.ofHours(24), 1L << 40);
    traffic();
    int all = segments().size();
    assertThat(all).isGreaterThan(5);
    assertThat(segments()).contains("segment-00000001");

    world.advance(Duration.ofHours(25));
    traffic();
    assertThat(segments()).doesNotContain("segment-00000001");
    assertThat(segments().size()).isLessThanOrEqualTo(all + 3);
    world.killAndRestart();
    assertThat(world.failures).isEmpty();
  }

  @Test
  void beyond_its_bytes_the_log_goes_earlier_but_never_what_a_stream_may_still_need()
      throws IOException {
    keeping(Duration.ofHours(24), 0);
    traffic();
    assertThat(segments()).as("within ten minutes").contains("segment-00000001");
    world.advance(Duration.ofMinutes(11));
    traffic();

    assertThat(segments()).doesNotContain("segment-00000001");
    world.killAndRestart();
    for (long position : world.streams.ended.values()) {
      assertThat(FakeStreams.events(world.journal.readTranscript(position))).hasSize(2);
    }
  }

  @Test
  void the_records_of_a_live_task_are_never_deleted() throws IOException {
    keeping(Duration.ZERO, 0);
    Task live = world.accepted();
    for (int i = 0; i < 3; i++) {
      traffic();
      world.advance(Duration.ofMinutes(11));
    }
    assertThat(segments()).contains("segment-00000001");

    world.stream(live).end();
    world.settle();
    world.advance(Duration.ofMinutes(11));
    traffic();
    world.advance(Duration.ofMinutes(11));
    traffic();
    assertThat(segments()).doesNotContain("segment-00000001");
    world.killAndRestart();
    assertThat(world.failures).isEmpty();
  }

  @Test
  void the_older_snapshot_finds_its_log_when_the_newer_is_damaged() throws IOException {
    keeping(Duration.ZERO, 0);
    traffic();
    world.advance(Duration.ofMinutes(11));
    traffic();
    Task live = world.accepted();
    world.close();
    var log = JournalWorld.DIRECTORY.resolve("log");
    List<String> snapshots =
        world.disk.list(log).stream().filter(name -> name.startsWith("snapshot-")).toList();
    assertThat(snapshots).hasSize(2);
    world.disk.flipBit(log.resolve(snapshots.getLast()), 80, 1);
    world.start();

    assertThat(world.dispatchedIds()).containsExactly(live.id());
  }

  @Test
  void without_any_snapshot_a_log_whose_beginning_is_gone_is_refused() throws IOException {
    keeping(Duration.ZERO, 0);
    traffic();
    world.advance(Duration.ofMinutes(11));
    traffic();
    world.close();
    var log = JournalWorld.DIRECTORY.resolve("log");
    for (String name : world.disk.list(log)) {
      if (name.startsWith("snapshot-")) {
        world.disk.flipBit(log.resolve(name), 80, 1);
      }
    }

    org.assertj.core.api.Assertions.assertThatThrownBy(world::start)
        .hasRootCauseInstanceOf(JournalDamagedException.class)
        .hasMessageContaining("no snapshot stands for the log that was deleted");
  }

  @Test
  void a_snapshot_bounds_what_a_start_replays() throws IOException {
    keeping(Duration.ofHours(24), 1L << 40);
    traffic();
    assertThat(
            world.disk.list(JournalWorld.DIRECTORY.resolve("log")).stream()
                .filter(name -> name.startsWith("snapshot-")))
        .hasSize(2);
  }
}
