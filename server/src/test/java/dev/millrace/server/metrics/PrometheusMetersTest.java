package dev.millrace.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PrometheusMetersTest {
  private final PrometheusMeters meters = new PrometheusMeters("1.2.3");

  @AfterEach
  void close() {
    meters.close();
  }

  @Test
  void a_counter_keeps_the_name_that_dashboards_know() {
    var counter = meters.counter("millrace_requests_total", "Requests.", "finish_reason", "stop");
    counter.increment();
    counter.add(2);
    assertThat(meters.scrape()).contains("millrace_requests_total{finish_reason=\"stop\"} 3.0");
  }

  @Test
  void a_timing_is_a_histogram_in_seconds_from_fifty_microseconds() {
    meters.timing("millrace_queue_wait_seconds", "Wait.", "class", "critical").record(70_000);
    assertThat(meters.scrape())
        .contains("millrace_queue_wait_seconds_bucket{class=\"critical\",le=\"5.0E-5\"} 0")
        .contains("millrace_queue_wait_seconds_bucket{class=\"critical\",le=\"1.0E-4\"} 1")
        .contains("millrace_queue_wait_seconds_count{class=\"critical\"} 1");
  }

  @Test
  void a_gauge_is_read_when_somebody_looks() {
    double[] value = {1};
    meters.gauge("millrace_streams_live", "Live.", () -> value[0]);
    value[0] = 7;
    assertThat(meters.scrape()).contains("millrace_streams_live 7.0");
  }

  @Test
  void the_build_and_the_machine_are_told() {
    assertThat(meters.scrape())
        .contains("millrace_build_info{version=\"1.2.3\"} 1")
        .contains("jvm_memory_used_bytes")
        .contains("jvm_threads_live_threads");
  }
}
