package dev.millrace.verify.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verify.node.NodeProcess;
import dev.millrace.verify.node.SharedNode;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** tritonclient over HTTP, gRPC and both with asyncio, unchanged. */
@EnabledIf("dev.millrace.verify.node.Assets#present")
@ExtendWith(SharedNode.class)
class TritonClientTest {

  private static final int FEWEST_CHECKS = 27;
  private static final int FEWEST_MORE = 7;
  private static final long LONGEST_SECONDS = 180;

  @TempDir private Path folder;

  /** One process runs all checks, for its start takes longer than most of them. */
  @TestFactory
  Stream<DynamicTest> every_check_of_the_script_holds(NodeProcess node) {
    return Checks.run(PythonClients.script(node, "triton.py"), FEWEST_CHECKS, LONGEST_SECONDS);
  }

  @TestFactory
  Stream<DynamicTest> every_check_of_refusals_and_of_leaving_holds(NodeProcess node) {
    return Checks.run(PythonClients.script(node, "triton_more.py"), FEWEST_MORE);
  }

  @Test
  void a_node_killed_in_mid_stream_is_a_failure_to_the_client() throws Exception {
    try (NodeProcess node =
        NodeProcess.start(folder, "models: {simulated: true, bundled: false}\n")) {
      Process client = PythonClients.script(node, "triton_cut.py").start();
      try (BufferedReader said = client.inputReader(StandardCharsets.UTF_8)) {
        assertThat(said.readLine()).isEqualTo("streaming");
        node.kill();
        assertThat(said.lines())
            .containsExactly(
                "aio_grpc AioRpcError",
                "aio_http ServerDisconnectedError",
                "grpc StatusCode.UNAVAILABLE",
                "grpc_stream StatusCode.UNAVAILABLE",
                "http HTTPConnectionClosed");
      } finally {
        client.destroyForcibly();
      }
    }
  }
}
