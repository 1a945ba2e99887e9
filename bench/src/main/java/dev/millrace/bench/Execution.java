package dev.millrace.bench;

import dev.millrace.kernel.Clock;
import java.io.PrintWriter;
import java.util.OptionalLong;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** From a plan to an exit code: 0 done, 1 refused, failed or not clean, 2 usage. */
final class Execution {

  static final int CLEAN = 0;
  static final int FAILED = 1;

  private final CommandLine commandLine;
  private final CommonOptions options;

  Execution(CommandLine commandLine, CommonOptions options) {
    this.commandLine = commandLine;
    this.options = options;
  }

  /** What a verb makes of its options; a wrong one throws a {@link UsageFailure}. */
  interface Preparation {
    RunFactory prepare(OptionalLong openFiles);
  }

  /** Makes the run once there is an event loop for it. */
  interface RunFactory {
    Run make(Clock clock, Transport transport, Meters meters);
  }

  int run(Preparation preparation) {
    RunFactory factory;
    try {
      factory = preparation.prepare(OpenFiles.limit());
    } catch (UsageFailure wrong) {
      throw new ParameterException(commandLine, wrong.getMessage(), wrong);
    }
    PrintWriter err = commandLine.getErr();
    try (Transport transport = new Transport()) {
      Meters meters = new Meters(options.serverPid());
      RunDriver driver = new RunDriver(transport.loop(), err, options.quiet);
      Report report = driver.drive(factory.make(Clock.system(), transport, meters));
      if (!transport.usesEpoll()) {
        report.warning("no epoll here: on NIO the generator needs more of its core");
      }
      PrintWriter out = commandLine.getOut();
      out.println(options.json ? JsonReport.render(report) : TableReport.render(report));
      out.flush();
      return report.clean() ? CLEAN : FAILED;
    } catch (BenchFailure failed) {
      err.println("bench: " + failed.getMessage());
      err.flush();
      return FAILED;
    }
  }
}
