package dev.millrace.runtime.worker;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.port.ModelRuntime.Attempt;
import dev.millrace.domain.task.Input;
import dev.millrace.runtime.fakes.Work;
import dev.millrace.runtime.worker.wire.Frame;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The parts that are one rule each. */
class SmallPartsTest {

  private static final long SECOND = 1_000_000_000;

  @Test
  void pauses_double_to_five_seconds_and_begin_anew_after_a_healthy_life() {
    Backoff backoff = new Backoff();
    assertThat(LongStream.range(0, 8).map(i -> backoff.afterLifeOf(1_000)))
        .containsExactly(100L, 200L, 400L, 800L, 1_600L, 3_200L, 5_000L, 5_000L);
    assertThat(backoff.afterLifeOf(29_999)).isEqualTo(5_000);
    assertThat(backoff.afterLifeOf(30_000)).isEqualTo(100);
    assertThat(backoff.afterLifeOf(1)).isEqualTo(200);
  }

  @Test
  void silence_is_too_long_when_it_reaches_its_limit_and_a_beat_ends_it() {
    Silence silence = new Silence(5 * SECOND, 2 * SECOND, 0);
    assertThat(silence.tooLong(0, 2 * SECOND)).isFalse();
    assertThat(silence.tooLong(0, 4 * SECOND)).isFalse();
    assertThat(silence.tooLong(1, 5 * SECOND)).isFalse();
    assertThat(silence.tooLong(1, 7 * SECOND)).isFalse();
    assertThat(silence.tooLong(1, 9 * SECOND)).isFalse();
    assertThat(silence.tooLong(1, 10 * SECOND)).isTrue();
  }

  @Test
  void a_pause_of_the_node_itself_is_not_held_against_the_worker() {
    Silence silence = new Silence(5 * SECOND, SECOND / 2, 0);
    assertThat(silence.tooLong(0, 20 * SECOND)).isFalse();
    assertThat(silence.tooLong(1, 20 * SECOND + 1)).isFalse();
  }

  @Test
  void credits_come_back_a_quarter_at_a_time_and_more_than_the_window_is_noticed() {
    Credits credits = new Credits(8);
    for (int i = 0; i < 8; i++) {
      assertThat(credits.take()).isTrue();
    }
    assertThat(credits.take()).isFalse();

    Credits fed = new Credits(8);
    for (int i = 0; i < 100; i++) {
      assertThat(fed.take()).isTrue();
      if (fed.handedOn()) {
        assertThat(fed.next(0)).isEqualTo(new Frame.Credit(2));
      }
      assertThat(fed.next(0)).isNull();
    }
  }

  @Test
  void a_heartbeat_is_due_at_once_and_then_at_its_interval() {
    Heartbeats heartbeats = new Heartbeats(SECOND, 7);
    assertThat(heartbeats.next(7)).isEqualTo(new Frame.Heartbeat());
    assertThat(heartbeats.next(8)).isNull();
    assertThat(heartbeats.nextDeadline()).isEqualTo(7 + SECOND);
    assertThat(heartbeats.next(7 + SECOND)).isEqualTo(new Frame.Heartbeat());
  }

  @Test
  void a_batch_is_one_frame_unless_its_inputs_are_too_large_together() {
    List<Attempt> small = List.of(Work.json(1, "{}"), Work.json(2, "{}"));
    assertThat(Batches.of(7, small).frames()).containsExactly(new Frame.Assign(7, small));

    List<Attempt> large = List.of(sized(1, 30), sized(2, 30), sized(3, 64), sized(4, 30));
    Batches batches = Batches.of(7, large);
    assertThat(batches.tooLarge()).extracting(Attempt::lease).containsExactly(3L);
    assertThat(batches.frames())
        .extracting(frame -> frame.attempts().stream().map(Attempt::lease).toList())
        .containsExactly(List.of(1L, 2L), List.of(4L));
    assertThat(batches.frames()).allMatch(frame -> frame.size() <= Frame.MOST_BYTES);
  }

  private static Attempt sized(long lease, int mebibytes) {
    return Work.of(lease, new Input.Json(new byte[mebibytes << 20]));
  }

  @Test
  void settings_out_of_range_name_what_was_found_and_expected() {
    Path folder = Path.of("/tmp");
    assertThatThrownBy(() -> WorkerSettings.of("No Name", "Main", folder))
        .hasMessage("worker.name: No Name (expected: [a-z0-9_-]{1,32})");
    assertThatThrownBy(() -> WorkerSettings.of("w", "Main", Path.of("x")))
        .hasMessage("worker.folder: x (expected: an absolute path)");
    assertThatThrownBy(() -> new WorkerSettings.Jvm(8, WorkerSettings.Collector.ZGC, List.of()))
        .hasMessage("worker.heap: 8 (expected: 16..65536 MiB)");
    assertThatThrownBy(
            () -> new WorkerSettings.Timing(ofSeconds(1), ofSeconds(2), ofSeconds(2), ofSeconds(1)))
        .hasMessage("worker.silence: PT2S (expected: more than PT2S)");
    assertThatThrownBy(() -> new WorkerSettings.Limits(0, 1, 1 << 20))
        .hasMessage("worker.token-credits: 0 (expected: 1..1048576)");
  }

  @Test
  void a_process_is_started_by_absolute_paths_with_its_settings_as_flags() {
    var jvm = new WorkerSettings.Jvm(64, WorkerSettings.Collector.ZGC, List.of("-Da=b"));
    var settings = WorkerSettings.of("w", "the.Main", Path.of("/run/w")).with(jvm);
    List<String> command = WorkerProcess.command(settings, Path.of("/run/w/w-1.sock"));
    assertThat(Path.of(command.getFirst())).isAbsolute().isExecutable();
    assertThat(command).contains("-Xmx64m", "-XX:+UseZGC", "--enable-native-access=ALL-UNNAMED");
    assertThat(command).endsWith("the.Main", "--socket", "/run/w/w-1.sock");
    String classPath = command.get(command.indexOf("-cp") + 1);
    assertThat(classPath.split(":")).isNotEmpty().allMatch(entry -> Path.of(entry).isAbsolute());
    assertThat(command.indexOf("-Da=b")).isLessThan(command.indexOf("-cp"));
  }

  @Test
  void arguments_are_read_or_refused() {
    String[] good = {"--hello-timeout-ms", "200", "--socket", "/run/x.sock"};
    assertThat(WorkerArguments.parse(good))
        .isEqualTo(new WorkerArguments(Path.of("/run/x.sock"), ofMillis(200)));
    assertThatThrownBy(() -> WorkerArguments.parse(new String[] {"--socket"}))
        .hasMessageStartingWith("--socket without a value");
    assertThatThrownBy(() -> WorkerArguments.parse(new String[] {"--key", "x"}))
        .hasMessageStartingWith("--key (expected: --socket PATH");
    String[] long0 = {"--socket", "x", "--hello-timeout-ms", "60001"};
    assertThatThrownBy(() -> WorkerArguments.parse(long0))
        .hasMessage("--hello-timeout-ms 60001 (expected: 1..60000)");
  }
}
