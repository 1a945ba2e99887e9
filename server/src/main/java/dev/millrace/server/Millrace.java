package dev.millrace.server;

import dev.millrace.bench.BenchCommand;
import dev.millrace.server.client.ChatVerb;
import dev.millrace.server.client.ReceiptVerb;
import dev.millrace.server.client.TasksVerb;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The program's entry and the root of its command line. Exit codes: 0 done, 1 refused or failed, 2
 * used wrongly.
 *
 * <p>A verb is a command class of its own, named in {@code subcommands}.
 */
@Command(
    name = "millrace",
    mixinStandardHelpOptions = true,
    versionProvider = BuildVersion.class,
    description = "Serves AI models: acknowledges at once, streams, and loses nothing.",
    footer = {"", "Example: ./millrace serve --with-simulated"},
    subcommands = {
      HelpCommand.class,
      ServeVerb.class,
      TestVerb.class,
      CheckVerb.class,
      ModelsVerb.class,
      SecretsVerb.class,
      BenchCommand.class,
      ChatVerb.class,
      TasksVerb.class,
      ReceiptVerb.class,
      DoctorVerb.class
    })
public final class Millrace implements Runnable {

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets spec before it runs anything
  Millrace() {}

  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    // @FILE is for the verbs that read one, not for a file of arguments.
    return new CommandLine(new Millrace())
        .setExpandAtFiles(false)
        .setExecutionExceptionHandler(Millrace::failed);
  }

  /** Only reached when no verb was given. */
  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "No verb was given.");
  }

  /** People get the sentence; the stack is for whoever turns on debugging. */
  private static int failed(
      Exception failure, CommandLine command, CommandLine.ParseResult parsed) {
    PrintWriter err = command.getErr();
    err.println("millrace: " + failure);
    if (Boolean.getBoolean("millrace.debug")) {
      failure.printStackTrace(err);
    }
    err.flush();
    return command.getCommandSpec().exitCodeOnExecutionException();
  }
}
