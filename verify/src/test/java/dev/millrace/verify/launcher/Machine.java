package dev.millrace.verify.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A machine made of scripts: a source tree with the real launchers, JDKs whose {@code java} prints
 * its arguments one a line, a Maven that leaves a jar. Only the tools a bare system has are on
 * PATH.
 */
final class Machine {

  private static final List<String> TOOLS =
      List.of(
          "awk cat dirname find grep head mkdir mv readlink rm sed sleep sh sort tail tee touch tr"
              .split(" "));

  private final Path folder;
  private final Path tools;
  private final Map<String, String> environment = new LinkedHashMap<>();

  /** What one run said and how it ended. */
  record Ended(int code, String out, String err) {
    List<String> arguments() {
      return out.lines().toList();
    }
  }

  private Machine(Path folder) {
    this.folder = folder;
    this.tools = folder.resolve("bin");
    environment.put("PATH", tools.toString());
    environment.put("HOME", folder.resolve("home").toString());
    environment.put("MILLRACE_JDK_FOLDERS", folder.resolve("jvm").toString());
  }

  /** Nothing but the tree and the tools. */
  static Machine bare(Path folder) throws IOException {
    Machine machine = new Machine(folder);
    machine.addTools();
    Path real = Path.of(System.getProperty("millrace.home"));
    for (String file : List.of("millrace", "millrace-verify", "launcher/common.sh")) {
      Path copy = machine.tree().resolve(file);
      Files.createDirectories(copy.getParent());
      Files.copy(real.resolve(file), copy);
    }
    Files.createDirectories(folder.resolve("jvm"));
    machine.source("pom.xml", "<project/>");
    machine.source("server/pom.xml", "<project/>");
    machine.source("server/src/main/java/Main.java", "class Main {}");
    return machine;
  }

  /** With a JDK 25 in the usual folder and a Maven that succeeds. */
  static Machine ready(Path folder) throws IOException {
    Machine machine = bare(folder);
    machine.jdk("jvm/jdk-25", "25.0.1");
    machine.maven("exit 0");
    return machine;
  }

  /** The tree lies in a folder with spaces, because some do. */
  Path tree() {
    return folder.resolve("a tree of sources");
  }

  Path folder() {
    return folder;
  }

  Path source(String name, String text) throws IOException {
    Path file = tree().resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  Path jdk(String name, String version) throws IOException {
    Path jdk = runtime(name, version);
    script(jdk.resolve("bin/javac"), "exit 0");
    return jdk;
  }

  /** A Java without a compiler. Its {@code java} ends with 0 unless JAVA_EXIT says otherwise. */
  Path runtime(String name, String version) throws IOException {
    Path jdk = folder.resolve(name);
    script(jdk.resolve("bin/java"), "printf '%s\\n' \"$@\"\nexit ${JAVA_EXIT:-0}");
    Files.writeString(
        jdk.resolve("release"), "IMPLEMENTOR=\"X\"\nJAVA_VERSION=\"" + version + "\"\n");
    return jdk;
  }

  /** Every call is counted; {@code then} runs in the root of the tree after the jars are there. */
  void maven(String then) throws IOException {
    script(
        tools.resolve("mvn"),
        """
        cd '%s'
        echo "$@" >> mvn.calls
        echo '[INFO] Building millrace-server 0.1.0 [1/1]'
        for module in server verify; do
          mkdir -p $module/target/lib
          : > $module/target/millrace-$module-0.1.0.jar
          : > $module/target/lib/one.jar
        done
        %s
        """
            .formatted(tree(), then));
  }

  int builds() throws IOException {
    Path calls = tree().resolve("mvn.calls");
    return Files.exists(calls) ? Files.readAllLines(calls).size() : 0;
  }

  /** As if edited after the last build. */
  void edit(String name) throws IOException {
    FileTime built = Files.getLastModifiedTime(tree().resolve("target/built-server"));
    FileTime later = FileTime.from(built.toInstant().plusSeconds(5));
    Files.setLastModifiedTime(tree().resolve(name), later);
  }

  Machine with(String variable, Object value) {
    environment.put(variable, value.toString());
    return this;
  }

  Ended run(String... arguments) throws IOException, InterruptedException {
    return start(tree().resolve("millrace"), arguments);
  }

  Ended start(Path launcher, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(arguments));
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.directory(folder.toFile()).environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.start();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException("still running after 30 s: " + command);
    }
    return new Ended(process.exitValue(), read(out), read(err));
  }

  private void addTools() throws IOException {
    Files.createDirectories(tools);
    for (String tool : TOOLS) {
      for (String place : List.of("/usr/bin/", "/bin/")) {
        if (Files.isExecutable(Path.of(place + tool)) && Files.notExists(tools.resolve(tool))) {
          script(tools.resolve(tool), "exec " + place + tool + " \"$@\"");
        }
      }
    }
  }

  private static void script(Path file, String body) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + body + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
