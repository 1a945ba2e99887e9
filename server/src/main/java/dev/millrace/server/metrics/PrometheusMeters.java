package dev.millrace.server.metrics;

import dev.millrace.kernel.metrics.Meters;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.core.metrics.Info;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;

/** Meters that Prometheus scrapes, under the names of OPERATIONS: units in names, 50 µs upwards. */
public final class PrometheusMeters implements Meters, AutoCloseable {

  /** The union of our fine bounds and the OpenTelemetry ones, in microseconds. */
  private static final long[] BOUNDS_MICROS = {
    50,
    100,
    250,
    500,
    1_000,
    2_500,
    5_000,
    10_000,
    20_000,
    40_000,
    60_000,
    80_000,
    100_000,
    160_000,
    250_000,
    320_000,
    500_000,
    640_000,
    750_000,
    1_000_000,
    1_280_000,
    2_500_000,
    2_560_000,
    5_000_000,
    5_120_000,
    7_500_000,
    10_000_000,
    10_240_000,
    20_480_000,
    40_960_000,
    81_920_000
  };

  private static final Duration[] BOUNDS =
      Arrays.stream(BOUNDS_MICROS)
          .mapToObj(micros -> Duration.ofNanos(micros * 1_000))
          .toArray(Duration[]::new);

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collections = new JvmGcMetrics();

  public PrometheusMeters(String version) {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    collections.bindTo(registry);
    // Not a gauge: the library takes the ending for the sort of metric that it is.
    Info.builder()
        .name("millrace_build_info")
        .help("The version that runs.")
        .labelNames("version")
        .register(registry.getPrometheusRegistry())
        .setLabelValues(version);
  }

  @Override
  public Count counter(String name, String help, String... labels) {
    Counter counter =
        Counter.builder(name).description(help).tags(Tags.of(labels)).register(registry);
    return counter::increment;
  }

  @Override
  public Timing timing(String name, String help, String... labels) {
    // Micrometer adds the unit to a timer's name itself.
    String bare = name.endsWith("_seconds") ? name.substring(0, name.length() - 8) : name;
    Timer timer =
        Timer.builder(bare)
            .description(help)
            .tags(Tags.of(labels))
            .serviceLevelObjectives(BOUNDS)
            .register(registry);
    return nanos -> timer.record(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void gauge(String name, String help, DoubleSupplier value, String... labels) {
    Gauge.builder(name, value, DoubleSupplier::getAsDouble)
        .description(help)
        .tags(Tags.of(labels))
        .strongReference(true)
        .register(registry);
  }

  /** What is scraped: Prometheus text, version 0.0.4. */
  public String scrape() {
    return registry.scrape();
  }

  @Override
  public void close() {
    collections.close();
    registry.close();
  }
}
