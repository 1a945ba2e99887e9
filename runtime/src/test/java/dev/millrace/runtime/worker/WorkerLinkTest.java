package dev.millrace.runtime.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.port.ModelRuntime.Result;
import dev.millrace.domain.task.Input;
import dev.millrace.domain.task.Usage;
import dev.millrace.kernel.Clock;
import dev.millrace.kernel.bytes.ByteSink;
import dev.millrace.kernel.metrics.Meters;
import dev.millrace.runtime.fakes.Reports;
import dev.millrace.runtime.fakes.Work;
import dev.millrace.runtime.worker.wire.Connection;
import dev.millrace.runtime.worker.wire.Frame;
import dev.millrace.runtime.worker.wire.FrameCodec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The node's end against a worker that says what it should not. */
@Timeout(30)
class WorkerLinkTest {

  private static final byte[] SECRET = new byte[32];
  private static final int WINDOW = 4;

  @TempDir Path folder;
  private final Reports reports = new Reports();
  private Knocker worker;
  private WorkerLink link;

  @BeforeEach
  void connect() throws Exception {
    Path socket = folder.resolve("link.sock");
    var terms = new Door.Terms(WINDOW, 1_000, Duration.ofSeconds(20));
    try (Door door = Door.open(socket, SECRET, terms, new FrameCodec(Clock.system()))) {
      worker = new Knocker(socket).say(new Frame.Hello(1, SECRET, 1));
      assertThat(worker.hear()).isInstanceOf(Frame.Welcome.class);
      Door.Guest guest = door.guest().get(5, TimeUnit.SECONDS);
      Credits credits = new Credits(WINDOW);
      var limits = new Connection.Limits(64, 1 << 20);
      Connection connection =
          Connection.open("w", guest.channel(), guest.reader(), limits, credits, Clock.system());
      var meters = new WorkerMeters(Meters.none(), "w");
      link = new WorkerLink("w#1", connection, credits, 8, reports, meters);
      link.start();
    }
  }

  @AfterEach
  void close() throws Exception {
    worker.close();
    link.ended().get(10, TimeUnit.SECONDS);
  }

  @Test
  void reports_on_leases_that_it_does_not_hold_are_dropped() throws IOException {
    link.assign(1, List.of(Work.json(5, "{}")));
    Result result = new Result("stop", Usage.NONE, List.of(), List.of());
    worker.say(
        new Frame.Started(4),
        new Frame.Token(4, 0, "x"),
        new Frame.Restarted(4),
        new Frame.Done(4, result),
        new Frame.Failed(4, Problem.of(ErrorCode.INTERNAL, "no")),
        new Frame.Started(5),
        new Frame.Done(5, result),
        new Frame.Done(5, result),
        new Frame.Token(5, 0, "late"),
        new Frame.Heartbeat());
    reports.await("heartbeat w#1");
    assertThat(reports.work()).containsExactly("started 5", "done 5");
  }

  @Test
  void when_the_link_ends_it_is_lost_once_and_nothing_follows() throws Exception {
    link.assign(1, List.of(Work.json(5, "{}")));
    worker.say(new Frame.Started(5));
    reports.await("started 5");
    assertThat(link.lossReported()).isFalse();
    worker.close();
    String reason = link.ended().get(5, TimeUnit.SECONDS);
    // Reset, when it left something unread.
    assertThat(reason).startsWith("its connection ended");
    assertThat(link.lossReported()).isTrue();
    link.end("again");
    link.cancel(5);
    assertThat(reports.lines()).containsExactly("started 5", "lost w#1: " + reason);
  }

  @Test
  void an_assignment_to_a_link_that_just_ended_is_left_to_the_report_of_its_loss()
      throws Exception {
    link.end("for a test");
    link.ended().get(5, TimeUnit.SECONDS);
    link.assign(1, List.of(Work.json(5, "{}")));
    assertThat(reports.lines()).containsExactly("lost w#1: for a test");
  }

  @Test
  void a_bye_counts_as_clean_only_after_a_drain_with_nothing_held() throws Exception {
    link.drain();
    assertThat(worker.hear()).isEqualTo(new Frame.Drain());
    worker.say(new Frame.Bye());
    assertThat(link.ended().get(5, TimeUnit.SECONDS)).isEqualTo("it said bye");
    assertThat(reports.lines()).isEmpty();
  }

  @Test
  void a_bye_that_was_not_asked_for_is_a_loss() throws Exception {
    worker.say(new Frame.Bye());
    link.ended().get(5, TimeUnit.SECONDS);
    assertThat(reports.lines()).containsExactly("lost w#1: it said bye");
  }

  @Test
  void tokens_within_the_credits_are_acknowledged() throws IOException {
    link.assign(1, List.of(Work.json(5, "{}")));
    assertThat(worker.hear()).isInstanceOf(Frame.Assign.class);
    for (int i = 0; i < 50; i++) {
      worker.say(new Frame.Token(5, i, "x"));
      assertThat(worker.hear()).isEqualTo(new Frame.Credit(1));
    }
    assertThat(reports.count("token 5")).isEqualTo(50);
  }

  @ParameterizedTest
  @MethodSource("wrongFrames")
  void what_no_worker_may_say_ends_the_link(Frame frame) throws Exception {
    worker.say(frame);
    assertThat(link.ended().get(5, TimeUnit.SECONDS)).startsWith("it broke the protocol: a ");
    assertThat(worker.hear()).isNull();
    assertThat(reports.count("lost w#1")).isEqualTo(1);
  }

  static Stream<Frame> wrongFrames() {
    return Stream.of(
        new Frame.Hello(1, SECRET, 1),
        new Frame.Welcome(1, 1, 1),
        new Frame.Drain(),
        new Frame.Credit(1),
        new Frame.Cancel(1));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void noise_ends_the_link_and_nothing_else(long seed) throws Exception {
    Random random = new Random(seed);
    ByteSink noise = new ByteSink(64);
    byte[] bytes = new byte[200];
    random.nextBytes(bytes);
    noise.putInt(bytes.length).putByte(seed % 2 == 0 ? 7 : 99).putRaw(bytes, 1, 199);
    worker.say(noise.toByteArray());
    assertThat(link.ended().get(5, TimeUnit.SECONDS)).startsWith("it broke the protocol");
    assertThat(reports.count("lost")).isEqualTo(1);
  }

  @Test
  void a_worker_that_does_not_read_fills_the_outbox_and_more_is_refused_as_overloaded() {
    // Each attempt is most of the bytes that may wait; the socket takes some more.
    for (long lease = 1; lease <= 8; lease++) {
      link.assign(1, List.of(Work.of(lease, new Input.Json(new byte[900_000]))));
    }
    String refused = reports.await("failed");
    assertThat(refused).endsWith("overloaded");
    long lease = Long.parseLong(refused.split(" ")[1]);
    assertThat(reports.problem(lease).message())
        .isEqualTo("worker w#1: what waits for it is at its limit");
    assertThat(reports.problem(lease).retryAfterMillis()).isPositive();
  }

  @Test
  void a_cancel_finds_room_in_a_full_outbox_and_is_sent_once() throws IOException {
    for (long lease = 1; lease <= 8; lease++) {
      link.assign(1, List.of(Work.of(lease, new Input.Json(new byte[900_000]))));
    }
    link.cancel(1);
    link.cancel(1);
    link.cancel(77);
    link.drain();
    Frame last;
    int cancels = 0;
    while (!((last = worker.hear()) instanceof Frame.Drain)) {
      assertThat(last).isNotNull();
      cancels += last.equals(new Frame.Cancel(1)) ? 1 : 0;
    }
    assertThat(cancels).isEqualTo(1);
  }
}
