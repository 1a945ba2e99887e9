package dev.millrace.server.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.control.config.ConfigReader;
import dev.millrace.control.config.NodeConfig;
import dev.millrace.runtime.llama.LlamaSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the node says on a worker's command line is what the worker reads there. */
class LlamaFlagsTest {

  private final Properties before = new Properties();

  @BeforeEach
  void keep() {
    before.putAll(System.getProperties());
  }

  @AfterEach
  void putBack() {
    System.setProperties(before);
  }

  private static NodeConfig config(String yaml) {
    return ConfigReader.read(yaml.getBytes(StandardCharsets.UTF_8), "f.yaml", Map.of());
  }

  private static LlamaSettings readBack(LlamaSettings settings) {
    for (String flag : LlamaFlags.of(settings)) {
      assertThat(flag).startsWith("-D");
      int equals = flag.indexOf('=');
      System.setProperty(flag.substring(2, equals), flag.substring(equals + 1));
    }
    return LlamaFlags.read();
  }

  @Test
  void all_settings_come_through_the_command_line() {
    LlamaSettings settings =
        new LlamaSettings(List.of(Path.of("/opt/llama"), Path.of("/a b/lib=x")), 3L << 40, 256);
    assertThat(readBack(settings)).isEqualTo(settings);
    LlamaSettings least = new LlamaSettings(List.of(), 1 << 20, 1);
    assertThat(readBack(least)).isEqualTo(least);
  }

  @Test
  void a_process_that_was_told_nothing_has_the_usual_ones() {
    assertThat(LlamaFlags.read())
        .isEqualTo(new LlamaSettings(List.of(), 1L << 30, LlamaSettings.usualThreads()));
  }

  @Test
  void the_configured_library_is_looked_for_before_the_fetched_one() {
    NodeConfig config = config("node: {data: /var/lib/m}\nllama: {library: /opt/llama}\n");
    assertThat(LlamaFlags.settings(config).folders())
        .hasSize(2)
        .first()
        .isEqualTo(Path.of("/opt/llama"));
    assertThat(LlamaFlags.settings(config).folders().getLast().toString())
        .startsWith("/var/lib/m/libraries");
    assertThat(LlamaFlags.settings(config("node: {data: /var/lib/m}")).folders()).hasSize(1);
  }

  @Test
  void no_number_of_threads_takes_what_fits_the_machine() {
    assertThat(LlamaFlags.settings(config("llama: {threads: 0}")).threads())
        .isEqualTo(LlamaSettings.usualThreads());
    assertThat(LlamaFlags.settings(config("llama: {threads: 7, memory: 2GiB}")))
        .extracting(LlamaSettings::threads, LlamaSettings::memoryBytes)
        .containsExactly(7, 2L << 30);
  }

  @Test
  void a_folder_that_is_told_from_here_is_absolute_for_every_process() {
    assertThat(LlamaFlags.settings(config("llama: {library: lib}")).folders())
        .allMatch(Path::isAbsolute);
  }
}
