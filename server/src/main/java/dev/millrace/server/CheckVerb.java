package dev.millrace.server;

import dev.millrace.control.config.ConfigCheck;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Validates a configuration without starting anything. */
@Command(
    name = "check",
    description = "Validates a configuration and names everything that is wrong with it.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Every key, its unit, range and default: docs/configuration.md",
      "",
      "Example: ./millrace check millrace.yaml"
    })
final class CheckVerb implements Callable<Integer> {

  @Parameters(paramLabel = "FILE", description = "The configuration.")
  private Path file;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets both before it calls
  CheckVerb() {}

  @Override
  public Integer call() {
    ConfigCheck check = ConfigCheck.of(file);
    if (check.passed()) {
      spec.commandLine().getOut().println(file + ": good");
      return 0;
    }
    PrintWriter err = spec.commandLine().getErr();
    check.findings().forEach(err::println);
    err.println(check.findings().size() + " to mend");
    return 1;
  }
}
