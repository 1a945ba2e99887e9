package dev.millrace.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.kernel.metrics.Meters;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;

class LogMetersTest {

  /** Meters in a map. */
  private static final class Counted implements Meters {
    final Map<String, Long> counts = new LinkedHashMap<>();
    final Map<String, DoubleSupplier> gauges = new LinkedHashMap<>();

    @Override
    public Count counter(String name, String help, String... labels) {
      return amount -> counts.merge(name, amount, Long::sum);
    }

    @Override
    public Timing timing(String name, String help, String... labels) {
      return nanos -> counts.merge(name, 1L, Long::sum);
    }

    @Override
    public void gauge(String name, String help, DoubleSupplier value, String... labels) {
      gauges.put(name, value);
    }
  }

  @Test
  void what_the_log_does_is_counted() {
    Counted counted = new Counted();
    JournalWorld world = new JournalWorld();
    world.meters = counted;
    world.start();
    var task = world.accepted();
    world.stream(task).token("a");
    world.settle();

    assertThat(counted.counts.get("millrace_log_records_total")).isEqualTo(2);
    assertThat(counted.counts.get("millrace_log_bytes_total")).isGreaterThan(150);
    assertThat(counted.counts.get("millrace_log_syncs_total")).isEqualTo(1);
    assertThat(counted.counts.get("millrace_log_sync_seconds")).isEqualTo(1);
    assertThat(counted.gauges.get("millrace_log_stopped").getAsDouble()).isZero();
    assertThat(counted.gauges.get("millrace_log_storage_low").getAsDouble()).isZero();
    assertThat(counted.gauges.get("millrace_idempotency_keys").getAsDouble()).isZero();
  }

  @Test
  void a_log_that_failed_shows_it() {
    Counted counted = new Counted();
    JournalWorld world = new JournalWorld();
    world.meters = counted;
    world.start();
    world.disk.onSync(
        (path, count) -> {
          throw new IOException("simulated: EIO");
        });
    world.submit(world.task());
    world.settle();

    assertThat(counted.gauges.get("millrace_log_stopped").getAsDouble()).isEqualTo(1);
  }
}
