package dev.millrace.verify.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One node for all test classes of a run that ask for a {@link NodeProcess}: all bundled models and
 * {@code sim} with eight places, lanes of 64 tasks. Started at the first question, stopped when all
 * tests have ended. Who breaks things starts a node of their own.
 */
public final class SharedNode implements ParameterResolver {

  /** How many tasks {@code sim} runs at once here. */
  public static final int SIMULATED_PLACES = 8;

  private static final String CONFIGURATION =
      """
      node: {drain: 0ms}
      models: {simulated: true, simulated_concurrency: %d}
      lanes: {tasks: 64}
      """
          .formatted(SIMULATED_PLACES);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext extension) {
    return parameter.getParameter().getType() == NodeProcess.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext extension) {
    return extension
        .getRoot()
        .getStore(Namespace.create(SharedNode.class))
        .computeIfAbsent(NodeProcess.class, _ -> start(), NodeProcess.class);
  }

  private static NodeProcess start() {
    try {
      Path target = Files.createDirectories(Path.of("target", "nodes").toAbsolutePath());
      return NodeProcess.start(Files.createTempDirectory(target, "shared-"), CONFIGURATION);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
