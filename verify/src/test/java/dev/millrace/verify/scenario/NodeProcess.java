package dev.millrace.verify.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A node in a process of its own, on a folder that outlives it. To close it kills what is left, and
 * shows that no prompt was logged: every prompt of these tests holds {@link #MARKER}.
 */
final class NodeProcess implements AutoCloseable {

  static final String KEY = "mk_for_scenarios_0123456789abcdef";
  static final String MARKER = "heliotrope";

  private static final Duration START = Duration.ofSeconds(60);
  private static final Pattern READY =
      Pattern.compile("ready http://[^:]+:([0-9]+) \\(operator http://[^:]+:([0-9]+)\\)");
  private static final Pattern LISTENING = Pattern.compile("Millrace .* at http://[^:]+:([0-9]+)");

  private final Process process;
  private final Path log;
  private final List<String> said = new CopyOnWriteArrayList<>();

  private NodeProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
    Thread.ofVirtual().start(this::listen);
  }

  /** A node that serves; the folder may hold what an earlier one kept. */
  static NodeProcess start(Path folder, String config) throws Exception {
    NodeProcess node = launch(folder, config);
    try {
      node.awaitReady();
      return node;
    } catch (Exception | AssertionError failed) {
      node.close();
      throw failed;
    }
  }

  /**
   * Starts it and does not wait.
   *
   * @param before a command that runs the node's, such as one for another view of the disks
   */
  static NodeProcess launch(Path folder, String config, String... before) throws IOException {
    Path file = folder.resolve("millrace.yaml");
    Files.writeString(file, config);
    List<String> command = new ArrayList<>(List.of(before));
    command.addAll(
        program(
            "serve",
            "--config",
            file.toString(),
            "--data",
            data(folder).toString(),
            "--port",
            "0",
            "--operator-port",
            "0"));
    Path log = Files.createTempFile(folder, "node-", ".log");
    return new NodeProcess(builder(folder, command).redirectError(log.toFile()).start(), log);
  }

  static Path data(Path folder) {
    return folder.resolve("data");
  }

  /** How a verb ended and what it said. */
  record Ended(int code, String said) {}

  /** Runs another verb to its end. */
  static Ended run(Path folder, String... arguments) throws Exception {
    Process verb = builder(folder, program(arguments)).redirectErrorStream(true).start();
    String said = new String(verb.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(verb.waitFor(), said);
  }

  /** Adds a bundled model to the folder, so that a node may serve that one alone. */
  static void addModel(Path folder, String model) throws Exception {
    addModel(folder, model, Path.of(System.getProperty("millrace.home"), "models", model));
  }

  static void addModel(Path folder, String model, Path source) throws Exception {
    Ended ended =
        run(folder, "models", "add", model, source.toString(), "--data", data(folder).toString());
    assertThat(ended.code()).as(ended.said()).isZero();
  }

  private static ProcessBuilder builder(Path folder, List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().put("MILLRACE_ADMIN_KEY", KEY);
    return builder;
  }

  private static List<String> program(String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-Dfile.encoding=UTF-8",
                "-Dstdout.encoding=UTF-8",
                "-Dmillrace.home=" + System.getProperty("millrace.home"),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.millrace.server.Millrace"));
    command.addAll(Arrays.asList(arguments));
    return command;
  }

  private void listen() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line; (line = lines.readLine()) != null; ) {
        said.add(line);
      }
    } catch (IOException cut) {
      said.add("its output was cut: " + cut);
    }
  }

  void awaitReady() throws Exception {
    awaitSaid(READY);
  }

  /** Waits for a line on standard output. */
  private void awaitSaid(Pattern line) throws Exception {
    Eventually.holds(
        "the node says " + line,
        START,
        () -> {
          if (!process.isAlive()) {
            throw new AssertionError("ended with " + process.exitValue() + ":\n" + log());
          }
          return said.stream().anyMatch(seen -> line.matcher(seen).lookingAt());
        });
  }

  /** Waits for a text in the log. */
  void awaitLogged(String text) throws Exception {
    Eventually.holds("'" + text + "' is logged", START, () -> log().contains(text));
  }

  /** Waits until it listens, which it does before it is ready. */
  void awaitListening() throws Exception {
    awaitSaid(LISTENING);
  }

  int port() {
    return number(LISTENING, 1);
  }

  int operatorPort() {
    return number(READY, 2);
  }

  private int number(Pattern line, int group) {
    return said.stream()
        .map(line::matcher)
        .filter(Matcher::lookingAt)
        .findFirst()
        .map(found -> Integer.parseInt(found.group(group)))
        .orElseThrow(() -> new AssertionError("no " + line + ":\n" + said + log()));
  }

  List<String> said() {
    return said;
  }

  String log() {
    try {
      return Files.readString(log);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  long pid() {
    return process.pid();
  }

  /** The worker process; waits for one while there is none. */
  ProcessHandle worker() throws Exception {
    return Eventually.see("a worker process", START, this::workers, found -> !found.isEmpty())
        .getFirst();
  }

  private List<ProcessHandle> workers() {
    return process.descendants().filter(ProcessHandle::isAlive).toList();
  }

  void signal(String name) throws Exception {
    signal(process.toHandle(), name);
  }

  static void signal(ProcessHandle process, String name) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
    assertThat(kill.waitFor()).as("kill -%s %s", name, process.pid()).isZero();
  }

  /** kill -9, and its end. */
  void kill() throws Exception {
    assertThat(process.isAlive()).as(log()).isTrue();
    process.destroyForcibly();
    process.waitFor();
  }

  /** Its exit code. */
  int awaitEnd(Duration limit) throws Exception {
    assertThat(process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)).as(log()).isTrue();
    return process.exitValue();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() throws Exception {
    List<ProcessHandle> workers = workers();
    process.destroyForcibly();
    process.waitFor();
    // A worker must end by itself when its node is gone.
    for (ProcessHandle worker : workers) {
      Eventually.holds(
          "worker " + worker.pid() + " ends after its node",
          Duration.ofSeconds(20),
          () -> !worker.isAlive());
    }
    assertThat(log()).doesNotContain(MARKER).doesNotContain(KEY);
  }
}
