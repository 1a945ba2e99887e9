package dev.millrace.verify.clients;

import dev.millrace.verify.node.NodeProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program of somebody else's, run to its end. */
final class Command {

  /** How it ended, and what it said on both streams. */
  record Ended(int code, String output) {}

  private Command() {}

  /** Prepared with the address and the key of the node, as every client of it finds them. */
  static ProcessBuilder of(NodeProcess node, List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("MILLRACE_URL", node.url());
    builder.environment().put("MILLRACE_KEY", NodeProcess.KEY);
    builder.environment().put("MILLRACE_ADMIN_KEY", NodeProcess.KEY);
    builder.environment().put("PYTHONUTF8", "1");
    return builder;
  }

  static Ended run(ProcessBuilder builder, long seconds) {
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      Thread watch = Thread.ofVirtual().start(() -> kill(process, seconds));
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int code = process.waitFor();
      watch.interrupt();
      return new Ended(code, output);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  private static void kill(Process process, long seconds) {
    try {
      if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException endedInTime) {
      Thread.currentThread().interrupt();
    }
  }
}
