package dev.millrace.bench;

import static dev.millrace.bench.Plans.MILLI;
import static dev.millrace.bench.Plans.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;

/** The accounting of both loops, under a clock that the test moves. */
class HttpLoadTest {

  private static final long START = 3 * SECOND;

  /** Connections with a request on them, oldest first. */
  private final Deque<Integer> busy = new ArrayDeque<>();

  private HttpLoad load(int connections, double rate, int seconds) {
    HttpLoad load =
        new HttpLoad(
            Plans.http(connections, rate, seconds).pace(),
            StatusKind.HTTP,
            (index, request) -> busy.add(index),
            START);
    for (int index = 0; index < connections; index++) {
      load.connected(index, START);
    }
    return load;
  }

  @Test
  void a_stall_counts_against_the_requests_that_could_not_even_be_sent() {
    HttpLoad load = load(2, 1_000, 10);
    for (long milli = 0; milli <= 10_000; milli++) {
      long now = START + milli * MILLI;
      load.tick(now);
      boolean stalled = milli >= 4_000 && milli < 5_000;
      while (!stalled && !busy.isEmpty()) {
        load.answered(busy.remove(), 202, false, now);
      }
    }
    Percentiles latency = load.finish(START + 10 * SECOND).latency.summary();
    assertThat(latency.count()).isEqualTo(10_000);
    assertThat(latency.p99()).isCloseTo(900, within(5.0));
  }

  @Test
  void the_closed_loop_counts_from_the_sending() {
    HttpLoad load = load(2, 0, 1);
    assertThat(busy).hasSize(2);
    load.answered(busy.remove(), 202, false, START + 5 * MILLI);
    load.answered(busy.remove(), 202, false, START + 7 * MILLI);
    assertThat(busy).hasSize(2);
    load.answered(busy.remove(), 202, false, START + 6 * MILLI);
    assertThat(load.tally().latency.summary().max()).isCloseTo(7, within(0.1));
    assertThat(load.tally().sent).isEqualTo(5);
  }

  @Test
  void nothing_is_sent_after_the_window_of_a_closed_loop() {
    HttpLoad load = load(1, 0, 1);
    load.answered(busy.remove(), 202, false, START + SECOND);
    assertThat(busy).isEmpty();
    assertThat(load.settled(START + SECOND)).isTrue();
  }

  @Test
  void a_request_on_a_connection_that_breaks_is_broken_and_timed() {
    HttpLoad load = load(1, 0, 1);
    load.broken(busy.remove(), "connection reset", START + 9 * MILLI);
    assertThat(load.tally().broken.of("connection reset")).isEqualTo(1);
    assertThat(load.tally().latency.summary().count()).isEqualTo(1);
    assertThat(load.inFlight()).isZero();
    load.connected(0, START + 10 * MILLI);
    assertThat(busy).hasSize(1);
  }

  @Test
  void a_free_connection_that_breaks_is_not_sent_on() {
    HttpLoad load = load(2, 10, 1);
    load.tick(START);
    int used = busy.remove();
    load.broken(1 - used, "connection closed", START + MILLI);
    load.tick(START + SECOND);
    assertThat(busy).isEmpty();
    assertThat(load.tally().broken.total()).isZero();
  }

  @Test
  void an_answer_without_a_request_is_counted_as_broken() {
    HttpLoad load = load(1, 10, 1);
    load.tick(START);
    load.answered(0, 202, false, START);
    load.answered(0, 202, false, START);
    assertThat(load.tally().broken.of("answer without a request")).isEqualTo(1);
  }
}
