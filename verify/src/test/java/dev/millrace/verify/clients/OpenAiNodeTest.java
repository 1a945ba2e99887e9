package dev.millrace.verify.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verify.node.Assets;
import dev.millrace.verify.node.NodeProcess;
import dev.millrace.verify.node.SharedNode;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The official OpenAI client for Node, unchanged; where there is a Node. */
@EnabledIf("clientCanRun")
@ExtendWith(SharedNode.class)
class OpenAiNodeTest {

  private static final int FEWEST_CHECKS = 10;
  private static final long LONGEST_SETUP_SECONDS = 400;

  @TempDir private Path folder;

  static boolean clientCanRun() {
    return Assets.present()
        && Stream.of("/usr/bin", "/usr/local/bin", "/bin")
            .anyMatch(bin -> Files.isExecutable(Path.of(bin, "node")));
  }

  private static ProcessBuilder script(NodeProcess node, String name) {
    Path setup = Assets.home().resolve("verify/src/test/clients/node/setup.sh");
    Path installed = Path.of("target", "node-clients").toAbsolutePath();
    Command.Ended ended =
        Command.run(
            Command.of(node, List.of("sh", setup.toString(), installed.toString())),
            LONGEST_SETUP_SECONDS);
    assertThat(ended.code()).as(ended.output()).isZero();
    return Command.of(node, List.of("node", installed.resolve(name).toString()));
  }

  @TestFactory
  Stream<DynamicTest> every_check_of_the_script_holds(NodeProcess node) {
    return Checks.run(script(node, "checks.mjs"), FEWEST_CHECKS);
  }

  @Test
  void a_node_killed_in_mid_stream_is_a_failure_to_the_client() throws Exception {
    try (NodeProcess node =
        NodeProcess.start(folder, "models: {simulated: true, bundled: false}\n")) {
      Process client = script(node, "cut.mjs").start();
      try (BufferedReader said = client.inputReader(StandardCharsets.UTF_8)) {
        assertThat(said.readLine()).isEqualTo("streaming");
        node.kill();
        assertThat(said.readLine()).isEqualTo("TypeError");
      } finally {
        client.destroyForcibly();
      }
    }
  }
}
