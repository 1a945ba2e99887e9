package dev.millrace.ingress.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The client that everybody has. */
public final class Curl {

  /** What it printed, and how it ended. */
  public record Result(int exit, String output) {}

  private Curl() {}

  public static boolean exists() {
    return List.of("/usr/bin/curl", "/bin/curl", "/usr/local/bin/curl").stream()
        .anyMatch(path -> Files.isExecutable(Path.of(path)));
  }

  public static Result run(String input, String... arguments) {
    List<String> command = new ArrayList<>(List.of("curl", "-s", "-S", "--max-time", "15"));
    command.addAll(List.of(arguments));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      try (OutputStream out = process.getOutputStream()) {
        out.write(input.getBytes(StandardCharsets.UTF_8));
      }
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Result(process.waitFor(), output);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }
}
