package dev.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The figures that decisions are made by, held against slow and plain reckonings. */
class StatisticsTest {

  @Test
  void percentiles_are_those_of_the_sorted_values_to_three_digits() {
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      Latency latency = new Latency();
      long[] values = new long[1_000 + random.nextInt(5_000)];
      for (int i = 0; i < values.length; i++) {
        values[i] = (long) Math.exp(7 + 15 * random.nextDouble());
        latency.record(values[i]);
      }
      Arrays.sort(values);
      Percentiles seen = latency.summary();
      assertThat(seen.count()).isEqualTo(values.length);
      near(seen.p50(), values, 50);
      near(seen.p90(), values, 90);
      near(seen.p99(), values, 99);
      near(seen.p999(), values, 99.9);
      near(seen.max(), values, 100);
      double mean = Arrays.stream(values).average().orElseThrow() / 1e6;
      assertThat(seen.mean()).isCloseTo(mean, within(mean * 0.001 + 0.000_5));
    }
  }

  private static void near(double millis, long[] sorted, double percentile) {
    int rank = (int) Math.ceil(percentile / 100 * sorted.length);
    double expected = sorted[Math.max(0, rank - 1)] / 1e6;
    assertThat(millis).as("p" + percentile).isCloseTo(expected, within(expected * 0.001 + 0.001));
  }

  @Test
  void nothing_measured_is_all_zeros_and_never_a_made_up_number() {
    assertThat(new Latency().summary()).isEqualTo(new Percentiles(0, 0, 0, 0, 0, 0, 0));
  }

  @Test
  void what_is_beyond_the_range_counts_at_its_edge_and_is_not_lost() {
    Latency latency = new Latency();
    latency.record(-5);
    latency.record(0);
    latency.record(Long.MAX_VALUE);
    latency.record(Duration.ofMinutes(6).toNanos());
    Percentiles seen = latency.summary();
    assertThat(seen.count()).isEqualTo(4);
    assertThat(seen.max()).isCloseTo(300_000, within(300.0));
    assertThat(seen.p50()).isLessThan(0.01);
  }

  @Test
  void a_second_is_taken_once_and_the_next_one_starts_empty() {
    Latency latency = new Latency();
    latency.record(5_000_000);
    assertThat(latency.take().count()).isEqualTo(1);
    assertThat(latency.take().count()).isZero();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 3, 7, 999, 10_000, 333_333.3})
  void an_open_loop_never_drifts_from_its_rate(double perSecond) {
    long start = -123_456_789;
    Schedule schedule = new Schedule(start, perSecond, Long.MAX_VALUE);
    for (long index : new long[] {0, 1, 2, 1_000, 999_983, 100_000_000}) {
      double exact = index / perSecond * 1e9;
      assertThat((double) (schedule.dueAt(index) - start))
          .isCloseTo(exact, within(1.0 + exact * 1e-15));
      if (index > 0) {
        assertThat(schedule.dueAt(index)).isGreaterThan(schedule.dueAt(index - 1));
      }
    }
  }

  @Test
  void a_request_is_due_at_its_time_and_none_after_the_last_even_when_the_clock_wraps() {
    Schedule schedule = new Schedule(Long.MAX_VALUE - 10, 1_000_000_000, 40);
    assertThat(schedule.isDue(0, Long.MAX_VALUE - 11)).isFalse();
    assertThat(schedule.isDue(0, Long.MAX_VALUE - 10)).isTrue();
    assertThat(schedule.isDue(20, Long.MIN_VALUE + 8)).isFalse();
    assertThat(schedule.isDue(20, Long.MIN_VALUE + 9)).isTrue();
    assertThat(schedule.isDue(40, Long.MIN_VALUE + 1_000)).isFalse();
  }

  @Test
  void a_window_holds_its_first_moment_and_not_its_last_even_when_the_clock_wraps() {
    Window window = Window.after(Long.MAX_VALUE - 5, Duration.ofNanos(2), Duration.ofSeconds(2));
    long from = Long.MAX_VALUE - 3;
    assertThat(window.contains(from - 1)).isFalse();
    assertThat(window.contains(from)).isTrue();
    assertThat(window.contains(from + 1_999_999_999)).isTrue();
    assertThat(window.contains(from + 2_000_000_000)).isFalse();
    assertThat(window.phase(from - 1)).isEqualTo("warming up");
    assertThat(window.phase(from + 1_500_000_000)).isEqualTo("measuring 1/2 s");
    assertThat(window.phase(from + 2_000_000_000)).isEqualTo("draining");
  }

  @Test
  void names_that_a_server_makes_up_are_counted_together_and_none_is_lost() {
    Counts counts = new Counts();
    for (int i = 0; i < 1_000; i++) {
      counts.add("name" + i);
    }
    counts.add("name3");
    assertThat(counts.total()).isEqualTo(1_001);
    assertThat(counts.toMap()).hasSizeLessThanOrEqualTo(65);
    assertThat(counts.of("name3")).isEqualTo(2);
    assertThat(counts.toMap().values().stream().mapToLong(Long::longValue).sum()).isEqualTo(1_001);
  }

  @Test
  void only_an_honest_refusal_and_a_success_are_no_failure() {
    HttpTally tally = new HttpTally(StatusKind.HTTP);
    for (int status : new int[] {200, 202, 299, 429, 503}) {
      tally.status(status);
    }
    assertThat(tally.failed()).isZero();
    for (int status : new int[] {100, 199, 301, 400, 404, 500, 502, 504}) {
      tally.status(status);
    }
    assertThat(tally.failed()).isEqualTo(8);
    assertThat(tally.statuses()).hasSize(13).containsEntry("503", 1L);
  }

  @Test
  void a_rate_is_of_the_time_since_the_last_line() {
    RateLine rates = new RateLine("acks", "tokens");
    assertThat(rates.line(1_000_000_000, 10, 1_500)).isEqualTo("10 acks/s, 1,500 tokens/s");
    assertThat(rates.line(3_000_000_000L, 30, 1_500)).isEqualTo("10 acks/s, 0 tokens/s");
    assertThat(rates.line(3_000_000_000L, 30, 1_501)).as("no time has passed").contains("0 acks/s");
  }

  @ParameterizedTest
  @CsvSource({
    "http://127.0.0.1:70000",
    "http://127.0.0.1:0",
    "https://127.0.0.1",
    "127.0.0.1:8080",
    "http://",
    "http:///x",
    "''",
    "ftp://127.0.0.1",
    "http://a b",
    "http://[::1"
  })
  void an_address_that_is_none_is_a_wrong_use_told_with_what_is_expected(String url) {
    assertThatThrownBy(() -> Target.parse(url, false))
        .isInstanceOf(UsageFailure.class)
        .hasMessageContaining("--url: " + url)
        .hasMessageContaining("expected: http://HOST:PORT");
  }

  @Test
  void another_machine_is_loaded_only_when_asked_for() {
    assertThatThrownBy(() -> Target.parse("http://192.0.2.1:80", false))
        .isInstanceOf(UsageFailure.class)
        .hasMessageContaining("192.0.2.1")
        .hasMessageContaining("--allow-remote");
    assertThat(Target.parse("http://192.0.2.1", true).authority()).isEqualTo("192.0.2.1:80");
    assertThat(Target.parse("http://[::1]:65535", false).address().getPort()).isEqualTo(65_535);
  }

  @ParameterizedTest
  @CsvSource({"86400.001", "-86400.001", "1e999999", "-1e999999"})
  void a_time_beyond_a_day_is_refused_with_the_value_found(BigDecimal seconds) {
    assertThatThrownBy(() -> CommonOptions.seconds(seconds, "--duration"))
        .isInstanceOf(UsageFailure.class)
        .hasMessageContaining("--duration")
        .hasMessageContaining("at most 86400 seconds");
  }

  @Test
  void use_is_shared_among_the_requests_and_sockets_of_the_window_alone() {
    ProcessUsage[] at = {new ProcessUsage(1_000, 2_048)};
    UsageMeter meter = new UsageMeter(() -> at[0]);
    meter.begins();
    at[0] = new ProcessUsage(1_500, 4_096);
    meter.connected();
    at[0] = new ProcessUsage(2_000, 4_096);
    meter.windowStarts(0);
    at[0] = new ProcessUsage(3_000, 6_144);
    meter.windowEnds(2_000_000_000);
    at[0] = new ProcessUsage(9_000, 99_999);
    Map<String, Object> summary = meter.summary(500, 16);
    assertThat(summary)
        .containsEntry("cores", 0.5)
        .containsEntry("cpu_ms_per_request", 2.0)
        .containsEntry("set_up_cpu_ms", 500L)
        .containsEntry("rss_end_mib", 6.0)
        .containsEntry("rss_growth_kib_per_connection", 256.0);
    assertThat(meter.summary(0, 0))
        .doesNotContainKeys("cpu_ms_per_request", "rss_growth_kib_per_connection");
  }
}
