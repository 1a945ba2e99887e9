package dev.millrace.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.control.config.ConfigReader;
import dev.millrace.control.config.NodeConfig;
import dev.millrace.control.config.PoolConfig;
import dev.millrace.control.yaml.InvalidDocument;
import dev.millrace.runtime.worker.WorkerSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever name a pool may have, its workers may have it too, with their number behind it. */
class PoolNamesTest {

  private static final int MOST_WORKERS = 64;

  private static NodeConfig config(String... names) {
    StringBuilder text = new StringBuilder("pools:\n");
    for (String name : names) {
      text.append("  - {name: ").append(name).append(", workers: 64}\n");
    }
    return ConfigReader.read(text.toString().getBytes(StandardCharsets.UTF_8), "f.yaml", Map.of());
  }

  private static WorkerSettings worker(PoolConfig pool, int number) {
    String name = PoolRuntimes.workerName(pool, number);
    return WorkerSettings.of(name, "Main", Path.of("/tmp"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "a_b", "0-_", "abcdefghijklmnopqrstuvwxyz-29"})
  void the_longest_number_fits_behind_every_name_that_is_taken(String name) {
    PoolConfig pool = config(name).pools().getFirst();
    assertThat(worker(pool, MOST_WORKERS - 1).name()).startsWith(name).endsWith("-63");
  }

  @Test
  void a_name_that_leaves_no_room_is_refused_with_the_name_and_the_limit() {
    String name = "n".repeat(30);
    assertThatThrownBy(() -> config(name))
        .isInstanceOf(InvalidDocument.class)
        .hasMessageContaining("f.yaml:2: pools[0].name: " + name + " (expected: ")
        .hasMessageContaining("{0,28}");
  }

  @Test
  void no_two_workers_share_a_name_however_alike_their_pools_names_are() {
    Set<String> names = new HashSet<>();
    List<PoolConfig> pools = config("a", "a-b", "a_b", "a-1", "a-1-1", "a_1").pools();
    for (PoolConfig pool : pools) {
      for (int number = 0; number < MOST_WORKERS; number++) {
        assertThat(names.add(worker(pool, number).name())).as(pool.name() + " " + number).isTrue();
      }
    }
  }
}
