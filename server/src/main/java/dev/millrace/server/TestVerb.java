package dev.millrace.server;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Stands here for the list of verbs; the launcher runs the tests before any JVM of ours exists. */
@Command(
    name = "test",
    description = "Builds everything and passes all tests (by the launcher, in a source tree).",
    mixinStandardHelpOptions = true,
    footer = {"", "Example: ./millrace test"})
final class TestVerb implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets spec before it calls
  TestVerb() {}

  @Override
  public Integer call() {
    spec.commandLine()
        .getErr()
        .println("millrace: test needs the source tree: run ./millrace test");
    return spec.exitCodeOnInvalidInput();
  }
}
