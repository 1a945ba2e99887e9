package dev.millrace.runtime.fetch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Runs a registry's client in a folder and watches that folder grow. */
final class ClientProcess {

  private static final int LOOK_SECONDS = 2;
  private static final int LONGEST_OUTPUT = 300;

  private ClientProcess() {}

  /**
   * @param commands tried in order until one of the programs is there
   * @param folder for the client's temporary files
   * @param seconds after which it is killed
   * @param progress told the bytes in the folder now and then
   */
  static void run(List<List<String>> commands, Path folder, int seconds, LongConsumer progress)
      throws IOException, InterruptedException {
    Path output = folder.resolve("client-output.txt");
    for (List<String> command : commands) {
      Process process = start(command, folder, output);
      if (process == null) {
        continue;
      }
      await(process, command, folder, seconds, progress);
      if (process.exitValue() == 0) {
        return;
      }
      String last = lastLine(output);
      // Python may be there without the client; another of its names may work.
      if (!last.contains("No module named pip")) {
        throw new FetchFailed(
            command.getFirst() + " ended with " + process.exitValue() + ": " + last);
      }
    }
    throw new FetchFailed(
        "no program to fetch with (expected: "
            + String.join(" or ", commands.stream().map(List::getFirst).toList())
            + ")");
  }

  private static @Nullable Process start(List<String> command, Path folder, Path output) {
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    Map<String, String> environment = builder.environment();
    // Our own keys are nobody else's business.
    environment.keySet().removeIf(name -> name.startsWith("MILLRACE_"));
    environment.put("TMPDIR", folder.toString());
    try {
      return builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    } catch (IOException absent) {
      return null;
    }
  }

  private static void await(
      Process process, List<String> command, Path folder, int seconds, LongConsumer progress)
      throws IOException, InterruptedException {
    try {
      for (int waited = 0; !process.waitFor(LOOK_SECONDS, TimeUnit.SECONDS); ) {
        waited += LOOK_SECONDS;
        if (waited >= seconds) {
          throw new FetchFailed(command.getFirst() + " was not done after " + seconds + " s");
        }
        progress.accept(bytesIn(folder));
      }
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private static long bytesIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.mapToLong(file -> file.toFile().isFile() ? file.toFile().length() : 0).sum();
    } catch (UncheckedIOException moved) {
      return 0;
    }
  }

  /** What the client said last, without control characters. */
  private static String lastLine(Path output) throws IOException {
    List<String> lines =
        new String(Files.readAllBytes(output), StandardCharsets.UTF_8)
            .lines()
            .filter(line -> !line.isBlank())
            .toList();
    String last = lines.isEmpty() ? "no message" : lines.getLast();
    String clean = last.replaceAll("\\p{Cntrl}(\\[[0-9;]*m)?", "").strip();
    return clean.length() > LONGEST_OUTPUT ? clean.substring(0, LONGEST_OUTPUT) : clean;
  }
}
