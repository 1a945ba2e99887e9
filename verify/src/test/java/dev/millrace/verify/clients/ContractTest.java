package dev.millrace.verify.clients;

import dev.millrace.verify.node.NodeProcess;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** schemathesis: what {@code /openapi.json} says, and what the V2 protocol says, is so. */
class ContractTest {

  private static final int DESCRIPTIONS = 2;

  /** Limits so low that no request costs much: there are thousands. */
  private static final String CONFIGURATION =
      """
      node: {drain: 0ms}
      models: {simulated: true, simulated_concurrency: 8}
      limits: {max_tokens: 24, json_body: 256KiB}
      """;

  @TempDir private Path folder;

  @TestFactory
  Stream<DynamicTest> every_answer_is_as_described() {
    try (NodeProcess node = NodeProcess.start(folder, CONFIGURATION)) {
      return Checks.run(PythonClients.script(node, "contract.py"), DESCRIPTIONS, 330);
    }
  }
}
