package dev.millrace.verify.node;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A node in a process of its own: {@code serve} on free ports, with the class path of the tests.
 *
 * <p>Its folder holds {@code data}, {@code millrace.yaml} and {@code node.log}; start another on
 * the same folder to see what was kept.
 */
public final class NodeProcess implements AutoCloseable {

  /** The admin key of every node that is started here. */
  public static final String KEY = "mk_for_the_tests_of_whole_nodes";

  private static final Pattern READY =
      Pattern.compile("ready (http://\\S+) \\(operator (http://[^)]+)\\)");
  private static final long LONGEST_START_SECONDS = 90;
  private static final long LONGEST_STOP_SECONDS = 40;

  private final Process process;
  private final Path folder;
  private final List<String> printed = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Matcher> ready = new CompletableFuture<>();

  private NodeProcess(Process process, Path folder) {
    this.process = process;
    this.folder = folder;
  }

  /**
   * Starts a node and waits until it is ready.
   *
   * @param folder of this node; made when it is not there
   * @param configuration the text of its {@code millrace.yaml}
   * @param arguments more ones for {@code serve}
   */
  public static NodeProcess start(Path folder, String configuration, String... arguments) {
    try {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve("millrace.yaml"), configuration);
      NodeProcess node = new NodeProcess(launch(folder, arguments), folder);
      Thread.ofPlatform().daemon(true).name("node-output").start(node::read);
      node.awaitReady();
      return node;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static Process launch(Path folder, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-XX:+UseCompactObjectHeaders",
            "--enable-native-access=ALL-UNNAMED",
            "-Dfile.encoding=UTF-8",
            "-Dstdout.encoding=UTF-8",
            "-Dmillrace.home=" + Assets.home()));
    command.addAll(List.of("-cp", classPath(), "dev.millrace.server.Millrace", "serve"));
    command.addAll(List.of("--port", "0", "--operator-port", "0"));
    command.addAll(List.of("--config", folder.resolve("millrace.yaml").toString()));
    command.addAll(List.of("--data", folder.resolve("data").toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().put("MILLRACE_ADMIN_KEY", KEY);
    builder.redirectError(ProcessBuilder.Redirect.appendTo(folder.resolve("node.log").toFile()));
    return builder.start();
  }

  /** Absolute, because a node works in a folder of its own. */
  private static String classPath() {
    List<String> entries = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      entries.add(Path.of(entry).toAbsolutePath().toString());
    }
    return String.join(File.pathSeparator, entries);
  }

  private void read() {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line; (line = lines.readLine()) != null; ) {
        printed.add(line);
        Matcher matcher = READY.matcher(line);
        if (matcher.matches()) {
          ready.complete(matcher);
        }
      }
      ready.completeExceptionally(new IllegalStateException("the node ended: " + told()));
    } catch (IOException | RuntimeException failed) {
      ready.completeExceptionally(failed);
    }
  }

  private void awaitReady() {
    try {
      ready.get(LONGEST_START_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException failed) {
      kill();
      throw new IllegalStateException("the node is not ready: " + told(), failed);
    } catch (InterruptedException interrupted) {
      kill();
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  private String told() {
    try {
      return String.join("\n", printed) + "\n" + Files.readString(folder.resolve("node.log"));
    } catch (IOException unreadable) {
      return String.join("\n", printed) + "\n(no log: " + unreadable + ")";
    }
  }

  /** Of the doors, such as {@code http://127.0.0.1:40123}. */
  public String url() {
    return ready.join().group(1);
  }

  public String operatorUrl() {
    return ready.join().group(2);
  }

  /** What it printed so far, by line. */
  public List<String> printed() {
    return List.copyOf(printed);
  }

  public Path folder() {
    return folder;
  }

  /** Its worker processes. */
  public List<ProcessHandle> workers() {
    return process.children().toList();
  }

  /** As {@code kill -9}: nothing of it runs on. */
  public void kill() {
    List<ProcessHandle> workers = workers();
    process.destroyForcibly();
    awaitEnd();
    workers.forEach(ProcessHandle::destroyForcibly);
  }

  /** As {@code kill}: it drains; its exit code. */
  public int stop() {
    process.destroy();
    return awaitEnd();
  }

  private int awaitEnd() {
    try {
      if (!process.waitFor(LONGEST_STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException("the node did not end: " + told());
      }
      return process.exitValue();
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      stop();
    }
  }
}
