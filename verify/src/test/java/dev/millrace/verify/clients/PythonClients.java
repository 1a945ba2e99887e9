package dev.millrace.verify.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verify.node.Assets;
import dev.millrace.verify.node.NodeProcess;
import java.nio.file.Path;
import java.util.List;

/** The Python clients, installed by name into the build's folder. */
final class PythonClients {

  private static final long LONGEST_SETUP_SECONDS = 400;

  private PythonClients() {}

  /** The command that runs one of the scripts; installs the clients first. */
  static ProcessBuilder script(NodeProcess node, String name) {
    Path scripts = Assets.home().resolve("verify/src/test/clients/python");
    Path environment = Path.of("target", "python-clients").toAbsolutePath();
    ProcessBuilder setup =
        Command.of(
            node, List.of("sh", scripts.resolve("setup.sh").toString(), environment.toString()));
    Command.Ended ended = Command.run(setup, LONGEST_SETUP_SECONDS);
    assertThat(ended.code()).as(ended.output()).isZero();
    return Command.of(
        node,
        List.of(environment.resolve("bin/python").toString(), scripts.resolve(name).toString()));
  }
}
