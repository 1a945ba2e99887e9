package dev.millrace.runtime.sim;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.model.Deployment;
import dev.millrace.kernel.sim.VirtualClock;
import dev.millrace.runtime.fakes.Reports;
import dev.millrace.runtime.fakes.Work;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimRuntimeTest {

  private final VirtualClock clock = new VirtualClock();
  private final Reports reports = new Reports();
  private final Deployment deployment = SimModel.deployment(1, "default");
  private SimRuntime sim = SimRuntime.turnedByHand(SimSettings.DEFAULT, clock, reports);

  @Test
  void it_is_ready_as_soon_as_it_is_loaded() {
    sim.load(deployment);
    assertThat(reports.lines()).containsExactly("ready 1 sim");
  }

  @Test
  void the_first_token_comes_after_one_interval_and_the_end_with_the_last() {
    assign(7, "{\"tokens\":3,\"interval_ms\":20}");
    pass(19);
    assertThat(reports.lines()).containsExactly("started 7");
    pass(1);
    assertThat(reports.lines()).containsExactly("started 7", "token 7 0 the");
    pass(40);
    assertThat(reports.lines())
        .containsExactly(
            "started 7", "token 7 0 the", "token 7 1 mill", "token 7 2 race", "done 7");
    assertThat(reports.result(7).usage().completionTokens()).isEqualTo(3);
  }

  @Test
  void lateness_does_not_add_up() {
    assign(1, "{\"tokens\":4,\"interval_ms\":10}");
    sim.agent().turn(clock.nanoTime());
    clock.advance(ofMillis(35));
    sim.agent().turn(clock.nanoTime());
    assertThat(reports.count("token")).isEqualTo(3);
    pass(5);
    assertThat(reports.count("token")).isEqualTo(4);
    assertThat(reports.count("done")).isEqualTo(1);
  }

  @Test
  void defaults_are_sixteen_tokens_at_twenty_milliseconds() {
    assign(1, "{}");
    pass(319);
    assertThat(reports.count("token")).isEqualTo(15);
    pass(1);
    assertThat(reports.count("token")).isEqualTo(16);
    assertThat(reports.count("done")).isEqualTo(1);
  }

  @Test
  void no_tokens_and_no_interval_end_at_once() {
    assign(1, "{\"tokens\":0}");
    assign(2, "{\"tokens\":4096,\"interval_ms\":0}");
    pass(1);
    assertThat(reports.lines()).contains("done 1");
    pass(20);
    assertThat(reports.lines()).contains("token 2 4095 falls", "done 2");
  }

  @Test
  void a_second_attempt_goes_on_after_the_recorded_tokens() {
    sim.assign(deployment, List.of(Work.json(9, "{\"tokens\":3}", 0, 1)));
    pass(20);
    assertThat(reports.lines()).containsExactly("started 9", "token 9 2 race", "done 9");
    assertThat(reports.result(9).usage().completionTokens()).isEqualTo(1);
  }

  @Test
  void an_attempt_with_all_of_it_recorded_only_ends() {
    sim.assign(deployment, List.of(Work.json(9, "{\"tokens\":1}", 0, 1, 2)));
    pass(1);
    assertThat(reports.lines()).containsExactly("started 9", "done 9");
  }

  @Test
  void after_a_cancel_no_token_follows_the_end() {
    assign(1, "{\"tokens\":100}");
    pass(60);
    sim.cancel(1);
    pass(0);
    int end = reports.size();
    assertThat(reports.lines().getLast()).isEqualTo("failed 1 cancelled");
    pass(500);
    assertThat(reports.size()).isEqualTo(end);
  }

  @Test
  void service_time_comes_before_the_first_interval_and_can_be_cancelled() {
    assign(1, "{\"tokens\":1,\"service_ms\":100}");
    assign(2, "{\"tokens\":1,\"service_ms\":100}");
    pass(50);
    sim.cancel(2);
    pass(69);
    assertThat(reports.count("token")).isZero();
    pass(1);
    assertThat(reports.lines()).contains("token 1 0 the", "done 1", "failed 2 cancelled");
    assertThat(reports.count("token 2")).isZero();
  }

  @Test
  void a_fail_rate_of_one_always_fails_and_of_zero_never() {
    for (int lease = 1; lease <= 200; lease++) {
      assign(lease, "{\"tokens\":4,\"interval_ms\":1,\"fail_rate\":" + lease % 2 + "}");
    }
    pass(10);
    assertThat(reports.count("failed")).isEqualTo(100);
    assertThat(reports.count("done")).isEqualTo(100);
    assertThat(reports.problem(1).message()).isEqualTo("a simulated failure");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void the_same_seed_and_moves_give_the_same_reports(long seed) {
    List<List<String>> runs = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Reports kept = new Reports();
      VirtualClock time = new VirtualClock();
      var settings = new SimSettings("sim", seed, 1_000, 1);
      SimRuntime again = SimRuntime.turnedByHand(settings, time, kept);
      for (int lease = 0; lease < 50; lease++) {
        String input = "{\"tokens\":5,\"interval_ms\":3,\"fail_rate\":0.3}";
        again.assign(deployment, List.of(Work.json(lease, input)));
        time.advance(ofMillis(2));
        again.agent().turn(time.nanoTime());
      }
      runs.add(kept.lines());
    }
    assertThat(runs.get(0)).isEqualTo(runs.get(1));
    assertThat(runs.get(0)).anyMatch(line -> line.startsWith("failed"));
  }

  @Test
  void more_than_its_capacity_is_refused_as_overloaded_and_room_comes_back() {
    sim = SimRuntime.turnedByHand(new SimSettings("sim", 1, 2, 1), clock, reports);
    assign(1, "{}");
    assign(2, "{\"tokens\":-1}");
    assign(3, "{}");
    assertThat(reports.lines()).containsExactly("failed 3 overloaded");
    assertThat(reports.problem(3).retryAfterMillis()).isPositive();
    pass(320);
    assign(4, "{}");
    pass(1);
    assertThat(reports.lines()).contains("done 1", "failed 2 invalid_argument", "started 4");
  }

  @Test
  void a_heartbeat_comes_every_second() {
    pass(3_500);
    assertThat(reports.lines()).containsExactly("heartbeat sim", "heartbeat sim", "heartbeat sim");
  }

  @Test
  void on_its_own_threads_it_burns_real_time_and_ends_what_runs_when_closed() {
    var real = SimRuntime.start(SimSettings.DEFAULT, dev.millrace.kernel.Clock.system(), reports);
    long before = System.nanoTime();
    String input = "{\"tokens\":2,\"interval_ms\":1,\"service_ms\":30}";
    real.assign(deployment, List.of(Work.json(1, input)));
    assertThat(reports.result(1).finishReason()).isEqualTo("stop");
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(ofMillis(31));
    real.assign(deployment, List.of(Work.json(2, "{\"tokens\":4096}")));
    real.assign(deployment, List.of(Work.json(3, "{\"service_ms\":10000}")));
    reports.await("token 2");
    real.cancel(3);
    reports.await("failed 3 cancelled");
    real.close();
    reports.await("failed 2 cancelled");
    real.assign(deployment, List.of(Work.json(4, "{}")));
    reports.await("failed 4 overloaded");
  }

  @Test
  void five_thousand_tasks_a_second_keep_their_pace_with_nothing_lost() {
    int tasks = 5_000;
    for (int lease = 0; lease < tasks; lease++) {
      assign(lease, "{\"tokens\":16,\"interval_ms\":20}");
      if (lease % 5 == 4) {
        pass(1);
      }
    }
    pass(320);
    assertThat(reports.count("token")).isEqualTo(16L * tasks);
    assertThat(reports.count("done")).isEqualTo(tasks);
  }

  private void assign(long lease, String input) {
    sim.assign(deployment, List.of(Work.json(lease, input)));
  }

  private void pass(int millis) {
    sim.agent().turn(clock.nanoTime());
    for (int i = 0; i < millis; i++) {
      clock.advance(ofMillis(1));
      sim.agent().turn(clock.nanoTime());
    }
  }
}
