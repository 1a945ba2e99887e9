package dev.millrace.verify.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A node in a process of its own: {@code serve} on free ports. Its folder, with {@code data}, its
 * configuration and its logs, outlives it: start another on it to see what was kept.
 *
 * <p>To close it kills what is left and shows that its workers end by themselves and that neither
 * key nor prompt was logged: every prompt of a scenario holds {@link #MARKER}.
 */
public final class NodeProcess implements AutoCloseable {

  /** The admin key of every node that is started here. */
  public static final String KEY = "mk_for_the_tests_of_whole_nodes";

  /** A word that no log may hold. */
  public static final String MARKER = "heliotrope";

  private static final Duration START = Duration.ofSeconds(90);
  private static final Duration WORKERS_END = Duration.ofSeconds(20);
  private static final Pattern READY =
      Pattern.compile("ready (http://\\S+) \\(operator (http://[^)]+)\\)");
  private static final Pattern LISTENING = Pattern.compile("Millrace .* at (http://[^:]+:[0-9]+)");

  private final Process process;
  private final Path log;
  private final List<String> printed = new CopyOnWriteArrayList<>();

  private NodeProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
    Thread.ofPlatform().daemon(true).name("node-output").start(this::listen);
  }

  /**
   * Starts a node and waits until it is ready.
   *
   * @param folder of this node; made when it is not there, and may hold what an earlier one kept
   * @param configuration the text of its {@code millrace.yaml}
   */
  public static NodeProcess start(Path folder, String configuration) {
    NodeProcess node = launch(folder, configuration);
    try {
      node.awaitReady();
      return node;
    } catch (RuntimeException | AssertionError failed) {
      node.close();
      throw failed;
    }
  }

  /**
   * Starts a node and does not wait.
   *
   * @param before a command that runs the node's, such as one for another view of the disks
   */
  public static NodeProcess launch(Path folder, String configuration, String... before) {
    try {
      Files.createDirectories(folder);
      Path file = Files.writeString(folder.resolve("millrace.yaml"), configuration);
      List<String> command = new ArrayList<>(List.of(before));
      String data = data(folder).toString();
      command.addAll(Program.command("serve", "--config", file.toString(), "--data", data));
      command.addAll(List.of("--offline", "--port", "0", "--operator-port", "0"));
      Path log = Files.createTempFile(folder, "node-", ".log");
      Process process = Program.builder(folder, command).redirectError(log.toFile()).start();
      return new NodeProcess(process, log);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Where a node of this folder keeps everything. */
  public static Path data(Path folder) {
    return folder.resolve("data");
  }

  private void listen() {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line; (line = lines.readLine()) != null; ) {
        printed.add(line);
      }
    } catch (IOException cut) {
      printed.add("its output was cut: " + cut);
    }
  }

  public void awaitReady() {
    awaitPrinted(READY);
  }

  /** Waits until it listens, which it does before it is ready. */
  public void awaitListening() {
    awaitPrinted(LISTENING);
  }

  private void awaitPrinted(Pattern line) {
    try {
      Eventually.holds(
          "the node says " + line,
          START,
          () -> printed.stream().anyMatch(seen -> line.matcher(seen).lookingAt()) || ended());
    } catch (AssertionError late) {
      throw new AssertionError(late.getMessage() + "; it said: " + told(), late);
    }
    if (ended()) {
      throw new AssertionError("ended with " + process.exitValue() + ": " + told());
    }
  }

  private boolean ended() {
    return !process.isAlive();
  }

  /** Waits for a text in the log. */
  public void awaitLogged(String text) {
    Eventually.holds("'" + text + "' is logged", START, () -> log().contains(text));
  }

  /** Of the doors, such as {@code http://127.0.0.1:40123}. */
  public String url() {
    return group(LISTENING, 1);
  }

  public String operatorUrl() {
    return group(READY, 2);
  }

  public int port() {
    return URI.create(url()).getPort();
  }

  public int operatorPort() {
    return URI.create(operatorUrl()).getPort();
  }

  private String group(Pattern line, int group) {
    return printed.stream()
        .map(line::matcher)
        .filter(Matcher::lookingAt)
        .findFirst()
        .map(found -> found.group(group))
        .orElseThrow(() -> new AssertionError("no " + line + ": " + told()));
  }

  /** What it printed so far, by line. */
  public List<String> printed() {
    return List.copyOf(printed);
  }

  /** What it logged so far. */
  public String log() {
    try {
      return Files.readString(log);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private String told() {
    return String.join("\n", printed) + "\n" + log();
  }

  public long pid() {
    return process.pid();
  }

  /** The worker process; waits for one while there is none. */
  public ProcessHandle worker() {
    return Eventually.see("a worker process", START, this::workers, found -> !found.isEmpty())
        .getFirst();
  }

  private List<ProcessHandle> workers() {
    return process.descendants().filter(ProcessHandle::isAlive).toList();
  }

  public void signal(String name) {
    signal(process.toHandle(), name);
  }

  /** Sends a signal by its name, such as {@code STOP}. */
  public static void signal(ProcessHandle process, String name) {
    try {
      Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
      assertThat(kill.waitFor()).as("kill -%s %s", name, process.pid()).isZero();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException interrupted) {
      throw interrupted(interrupted);
    }
  }

  /** kill -9, and its end. */
  public void kill() {
    assertThat(process.isAlive()).as(log()).isTrue();
    destroy();
  }

  /** Its exit code. */
  public int awaitEnd(Duration limit) {
    try {
      assertThat(process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)).as(log()).isTrue();
      return process.exitValue();
    } catch (InterruptedException interrupted) {
      throw interrupted(interrupted);
    }
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  private void destroy() {
    try {
      process.destroyForcibly();
      process.waitFor();
    } catch (InterruptedException interrupted) {
      throw interrupted(interrupted);
    }
  }

  private static IllegalStateException interrupted(InterruptedException interrupted) {
    Thread.currentThread().interrupt();
    return new IllegalStateException(interrupted);
  }

  @Override
  public void close() {
    List<ProcessHandle> workers = workers();
    destroy();
    for (ProcessHandle worker : workers) {
      Eventually.holds(
          "worker " + worker.pid() + " ends after its node", WORKERS_END, () -> !worker.isAlive());
    }
    assertThat(log()).doesNotContain(MARKER).doesNotContain(KEY);
  }
}
