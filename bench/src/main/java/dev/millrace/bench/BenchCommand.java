package dev.millrace.bench;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace bench}: only leads to its verbs. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = "Load a running node and measure it from outside.",
    subcommands = {WsCommand.class, HttpCommand.class, SseCommand.class, GrpcCommand.class},
    footerHeading = "%nExample:%n",
    footer = {
      "  millrace serve --with-simulated      (in another terminal)",
      "  millrace bench ws --sessions 1000 --rate 500 --duration 10"
    })
public final class BenchCommand implements Runnable {

  @Spec private @Nullable CommandSpec spec;

  /** For the command line. */
  public BenchCommand() {}

  @Override
  public void run() {
    if (spec != null) {
      throw new ParameterException(
          spec.commandLine(), "bench: which door? (expected: ws, http, sse, grpc)");
    }
  }
}
