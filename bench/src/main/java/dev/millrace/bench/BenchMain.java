package dev.millrace.bench;

import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.JdkLoggerFactory;
import picocli.CommandLine;

/** Runs {@link BenchCommand} by itself, without the node's command line. */
public final class BenchMain {

  private BenchMain() {}

  /**
   * @param arguments as on the command line, from the verb on: {@code ws --rate 100}
   */
  public static void main(String[] arguments) {
    // No log is set up here: what Netty has to say goes to the standard error stream.
    InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
    System.exit(new CommandLine(new BenchCommand()).execute(arguments));
  }
}
