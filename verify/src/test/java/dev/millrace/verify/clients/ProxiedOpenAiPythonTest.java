package dev.millrace.verify.clients;

import dev.millrace.verify.node.NodeProcess;
import dev.millrace.verify.upstream.MockUpstream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

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
      return Checks.run(PythonClients.script(node, "proxy.py"), CHECKS);
    }
  }
}
