package dev.millrace.runtime.worker;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.model.ModelSpec;
import dev.millrace.domain.port.ModelRuntime.Attempt;
import dev.millrace.domain.task.Input;
import dev.millrace.domain.tensor.DataType;
import dev.millrace.domain.tensor.Tensor;
import dev.millrace.kernel.Clock;
import dev.millrace.kernel.metrics.Meters;
import dev.millrace.runtime.fakes.FakeWorker;
import dev.millrace.runtime.fakes.Reports;
import dev.millrace.runtime.fakes.Work;
import dev.millrace.runtime.sim.SimModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With real processes. */
@Timeout(60)
class WorkerRuntimeTest {

  private static final Deployment ECHO = SimModel.deployment(1, "default");
  private static final WorkerSettings.Timing TIMING = WorkerSettings.Timing.DEFAULT;

  @TempDir Path folder;
  private final Reports reports = new Reports();
  private WorkerRuntime worker;

  @AfterEach
  void close() {
    if (worker != null) {
      worker.close();
    }
  }

  @Test
  void it_runs_batches_reports_in_order_and_ends_clean() throws Exception {
    start(TIMING, WorkerSettings.Limits.DEFAULT);
    assign(Work.json(1, "tokens 3"), Work.json(2, "tokens 2", 0), Work.json(3, "dance"));
    assertThat(reports.result(1).usage().completionTokens()).isEqualTo(3);
    reports.result(2);
    assertThat(reports.problem(3).message())
        .isEqualTo("/input: dance (expected: something it can do)");
    assertThat(of(1))
        .containsExactly("started 1", "token 1 0 t0", "token 1 1 t1", "token 1 2 t2", "done 1");
    assertThat(of(2)).containsExactly("started 2", "token 2 1 t1", "done 2");

    ProcessHandle process = ProcessHandle.of(worker.pid()).orElseThrow();
    worker.close();
    assertThat(process.isAlive()).isFalse();
    assertThat(reports.count("lost")).isZero();
    assertThat(worker.pid()).isEqualTo(-1);
    worker.assign(ECHO, List.of(Work.json(4, "tokens 1")));
    assertThat(reports.problem(4).code()).isEqualTo(ErrorCode.MODEL_LOADING);
    try (var left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void killed_in_mid_generation_it_is_lost_at_once_and_ready_again_under_a_new_name()
      throws Exception {
    start(TIMING, WorkerSettings.Limits.DEFAULT);
    assign(Work.json(1, "hang"));
    reports.await("token 1");
    long first = worker.pid();
    int before = reports.size();
    long killed = System.nanoTime();
    signal("-KILL", first);
    assertThat(reports.await(before, line -> line.startsWith("lost"))).startsWith("lost echo#1: ");
    assertThat(Duration.ofNanos(System.nanoTime() - killed)).isLessThan(ofSeconds(2));
    reports.await("ready 1 echo#2");
    assertThat(worker.pid()).isNotEqualTo(first);
    assign(Work.json(2, "tokens 3", 0));
    reports.result(2);
    assertThat(of(1)).containsExactly("started 1", "token 1 0 t0");
    assertThat(of(2)).containsExactly("started 2", "token 2 1 t1", "token 2 2 t2", "done 2");
  }

  @Test
  void an_attempt_that_kills_its_process_is_reported_neither_done_nor_failed() throws Exception {
    start(TIMING, WorkerSettings.Limits.DEFAULT);
    assign(Work.json(1, "tokens 1"));
    reports.result(1);
    assign(Work.json(2, "halt 2"));
    reports.await("lost echo#1");
    reports.await("ready 1 echo#2");
    assertThat(of(2)).noneMatch(line -> line.startsWith("done") || line.startsWith("failed"));
  }

  @Test
  void a_stopped_process_is_killed_and_lost_after_its_silence_and_never_speaks_again()
      throws Exception {
    start(
        new WorkerSettings.Timing(ofSeconds(10), ofMillis(50), ofMillis(500), ofSeconds(5)),
        WorkerSettings.Limits.DEFAULT);
    assign(Work.json(1, "hang"));
    reports.await("token 1");
    long zombie = worker.pid();
    int before = reports.size();
    signal("-STOP", zombie);
    assertThat(reports.await(before, line -> line.startsWith("lost")))
        .isEqualTo("lost echo#1: no sign of life for 500 ms");
    reports.await("ready 1 echo#2");
    assertThat(ProcessHandle.of(zombie).map(ProcessHandle::isAlive).orElse(false)).isFalse();
    assertThat(of(1)).containsExactly("started 1", "token 1 0 t0");
  }

  @Test
  void a_cancel_makes_the_round_and_frees_its_lease() throws Exception {
    start(TIMING, new WorkerSettings.Limits(16, 2, 1 << 20));
    assign(Work.json(1, "hang"), Work.json(2, "hang"));
    reports.await("token 1");
    reports.await("token 2");
    assign(Work.json(3, "tokens 1"));
    assertThat(reports.problem(3).message()).isEqualTo("worker echo#1: it holds 2 of 2 leases");
    worker.cancel(1);
    worker.cancel(1);
    worker.cancel(99);
    assertThat(reports.problem(1).code()).isEqualTo(ErrorCode.CANCELLED);
    assign(Work.json(4, "tokens 1"));
    reports.result(4);
    worker.cancel(2);
    reports.problem(2);
  }

  @Test
  void many_tokens_pass_a_small_window_of_credits_without_loss() throws Exception {
    start(TIMING, new WorkerSettings.Limits(8, 1_000, 1 << 20));
    assign(
        LongStream.rangeClosed(1, 500)
            .mapToObj(lease -> Work.json(lease, "tokens 100"))
            .toArray(Attempt[]::new));
    for (long lease = 1; lease <= 500; lease++) {
      reports.result(lease);
    }
    assertThat(reports.count("token")).isEqualTo(50_000);
    assertThat(of(77)).hasSize(102);
    assertThat(reports.count("lost")).isZero();
  }

  @Test
  void inputs_and_answers_up_to_the_frame_limit_pass_and_beyond_are_refused() throws Exception {
    start(TIMING, WorkerSettings.Limits.DEFAULT);
    int almost = (64 << 20) - 1_000;
    assign(big(1, almost));
    assertThat(reports.result(1).finishReason()).isEqualTo(String.valueOf(almost));
    assign(big(2, 64 << 20), Work.json(3, "tokens 1"));
    assertThat(reports.problem(2).code()).isEqualTo(ErrorCode.TOO_LARGE);
    reports.result(3);
    assign(big(4, 40 << 20), big(5, 40 << 20));
    reports.result(4);
    reports.result(5);
    assign(Work.json(6, "sized " + almost));
    assertThat(reports.result(6).outputs().getFirst().data()).hasSize(almost);
    assign(Work.json(7, "sized " + (64 << 20)));
    assertThat(reports.problem(7).message()).contains("expected: at most 67108864 bytes");
    assertThat(reports.count("lost")).isZero();
  }

  @Test
  void a_process_sees_allowed_names_only_and_no_secret_on_its_command_line() throws Exception {
    start(TIMING, WorkerSettings.Limits.DEFAULT);
    assertThat(System.getenv()).containsKey("OPT_OUT_TRACKING").hasSizeGreaterThan(3);
    assign(Work.json(1, "environment"), Work.json(2, "flags"));
    String names = String.valueOf(reports.result(1).finishReason());
    assertThat(names.substring(1, names.length() - 1).split(", "))
        .contains("OPT_OUT_TRACKING", "PATH")
        .isSubsetOf(WorkerProcess.ALLOWED_ENVIRONMENT);
    assertThat(reports.result(2).finishReason())
        .contains("-Xmx256m", "-XX:+UseSerialGC", "-Dgreeting=hello", "--enable-native-access")
        .doesNotContainPattern("[0-9a-f]{64}");
  }

  @Test
  void what_cannot_be_loaded_is_unavailable_and_the_rest_serves() throws Exception {
    start(TIMING, WorkerSettings.Limits.DEFAULT);
    worker.load(named(2, "broken"));
    assertThat(reports.await("unavailable 2")).isEqualTo("unavailable 2 echo#1 digest abc");
    worker.unload(2);
    worker.assign(named(3, "never-loaded"), List.of(Work.json(1, "tokens 1")));
    assertThat(reports.problem(1).code()).isEqualTo(ErrorCode.MODEL_LOADING);
    assign(Work.json(2, "tokens 1"));
    reports.result(2);
  }

  @Test
  void a_model_that_kills_its_loader_is_tried_again_with_pauses_until_it_is_unloaded()
      throws Exception {
    start(TIMING, WorkerSettings.Limits.DEFAULT);
    worker.load(named(2, "fatal"));
    reports.await("lost echo#1");
    reports.await("lost echo#2");
    worker.unload(2);
    int before = reports.size();
    reports.await(before, line -> line.startsWith("ready 1"));
  }

  @Test
  void an_interrupt_meant_for_its_node_does_not_end_it() throws Exception {
    start(TIMING, WorkerSettings.Limits.DEFAULT);
    assign(Work.json(1, "hang"));
    reports.await("token 1");
    signal("-INT", worker.pid());
    signal("-TERM", worker.pid());
    assign(Work.json(2, "tokens 2"));
    reports.result(2);
    worker.cancel(1);
    reports.problem(1);
    worker.close();
    assertThat(reports.count("lost")).isZero();
  }

  @Test
  void a_drain_lets_what_runs_end_and_kills_what_does_not() throws Exception {
    start(
        new WorkerSettings.Timing(ofSeconds(10), ofSeconds(1), ofSeconds(5), ofMillis(300)),
        WorkerSettings.Limits.DEFAULT);
    assign(Work.json(1, "tokens 20000"), Work.json(2, "hang"));
    reports.result(1);
    reports.await("token 2");
    worker.close();
    assertThat(reports.await("lost")).isEqualTo("lost echo#1: not drained within 300 ms");
    assertThat(of(2)).containsExactly("started 2", "token 2 0 t0");
  }

  private void start(WorkerSettings.Timing timing, WorkerSettings.Limits limits)
      throws IOException {
    var jvm =
        new WorkerSettings.Jvm(
            256, WorkerSettings.Collector.SERIAL, List.of("-Dgreeting=hello", "-Xshare:auto"));
    var settings =
        WorkerSettings.of("echo", FakeWorker.class.getName(), folder)
            .with(timing)
            .with(limits)
            .with(jvm);
    worker = WorkerRuntime.start(settings, reports, Clock.system(), Meters.none());
    worker.load(ECHO);
    reports.await("ready 1 echo#1");
  }

  private void assign(Attempt... attempts) {
    worker.assign(ECHO, List.of(attempts));
  }

  private List<String> of(long lease) {
    return reports.lines().stream()
        .filter(line -> !line.startsWith("ready"))
        .filter(line -> (line + " ").matches("[a-z]+ " + lease + " .*"))
        .toList();
  }

  private static Attempt big(long lease, int bytes) {
    byte[] data = new byte[bytes];
    Arrays.fill(data, (byte) ' ');
    byte[] word = "length ".getBytes(StandardCharsets.UTF_8);
    System.arraycopy(word, 0, data, 0, word.length);
    if (lease % 2 == 0) {
      return Work.of(lease, new Input.Json(data));
    }
    var tensor = new Tensor("in", DataType.UINT8, new long[] {bytes}, data);
    return Work.of(lease, new Input.Tensors(List.of(tensor)));
  }

  private static Deployment named(int id, String name) {
    ModelSpec sim = SimModel.spec();
    ModelSpec spec =
        new ModelSpec(
            name,
            sim.version(),
            sim.kind(),
            sim.runtime(),
            sim.digest(),
            sim.folder(),
            sim.files(),
            sim.inputs(),
            sim.outputs(),
            sim.steps(),
            sim.isolation(),
            sim.defaults(),
            sim.context(),
            null,
            null,
            null);
    return new Deployment(id, spec, "default", ModelSpec.Isolation.WORKER, 8, 8, false);
  }

  private static void signal(String signal, long pid) throws Exception {
    Process kill = new ProcessBuilder("kill", signal, String.valueOf(pid)).start();
    assertThat(kill.waitFor(5, TimeUnit.SECONDS)).isTrue();
    assertThat(kill.exitValue()).isZero();
  }
}
