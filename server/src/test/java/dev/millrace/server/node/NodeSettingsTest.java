package dev.millrace.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.millrace.control.config.ConfigReader;
import dev.millrace.control.config.NodeConfig;
import dev.millrace.control.yaml.InvalidDocument;
import dev.millrace.domain.task.Durability;
import dev.millrace.ingress.IngressSettings.TransportKind;
import dev.millrace.server.worker.LlamaFlags;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the configuration takes, the part that it is for takes as well. */
class NodeSettingsTest {

  private static final Pattern RANGE =
      Pattern.compile(
          "\\| `([a-z_]+\\.[a-z_]+)` \\| `([0-9]+[A-Za-z]*)\\.\\.([0-9]+[A-Za-z]*)( [a-z]+)?` \\|.*");

  private static NodeConfig config(Map<String, String> overrides) {
    return ConfigReader.read(new byte[0], "f.yaml", overrides);
  }

  private static NodeConfig config(String yaml) {
    return ConfigReader.read(yaml.getBytes(StandardCharsets.UTF_8), "f.yaml", Map.of());
  }

  /** A key and an edge of its range, from the reference that users read. */
  static Stream<Map.Entry<String, String>> edges() throws IOException {
    Path reference = Path.of(System.getProperty("millrace.home"), "docs", "configuration.md");
    return Files.readAllLines(reference).stream()
        .map(RANGE::matcher)
        .filter(Matcher::matches)
        .flatMap(
            row ->
                Stream.of(
                    Map.entry(row.group(1), row.group(2)), Map.entry(row.group(1), row.group(3))));
  }

  @Test
  void the_reference_has_ranges() throws IOException {
    assertThat(edges().count()).isGreaterThan(30);
  }

  @ParameterizedTest
  @MethodSource("edges")
  void every_edge_of_a_range_makes_settings_that_every_part_takes(Map.Entry<String, String> edge) {
    NodeConfig config;
    try {
      config = config(Map.of(edge.getKey(), edge.getValue()));
    } catch (InvalidDocument together) {
      // Two keys that must fit together, such as a lease and its heartbeat: told, and not taken.
      assertThat(together).hasMessageContaining("(expected: ");
      return;
    }
    assertThatCode(
            () -> {
              NodeSettings.journal(config);
              NodeSettings.streams(config);
              NodeSettings.scheduling(config);
              NodeSettings.ingress(config);
              LlamaFlags.settings(config);
            })
        .doesNotThrowAnyException();
  }

  @Test
  void what_is_written_reaches_the_part_that_it_is_for() {
    NodeConfig config =
        config(
            """
            http: {host: 0.0.0.0, port: 81, operator_port: 82, max_connections: 7, idle: 9s,
                   keep_alive: 4s, ping: 6s, origins: ["https://a.example"]}
            io: {event_loops: 3, transport: nio}
            log: {tasks: memory, calls: fsync, segment_size: 2MiB, idle_mark: 5ms, reserve: 3MiB,
                  idempotency: 2h}
            lanes: {tasks: 11, wait: 12s, inputs: 5MiB}
            leases: {duration: 8s, heartbeat: 2s, quarantine_after: 5}
            streams: {keep: 13m, memory: 6MiB}
            """);
    var ingress = NodeSettings.ingress(config);
    assertThat(ingress.host()).isEqualTo("0.0.0.0");
    assertThat(ingress.port()).isEqualTo(81);
    assertThat(ingress.operatorPort()).isEqualTo(82);
    assertThat(ingress.eventLoops()).isEqualTo(3);
    assertThat(ingress.transport()).isEqualTo(TransportKind.NIO);
    assertThat(ingress.origins()).containsExactly("https://a.example");
    assertThat(ingress.connections().toString()).contains("7").contains("9000").contains("4000");
    assertThat(ingress.taskDurability()).isEqualTo(Durability.MEMORY);
    assertThat(ingress.callDurability()).isEqualTo(Durability.FSYNC);

    var journal = NodeSettings.journal(config);
    assertThat(journal.log().segmentBytes()).isEqualTo(2 << 20);
    assertThat(journal.idempotencyKeep()).isEqualTo(Duration.ofHours(2));
    assertThat(journal.transcriptKeep())
        .as("as long as the stream")
        .isEqualTo(Duration.ofMinutes(13));

    var scheduling = NodeSettings.scheduling(config);
    assertThat(scheduling.laneTasks()).isEqualTo(11);
    assertThat(scheduling.laneWait()).isEqualTo(Duration.ofSeconds(12));
    assertThat(scheduling.lease()).isEqualTo(Duration.ofSeconds(8));
    assertThat(scheduling.quarantineAfter()).isEqualTo(5);
    assertThat(scheduling.inputBytes()).isEqualTo(5 << 20);

    assertThat(NodeSettings.streams(config).toString()).contains("PT13M").contains("6291456");
  }

  @ParameterizedTest
  @CsvSource({"epoll, EPOLL", "io_uring, IO_URING", "nio, NIO"})
  void each_transport_is_the_doors_own(String written, TransportKind kind) {
    assertThat(NodeSettings.ingress(config("io: {transport: " + written + "}")).transport())
        .isEqualTo(kind);
  }

  @Test
  void no_number_of_loops_takes_half_of_the_cores_and_one_at_least() {
    assertThat(NodeSettings.ingress(config("io: {event_loops: 0}")).eventLoops())
        .isEqualTo(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
  }
}
