package dev.millrace.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.domain.stream.StreamEvent.Code;
import dev.millrace.domain.stream.StreamEvent.Notice;
import dev.millrace.domain.stream.StreamEvent.Token;
import dev.millrace.domain.task.Task;
import dev.millrace.kernel.log.LogSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Events are shown once they are written and before they are synced, so a loss of power can take
 * what a reader saw: then the stream says so. A killed process takes nothing, and nothing is said.
 */
class PowerLossTest {

  private final JournalWorld world = JournalWorld.started();

  private List<StreamEvent> shown(Task task) {
    world.settle();
    return world.stream(task).shown;
  }

  private static boolean isGap(StreamEvent event) {
    return event instanceof Notice(var code, var _) && code == Code.GAP;
  }

  private Task speaking(String... tokens) {
    Task task = world.accepted();
    for (String token : tokens) {
      world.stream(task).token(token);
    }
    world.settle();
    return task;
  }

  @Test
  void what_was_shown_and_lost_with_the_power_is_told_where_it_was_lost() {
    Task task = speaking("seen");
    world.advance(Duration.ofMillis(200)); // synced when nothing else comes
    world.stream(task).token("seen and lost");
    world.settle();
    assertThat(world.stream(task).shown).hasSize(2);

    world.crashAndRestart();
    assertThat(shown(task)).hasSize(2).startsWith(new Token(0, "seen"));
    assertThat(isGap(shown(task).getLast())).isTrue();
    world.stream(task).token("new");
    assertThat(shown(task)).last().isEqualTo(new Token(2, "new"));
  }

  @Test
  void a_task_of_which_nothing_is_left_but_its_acceptance_is_told_too() {
    Task task = world.accepted();
    world.crashAndRestart();
    assertThat(shown(task)).singleElement().matches(PowerLossTest::isGap);
  }

  @Test
  void a_killed_process_loses_nothing_and_nothing_is_told() {
    Task task = speaking("a", "b");
    world.killAndRestart();
    world.stream(task).token("c");
    assertThat(shown(task)).noneMatch(PowerLossTest::isGap).hasSize(3);
  }

  @Test
  void after_a_close_in_good_order_the_power_may_go() throws IOException {
    Task task = speaking("a");
    world.close();
    world.crashAndRestart();
    assertThat(shown(task)).containsExactly(new Token(0, "a"));
  }

  @Test
  void each_loss_is_told_once() {
    Task task = speaking("a");
    world.advance(Duration.ofMillis(200));
    world.crashAndRestart();
    world.advance(Duration.ofMillis(200));
    world.killAndRestart();
    world.settle();
    assertThat(shown(task).stream().filter(PowerLossTest::isGap)).hasSize(1);
    world.killAndRestart();
    assertThat(shown(task).stream().filter(PowerLossTest::isGap)).hasSize(1);
    world.crashAndRestart();
    assertThat(shown(task).stream().filter(PowerLossTest::isGap)).hasSize(2);
  }

  /** The process dies after it put the streams back and before a notice is with the system. */
  @Test
  void a_loss_that_could_not_be_told_before_the_next_death_is_told_after_it() {
    Task task = speaking("a");
    world.advance(Duration.ofMillis(200));
    world.crashAndRestart(); // no turn: the notice waits for the log's thread
    assertThat(world.stream(task).shown).noneMatch(PowerLossTest::isGap);
    world.killAndRestart();
    assertThat(shown(task).stream().filter(PowerLossTest::isGap)).hasSize(1);
  }

  @Test
  void a_task_accepted_after_the_loss_knows_nothing_of_it() {
    speaking("a");
    world.crashAndRestart();
    world.settle();
    Task later = speaking("b");
    world.killAndRestart();
    assertThat(shown(later)).containsExactly(new Token(0, "b"));
  }

  @Test
  void an_ended_task_is_left_as_it_was() {
    Task task = speaking("a");
    world.stream(task).end();
    world.advance(Duration.ofMillis(200));
    byte[] before = transcript(task);
    world.crashAndRestart();
    world.settle();
    assertThat(world.streams.open).doesNotContainKey(task.id());
    assertThat(transcript(task)).isEqualTo(before);
  }

  private byte[] transcript(Task task) {
    try {
      return world.journal.readTranscript(world.streams.ended.get(task.id()));
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }

  @Test
  void a_mark_that_names_nothing_is_taken_for_another_run() {
    Task task = speaking("a");
    world.killAndRestart();
    world.disk.put(JournalWorld.DIRECTORY.resolve("machine"), new byte[0]);
    world.killAndRestart();
    assertThat(shown(task).stream().filter(PowerLossTest::isGap)).hasSize(1);
    world.disk.put(JournalWorld.DIRECTORY.resolve("machine"), new byte[5_000]);
    world.killAndRestart();
    assertThat(shown(task).stream().filter(PowerLossTest::isGap)).hasSize(2);
  }

  @Test
  void a_journal_from_before_the_mark_was_known_is_trusted() throws IOException {
    Task task = speaking("a");
    world.disk.delete(JournalWorld.DIRECTORY.resolve("machine"));
    world.killAndRestart();
    assertThat(shown(task)).noneMatch(PowerLossTest::isGap);
  }

  /**
   * The model: a reader remembers what it was shown. After any number of kills and losses of power,
   * each event that it remembers is still there under its number, or a gap stands at or before the
   * first one that is not.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void no_reader_is_ever_left_with_lost_events_in_silence(long seed) {
    Random random = new Random(seed);
    world.settings = withSyncs(random);
    Task task = speaking("0");
    for (int life = 0; life < 12; life++) {
      for (int i = random.nextInt(6); i > 0; i--) {
        world.stream(task).token("life " + life + " token " + i);
        if (random.nextBoolean()) {
          world.advance(Duration.ofMillis(random.nextInt(150)));
        }
      }
      world.settle();
      List<StreamEvent> remembered = List.copyOf(world.stream(task).shown);
      boolean powerLost = random.nextBoolean();
      if (powerLost) {
        world.disk.crash(random);
        world.start();
      } else {
        world.killAndRestart();
      }
      List<StreamEvent> now = List.copyOf(shown(task));
      int same = 0;
      while (same < Math.min(remembered.size(), now.size())
          && remembered.get(same).equals(now.get(same))) {
        same++;
      }
      if (same < remembered.size()) {
        assertThat(powerLost).as("seed %d: a kill took events", seed).isTrue();
        // The new notice stands last; an equal one that was lost with the rest may have stood
        // there.
        assertThat(now.size() - 1)
            .as("seed %d, life %d: told no later than they were lost", seed, life)
            .isLessThanOrEqualTo(same);
        assertThat(isGap(now.getLast())).as("seed %d, life %d: told", seed, life).isTrue();
      }
    }
  }

  private static JournalSettings withSyncs(Random random) {
    JournalSettings small = JournalWorld.SMALL;
    LogSettings log = small.log();
    return random.nextBoolean()
        ? small
        : new JournalSettings(
            log,
            small.inlineBytes(),
            small.maxBlobBytes(),
            small.inputsInFlight(),
            small.waitingEvents(),
            small.idempotencyKeep(),
            small.idempotencyKeys(),
            small.transcriptKeep(),
            2048,
            small.logKeep(),
            small.logKeepBytes());
  }
}
