package dev.millrace.control.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.control.config.DeploymentConfig.Where;
import dev.millrace.control.config.IoConfig.Transport;
import dev.millrace.control.yaml.Finding;
import dev.millrace.control.yaml.InvalidDocument;
import dev.millrace.domain.snapshot.RequestLimits;
import dev.millrace.domain.task.Durability;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigReaderTest {

  private static NodeConfig read(String text) {
    return read(text, Map.of());
  }

  private static NodeConfig read(String text, Map<String, String> overrides) {
    return ConfigReader.read(text.getBytes(StandardCharsets.UTF_8), "millrace.yaml", overrides);
  }

  private static List<String> findings(String text) {
    try {
      read(text);
      return List.of();
    } catch (InvalidDocument e) {
      return e.findings().stream().map(Finding::toString).toList();
    }
  }

  @Test
  void without_a_file_everything_has_the_documented_default() {
    NodeConfig config = NodeConfig.defaults();
    assertThat(config.dataFolder()).isEqualTo("data");
    assertThat(config.http().host()).isEqualTo("127.0.0.1");
    assertThat(config.http().port()).isEqualTo(8_080);
    assertThat(config.http().operatorPort()).isEqualTo(9_090);
    assertThat(config.limits()).isEqualTo(RequestLimits.DEFAULT);
    assertThat(config.io()).isEqualTo(new IoConfig(Transport.EPOLL, 0));
    assertThat(config.log().tasks()).isEqualTo(Durability.FSYNC);
    assertThat(config.log().calls()).isEqualTo(Durability.MEMORY);
    assertThat(config.lanes()).isEqualTo(new LaneConfig(10_000, 60_000, 256L << 20));
    assertThat(config.leases()).isEqualTo(new LeaseConfig(5_000, 1_000, 3));
    assertThat(config.streams().keepMillis()).isEqualTo(600_000);
    assertThat(config.models()).isEqualTo(new ModelsConfig(true, true, false, 8_192));
    assertThat(config.pools()).containsExactly(new PoolConfig("default", 1, 0, 512 << 20));
    assertThat(config.deployments()).isEmpty();
  }

  @Test
  void an_empty_file_and_empty_sections_mean_the_defaults() {
    assertThat(read("")).isEqualTo(NodeConfig.defaults());
    assertThat(read("http:\npools:\ndeployments: []\nlimits: {json_body: }\n"))
        .isEqualTo(NodeConfig.defaults());
  }

  @Test
  void what_is_written_is_taken() {
    NodeConfig config =
        read(
            """
            node: {data: /var/lib/millrace, drain: 10s}
            http:
              host: 0.0.0.0
              port: 80
              idle: 2m
              origins: ["https://app.example.org", "http://localhost:3000"]
            limits: {json_body: 1MiB, max_deadline: 10m}
            io: {transport: io_uring, event_loops: 2}
            log: {tasks: memory, segment_size: 128MiB, idle_mark: 50ms}
            lanes: {tasks: 5, wait: 1s}
            leases: {duration: 2s, heartbeat: 500ms, quarantine_after: 2}
            models: {bundled: false, simulated: true}
            pools:
              - {name: default, workers: 2, threads: 1, heap: 1GiB}
              - {name: fast, workers: 0}
            deployments:
              - model: tale-1.1m
                version: 2
                pool: fast
                isolation: in-process
                max_batch: 4
                concurrency: 16
                required: false
            """);
    assertThat(config.dataFolder()).isEqualTo("/var/lib/millrace");
    assertThat(config.http().origins()).hasSize(2);
    assertThat(config.http().idleMillis()).isEqualTo(120_000);
    assertThat(config.limits().jsonBytes()).isEqualTo(1 << 20);
    assertThat(config.io().transport()).isEqualTo(Transport.IO_URING);
    assertThat(config.log().idleMarkMillis()).isEqualTo(50);
    assertThat(config.leases()).isEqualTo(new LeaseConfig(2_000, 500, 2));
    assertThat(config.models().bundled()).isFalse();
    assertThat(config.pools()).extracting(PoolConfig::name).containsExactly("default", "fast");
    DeploymentConfig deployment = config.deployments().getFirst();
    assertThat(deployment.version()).isEqualTo("2");
    assertThat(deployment.isolation()).isEqualTo(Where.IN_PROCESS);
    assertThat(deployment.required()).isFalse();
    assertThat(deployment.place().line()).isEqualTo(17);
  }

  @Test
  void unknown_keys_are_refused_with_line_and_nearest_key() {
    assertThat(findings("htpp: {port: 1}\nhttp:\n  prot: 80\n"))
        .containsExactly(
            "millrace.yaml:1: htpp: unknown key (expected: did you mean http?)",
            "millrace.yaml:3: http.prot: unknown key (expected: did you mean port?)");
  }

  @Test
  void every_problem_is_told_and_not_only_the_first() {
    assertThat(
            findings(
                """
                http: {port: 99999, idle: soon}
                lanes: {tasks: 0}
                io: {transport: epol}
                pools: [{workers: 1}, {name: A}]
                deployments: {model: x}
                """))
        .containsExactly(
            "millrace.yaml:1: http.port: 99999 (expected: 0..65535)",
            "millrace.yaml:1: http.idle: soon (expected: 1s..1h)",
            "millrace.yaml:3: io.transport: epol (expected: did you mean epoll?)",
            "millrace.yaml:2: lanes.tasks: 0 (expected: 1..1000000 tasks)",
            "millrace.yaml:4: pools[0].name: nothing (expected: [a-z0-9][a-z0-9_-]{0,28})",
            "millrace.yaml:4: pools[1].name: A (expected: [a-z0-9][a-z0-9_-]{0,28})",
            "millrace.yaml:5: deployments: a map with 1 keys (expected: a list of at most 256)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "lanes: {wait: 60}|lanes.wait: 60 (expected: 10ms..1d)",
        "lanes: {wait: -1s}|lanes.wait: -1s",
        "limits: {json_body: 8MB}|limits.json_body: 8MB (expected: 1KiB..256MiB)",
        "limits: {json_body: 1TiB}|limits.json_body: 1TiB",
        "models: {bundled: yes}|models.bundled: yes (expected: true or false)",
        "http: {port: '80'}|http.port: \"80\" (expected: 0..65535)",
        "http: {port: [1]}|http.port: a list of 1",
        "http: {origins: ['*']}|http.origins: a list of 1",
        "http: 8080|http: 8080 (expected: a map of keys)",
        "http: {port: 9090}|http.operator_port: 9090, the same as http.port (expected: another port)",
        "leases: {duration: 1s}|leases.heartbeat: 1s (expected: at most half of leases.duration",
        "log: {tasks: disk}|log.tasks: disk (expected: one of fsync, memory)",
        "deployments: [{model: x, pool: defualt}]|pool: defualt (expected: did you mean default?)",
        "deployments: [{model: x}, {model: x}]|deployments[1].model: x for the second time",
        "pools: [{name: a}, {name: a}]|pools[1].name: a for the second time",
        "limits: {max_deadline: 99999999999999d}|limits.max_deadline",
      })
  void a_value_out_of_bounds_is_told_with_what_is_expected(String text, String expected) {
    assertThat(findings(text)).singleElement().asString().contains(expected);
  }

  @Test
  void a_pool_of_ones_own_stands_beside_the_default_one() {
    assertThat(read("pools: [{name: gpu}]").pools())
        .extracting(PoolConfig::name)
        .containsExactly("gpu", "default");
  }

  @Test
  void the_command_line_stands_above_the_file() {
    NodeConfig config =
        read("http: {port: 1, host: '::1'}", Map.of("http.port", "2", "models.simulated", "true"));
    assertThat(config.http().port()).isEqualTo(2);
    assertThat(config.http().host()).isEqualTo("::1");
    assertThat(config.models().simulated()).isTrue();
    assertThatThrownBy(() -> read("", Map.of("http.port", "x")))
        .hasMessage("command line: http.port: x (expected: 0..65535)");
    assertThatThrownBy(() -> read("", Map.of("http.prot", "1")))
        .hasMessageContaining("did you mean http.port?");
  }

  @Test
  void times_and_sizes_are_written_as_they_are_read() {
    for (long millis : new long[] {0, 1, 999, 1_000, 60_000, 90_000, 3_600_000, 86_400_000}) {
      assertThat(Units.millis(Units.time(millis))).isEqualTo(millis);
    }
    for (long bytes : new long[] {0, 1, 1_023, 1_024, 8 << 20, 3L << 30, 1L << 40}) {
      assertThat(Units.bytes(Units.size(bytes))).isEqualTo(bytes);
    }
    assertThat(Units.time(90_000)).isEqualTo("90s");
    assertThat(Units.size(8 << 20)).isEqualTo("8MiB");
    assertThat(Units.bytes("9999999999999TiB")).isNull();
  }

  @Test
  void a_file_is_checked_without_being_used(@TempDir Path temp) throws IOException {
    Path good = Files.writeString(temp.resolve("good.yaml"), "http: {port: 81}\n");
    assertThat(ConfigCheck.of(good).passed()).isTrue();
    assertThat(ConfigCheck.of(good).config().http().port()).isEqualTo(81);
    Path bad = Files.writeString(temp.resolve("bad.yaml"), "x: 1\ny: 2\n");
    assertThat(ConfigCheck.of(bad).findings()).hasSize(2);
    assertThat(ConfigCheck.of(temp.resolve("none.yaml")).findings())
        .singleElement()
        .asString()
        .contains("no such file");
    assertThat(ConfigCheck.of(temp).passed()).isFalse();
  }
}
