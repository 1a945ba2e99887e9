package dev.millrace.runtime.worker;

import dev.millrace.kernel.Clock;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Java process that hosts engines. It gets the node's class path, an environment of allowed
 * names only, and its secret on standard input, where no listing of processes shows it.
 */
final class WorkerProcess {

  /** What a worker may see of the node's environment: no keys. */
  static final List<String> ALLOWED_ENVIRONMENT =
      List.of("PATH", "LANG", "LC_ALL", "TMPDIR", "OPT_OUT_TRACKING", "GGML_NO_BACKTRACE");

  private static final Logger LOG = LoggerFactory.getLogger(WorkerProcess.class);
  private static final Logger OUTPUT = LoggerFactory.getLogger("dev.millrace.worker.output");
  private static final long KILL_SECONDS = 5;

  private final String runtimeName;
  private final Process process;

  private WorkerProcess(String runtimeName, Process process) {
    this.runtimeName = runtimeName;
    this.process = process;
  }

  static WorkerProcess start(
      String runtimeName, WorkerSettings settings, Path socket, byte[] secret, Clock clock)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command(settings, socket));
    allowOnly(builder.environment());
    Process process =
        builder.directory(settings.folder().toFile()).redirectErrorStream(true).start();
    relay(runtimeName, process, clock);
    tellSecret(process, secret);
    LOG.info("worker {} started, pid {}", runtimeName, process.pid());
    return new WorkerProcess(runtimeName, process);
  }

  private static void relay(String runtimeName, Process process, Clock clock) {
    LineRate rate = new LineRate(clock, line -> OUTPUT.info("[{}] {}", runtimeName, line));
    Thread.ofPlatform()
        .name("worker-output-" + runtimeName)
        .daemon(true)
        .start(new LogRelay(process.getInputStream(), rate));
  }

  static List<String> command(WorkerSettings settings, Path socket) {
    List<String> command = new ArrayList<>();
    command.add(String.join(File.separator, System.getProperty("java.home"), "bin", "java"));
    command.add("-Xmx" + settings.jvm().heapMebibytes() + "m");
    command.add(settings.jvm().collector().flag());
    command.addAll(
        List.of(
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:-CreateCoredumpOnCrash",
            "--enable-native-access=ALL-UNNAMED",
            "-Xshare:auto",
            "-Dfile.encoding=UTF-8",
            "-Dstdout.encoding=UTF-8",
            "-Dstderr.encoding=UTF-8",
            "-Djava.awt.headless=true"));
    command.addAll(settings.jvm().moreFlags());
    command.addAll(List.of("-cp", classPath(), settings.mainClass()));
    command.addAll(List.of("--socket", socket.toString()));
    return command;
  }

  /** The node's own, made absolute: the process works in another folder. */
  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !entry.isEmpty())
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static void allowOnly(Map<String, String> environment) {
    environment.keySet().retainAll(ALLOWED_ENVIRONMENT);
    // Or a native engine that gives up starts a debugger to say where.
    environment.put("GGML_NO_BACKTRACE", "1");
  }

  private static void tellSecret(Process process, byte[] secret) {
    try (OutputStream stdin = process.getOutputStream()) {
      String line = HexFormat.of().formatHex(secret) + "\n";
      stdin.write(line.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException gone) {
      LOG.warn("worker pid {} ended before it took its secret", process.pid(), gone);
    }
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Completes when the process has ended. */
  CompletableFuture<String> ended() {
    return process.onExit().thenApply(ended -> "the process ended with " + ended.exitValue());
  }

  /** Kills it if it lives, and waits for its end: no second one may run beside it. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    if (process.waitFor(KILL_SECONDS, TimeUnit.SECONDS)) {
      LOG.info("worker {} ended with {}", runtimeName, process.exitValue());
    } else {
      LOG.error(
          "worker {}, pid {}, did not end {} s after its kill; its link is closed all the same",
          runtimeName,
          process.pid(),
          KILL_SECONDS);
    }
  }
}
