package dev.millrace.verify.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The program as a command: any verb, in a JVM of its own, with the class path of the tests. */
public final class Program {

  private static final List<String> FLAGS =
      List.of(
          "-Xmx512m",
          "-XX:+UseSerialGC",
          "-XX:+UseCompactObjectHeaders",
          "-XX:TieredStopAtLevel=1",
          "--enable-native-access=ALL-UNNAMED",
          "-Dfile.encoding=UTF-8",
          "-Dstdout.encoding=UTF-8");

  private Program() {}

  /** How a verb ended and what it said. */
  public record Ended(int code, String said) {}

  /** Runs a verb to its end. */
  public static Ended run(Path folder, String... arguments) {
    try {
      Process verb = builder(folder, command(arguments)).redirectErrorStream(true).start();
      String said = new String(verb.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Ended(verb.waitFor(), said);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  /** Adds a bundled model to the folder, so that a node may serve that one alone. */
  public static void addModel(Path folder, String model) {
    addModel(folder, model, Assets.home().resolve("models").resolve(model));
  }

  /** As {@link #addModel(Path, String)}, from any folder. */
  public static void addModel(Path folder, String model, Path source) {
    String data = NodeProcess.data(folder).toString();
    Ended ended = run(folder, "models", "add", model, source.toString(), "--data", data);
    assertThat(ended.code()).as(ended.said()).isZero();
  }

  static ProcessBuilder builder(Path folder, List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().put("MILLRACE_ADMIN_KEY", NodeProcess.KEY);
    return builder;
  }

  static List<String> command(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(FLAGS);
    command.add("-Dmillrace.home=" + Assets.home());
    command.add("-Dmillrace.unpacked=" + Assets.home().resolve("verify/target/unpacked"));
    command.addAll(List.of("-cp", classPath(), "dev.millrace.server.Millrace"));
    command.addAll(List.of(arguments));
    return command;
  }

  /** Absolute, because a node works in a folder of its own. */
  private static String classPath() {
    List<String> entries = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      entries.add(Path.of(entry).toAbsolutePath().toString());
    }
    return String.join(File.pathSeparator, entries);
  }
}
