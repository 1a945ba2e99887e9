package dev.millrace.verify.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verify.node.NodeClient;
import dev.millrace.verify.node.NodeProcess;
import dev.millrace.verify.node.SharedNode;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** tritonclient over HTTP, gRPC and both with asyncio, unchanged. */
@EnabledIf("dev.millrace.verify.node.Assets#present")
@ExtendWith(SharedNode.class)
class TritonClientTest {

  private static final int FEWEST_CHECKS = 27;

  @TempDir private Path folder;

  /** One process runs all checks, for its start takes longer than most of them. */
  @TestFactory
  Stream<DynamicTest> every_check_of_the_script_holds(NodeProcess node) {
    Command.Ended ended = Command.run(PythonClients.script(node, "triton.py"), 180);
    List<JsonNode> checks =
        ended.output().lines().filter(line -> line.startsWith("{")).map(NodeClient::json).toList();
    assertThat(ended.code()).as(ended.output()).isZero();
    assertThat(checks).as(ended.output()).hasSizeGreaterThanOrEqualTo(FEWEST_CHECKS);
    return checks.stream().map(TritonClientTest::held);
  }

  private static DynamicTest held(JsonNode check) {
    return DynamicTest.dynamicTest(
        check.get("check").asString(),
        () -> assertThat(check.get("failure").isNull()).as(check.toString()).isTrue());
  }

  @Test
  void a_node_killed_in_mid_stream_is_a_failure_to_the_client() throws Exception {
    try (NodeProcess node =
        NodeProcess.start(folder, "models: {simulated: true, bundled: false}\n")) {
      Process client = PythonClients.script(node, "triton_cut.py").start();
      try (BufferedReader said = client.inputReader(StandardCharsets.UTF_8)) {
        assertThat(said.readLine()).isEqualTo("streaming");
        node.kill();
        assertThat(said.readLine()).isEqualTo("StatusCode.UNAVAILABLE");
      } finally {
        client.destroyForcibly();
      }
    }
  }
}
