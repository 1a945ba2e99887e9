package dev.millrace.verify.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verify.node.NodeClient;
import dev.millrace.verify.node.NodeProcess;
import dev.millrace.verify.upstream.MockUpstream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The official OpenAI client for Python, unchanged, with other servers behind the node. */
class ProxiedOpenAiPythonTest {

  private static final int CHECKS = 8;
  private static final String CONFIGURATION =
      """
      node: {drain: 0ms}
      models: {bundled: false}
      remotes:
      - {name: good, urls: ["%1$s"], upstream_model: mock}
      - {name: cut, urls: ["%1$s"], upstream_model: "mock?fault=cut&at=3"}
      - {name: unfinished, urls: ["%1$s"], upstream_model: "mock?fault=unfinished&at=3"}
      - {name: error, urls: ["%1$s"], upstream_model: "mock?fault=error&at=3"}
      - {name: broken, urls: ["%1$s"], upstream_model: "mock?fault=status&status=500"}
      - {name: limited, urls: ["%1$s"],
         upstream_model: "mock?fault=status&status=429&retry_after=3"}
      - {name: hanging, urls: ["%1$s"], upstream_model: "mock?fault=silent&at=1"}
      - {name: vectors, kind: embed, urls: ["%1$s"], upstream_model: mock}
      """;

  @TempDir private Path folder;

  @TestFactory
  Stream<DynamicTest> every_check_of_the_script_holds() throws IOException {
    try (MockUpstream upstream = MockUpstream.start(0);
        NodeProcess node = NodeProcess.start(folder, CONFIGURATION.formatted(upstream.url()))) {
      Command.Ended ended = Command.run(PythonClients.script(node, "proxy.py"), 120);
      List<JsonNode> checks =
          ended
              .output()
              .lines()
              .filter(each -> each.startsWith("{"))
              .map(NodeClient::json)
              .toList();
      assertThat(ended.code()).as(ended.output()).isZero();
      assertThat(checks).as(ended.output()).hasSize(CHECKS);
      return checks.stream().map(ProxiedOpenAiPythonTest::held);
    }
  }

  private static DynamicTest held(JsonNode check) {
    return DynamicTest.dynamicTest(
        check.get("check").asString(),
        () -> assertThat(check.get("failure").isNull()).as(check.toString()).isTrue());
  }
}
