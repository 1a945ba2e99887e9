package dev.millrace.verify.scenario;

import dev.millrace.verify.node.NodeProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One node with all bundled models and the simulated one for every test that leaves it as it was.
 * It is started by the first and ended after the last.
 */
final class SharedNode implements ParameterResolver {

  private static final String CONFIG =
      """
      models: {simulated: true}
      limits: {slow_reader: 2s}
      """;

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
    return parameter.getParameter().getType() == NodeProcess.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext test) {
    return test.getRoot()
        .getStore(ExtensionContext.Namespace.create(SharedNode.class))
        .computeIfAbsent(Running.class, _ -> Running.start(), Running.class)
        .node;
  }

  private record Running(NodeProcess node, Path folder) implements AutoCloseable {

    static Running start() {
      try {
        Path folder = Files.createTempDirectory("millrace-shared-");
        return new Running(NodeProcess.start(folder, CONFIG), folder);
      } catch (Exception failed) {
        throw new AssertionError("the shared node did not start", failed);
      }
    }

    @Override
    public void close() throws Exception {
      node.close();
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }
}
