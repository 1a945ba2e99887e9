package dev.millrace.runtime.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.runtime.fakes.FakeNode;
import dev.millrace.runtime.fakes.FakeWorker;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With real processes: no worker outlives its node, or lives without one. */
@Timeout(60)
class NodeDeathTest {

  @TempDir Path folder;

  @Test
  void when_its_node_is_killed_the_worker_ends_within_a_second() throws Exception {
    Process node = java(FakeNode.class, folder.toString());
    assertThat(ProcessHandle.of(Long.parseLong(firstLine(node)))).isPresent();
    long killed = System.nanoTime();
    node.destroyForcibly();
    // The system gives up a dead process's locks at once, whoever has yet to bury it.
    try (var lock = FileChannel.open(FakeWorker.lockIn(folder), StandardOpenOption.WRITE)) {
      assertThat(lock.lock().isValid()).isTrue();
    }
    assertThat(Duration.ofNanos(System.nanoTime() - killed)).isLessThan(Duration.ofSeconds(1));
  }

  @Test
  void a_worker_without_its_node_ends() throws Exception {
    Process worker = java(FakeWorker.class, "--socket", folder.resolve("none.sock").toString());
    tell(worker, "0".repeat(64));
    assertThat(exitOf(worker)).isEqualTo(Exit.NOT_WELCOMED);
  }

  @Test
  void a_worker_that_gets_no_welcome_in_time_ends() throws Exception {
    Path socket = folder.resolve("deaf.sock");
    try (var deaf = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      deaf.bind(UnixDomainSocketAddress.of(socket));
      String[] arguments = {"--socket", socket.toString(), "--hello-timeout-ms", "200"};
      Process worker = java(FakeWorker.class, arguments);
      tell(worker, "0".repeat(64));
      assertThat(exitOf(worker)).isEqualTo(Exit.NOT_WELCOMED);
    }
  }

  @Test
  void a_worker_without_a_secret_or_with_wrong_arguments_ends() throws Exception {
    Process mute = java(FakeWorker.class, "--socket", folder.resolve("none.sock").toString());
    tell(mute, "00");
    assertThat(exitOf(mute)).isEqualTo(Exit.NOT_WELCOMED);
    assertThat(exitOf(java(FakeWorker.class))).isEqualTo(Exit.BAD_ARGUMENTS);
  }

  private static Process java(Class<?> main, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"));
    command.addAll(List.of(System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  private static void tell(Process process, String line) throws IOException {
    try (var stdin = process.getOutputStream()) {
      stdin.write(line.getBytes(StandardCharsets.US_ASCII));
    }
  }

  private static String firstLine(Process process) throws IOException {
    return process.inputReader(StandardCharsets.UTF_8).readLine();
  }

  private static Exit exitOf(Process process) throws InterruptedException {
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    for (Exit exit : Exit.values()) {
      if (exit.code() == process.exitValue()) {
        return exit;
      }
    }
    throw new AssertionError("exit " + process.exitValue());
  }
}
