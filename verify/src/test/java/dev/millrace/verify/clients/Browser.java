package dev.millrace.verify.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verify.node.Assets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A headless Chromium with one page and a profile of its own; ends when closed. */
final class Browser implements AutoCloseable {

  private static final long LONGEST_SETUP_SECONDS = 400;
  private static final List<String> FLAGS =
      List.of(
          "--headless",
          "--no-sandbox",
          "--disable-gpu",
          "--disable-dev-shm-usage",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync");

  private final Process process;

  /** Whether there is one, or one can be installed: by root, where there is Debian's apt-get. */
  static boolean canRun() {
    return isThere("chromium")
        || System.getProperty("user.name").equals("root") && isThere("apt-get");
  }

  private static boolean isThere(String program) {
    return Stream.of("/usr/bin", "/usr/local/bin", "/bin")
        .anyMatch(bin -> Files.isExecutable(Path.of(bin, program)));
  }

  /** Installs it, unless it is there. */
  static void install() {
    Path setup = Assets.home().resolve("verify/src/test/clients/browser/setup.sh");
    ProcessBuilder command = new ProcessBuilder("sh", setup.toString()).redirectErrorStream(true);
    Command.Ended ended = Command.run(command, LONGEST_SETUP_SECONDS);
    assertThat(ended.code()).as(ended.output()).isZero();
  }

  /**
   * @param folder for its profile
   */
  static Browser open(Path folder, String url) throws IOException {
    Path profile = Files.createTempDirectory(folder, "profile-");
    ProcessBuilder command = new ProcessBuilder("chromium");
    command.command().addAll(FLAGS);
    command.command().addAll(List.of("--user-data-dir=" + profile, url));
    command.environment().put("HOME", profile.toString());
    command.environment().put("TMPDIR", folder.toString());
    Path said = profile.resolve("said.log");
    return new Browser(command.redirectErrorStream(true).redirectOutput(said.toFile()).start());
  }

  private Browser(Process process) {
    this.process = process;
  }

  @Override
  public void close() throws InterruptedException {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
    children.forEach(ProcessHandle::destroyForcibly);
    for (ProcessHandle child : children) {
      child.onExit().join();
    }
  }
}
