package dev.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class ProcessUsageTest {

  @Test
  void a_name_with_blanks_and_parentheses_does_not_shift_the_fields() {
    String stat = "42 (a) b (c) S 1 42 42 0 -1 4194304 900 0 0 0 150 50 7 7 20 0 9 0 1 2 3\n";
    ProcessUsage usage = ProcessUsage.parse(stat, "Name:\tx\nVmRSS:\t   2048 kB\nThreads:\t9\n");
    assertThat(usage).isEqualTo(new ProcessUsage(2_000, 2_048));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void this_process_can_be_measured_and_one_that_is_not_there_is_named() {
    assertThat(ProcessUsage.of(ProcessHandle.current().pid()).residentKib()).isPositive();
    assertThatThrownBy(() -> ProcessUsage.of(Long.MAX_VALUE))
        .isInstanceOf(BenchFailure.class)
        .hasMessageContaining("no process 9223372036854775807");
  }

  @Test
  void cores_requests_and_memory_are_shared_out_over_the_window() {
    ArrayDeque<ProcessUsage> readings =
        new ArrayDeque<>(
            List.of(
                new ProcessUsage(0, 1_024),
                new ProcessUsage(100, 3_072),
                new ProcessUsage(1_000, 3_072),
                new ProcessUsage(3_000, 5_120)));
    UsageMeter meter = new UsageMeter(readings::remove);
    meter.connected();
    meter.windowStarts(0);
    meter.windowEnds(4_000_000_000L);
    Map<String, Object> summary = meter.summary(20_000, 4);
    assertThat(summary)
        .containsEntry("cores", 0.5)
        .containsEntry("cpu_ms_per_request", 0.1)
        .containsEntry("set_up_cpu_ms", 100L)
        .containsEntry("rss_before_mib", 1.0)
        .containsEntry("rss_connected_mib", 3.0)
        .containsEntry("rss_end_mib", 5.0)
        .containsEntry("rss_growth_kib_per_connection", 1_024.0);
  }
}
