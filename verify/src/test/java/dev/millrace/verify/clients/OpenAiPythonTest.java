package dev.millrace.verify.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verify.node.NodeProcess;
import dev.millrace.verify.node.SharedNode;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The official OpenAI client for Python, unchanged. */
@EnabledIf("dev.millrace.verify.node.Assets#present")
@ExtendWith(SharedNode.class)
class OpenAiPythonTest {

  private static final int FEWEST_CHECKS = 18;
  private static final int FEWEST_RESPONSES = 13;
  private static final String SIMULATED = "models: {simulated: true, bundled: false}\n";

  @TempDir private Path folder;

  /** One process runs all checks, for its start takes longer than most of them. */
  @TestFactory
  Stream<DynamicTest> every_check_of_the_script_holds(NodeProcess node) {
    return checks(node, "checks.py", FEWEST_CHECKS);
  }

  @TestFactory
  Stream<DynamicTest> every_check_of_responses_holds(NodeProcess node) {
    return checks(node, "responses.py", FEWEST_RESPONSES);
  }

  private static Stream<DynamicTest> checks(NodeProcess node, String script, int fewest) {
    return Checks.run(PythonClients.script(node, script), fewest);
  }

  @Test
  void a_node_killed_in_mid_stream_is_a_failure_to_the_client() throws Exception {
    try (NodeProcess node = NodeProcess.start(folder, SIMULATED)) {
      Process client = PythonClients.script(node, "cut.py").start();
      try (BufferedReader said = client.inputReader(StandardCharsets.UTF_8)) {
        assertThat(said.readLine()).isEqualTo("streaming");
        node.kill();
        assertThat(said.readLine()).isEqualTo("APIConnectionError");
      } finally {
        client.destroyForcibly();
      }
    }
  }

  @Test
  void a_response_goes_on_by_number_after_its_node_was_killed() throws Exception {
    NodeProcess first = NodeProcess.start(folder, SIMULATED);
    Process client = PythonClients.script(first, "resume.py").start();
    try (BufferedReader said = client.inputReader(StandardCharsets.UTF_8);
        BufferedWriter told = client.outputWriter(StandardCharsets.UTF_8)) {
      assertThat(said.readLine()).isEqualTo("streaming");
      first.kill();
      assertThat(said.readLine()).isEqualTo("APIConnectionError");
      try (NodeProcess second = NodeProcess.start(folder, SIMULATED)) {
        told.write(second.url() + "\n");
        told.flush();
        assertThat(said.readLine()).isEqualTo("whole");
      }
    } finally {
      first.close();
      client.destroyForcibly();
    }
  }
}
