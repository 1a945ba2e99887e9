package dev.millrace.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** How many sockets this process may hold. */
final class OpenFiles {

  /** Files of the JVM itself, of the event loop and of the log. */
  static final int SPARE = 256;

  private static final Path LIMITS = Path.of("/proc/self/limits");

  private OpenFiles() {}

  /** Refuses more sockets than the process's limit leaves; says nothing where it is not known. */
  static void check(String option, int sockets, OptionalLong limit) {
    if (limit.isPresent()) {
      long most = Math.max(0, limit.getAsLong() - SPARE);
      UsageFailure.check(
          sockets <= most,
          option,
          sockets,
          "at most "
              + most
              + " under this process's limit of "
              + limit.getAsLong()
              + " open files; raise it with ulimit -n, or run several generators");
    }
  }

  static OptionalLong limit() {
    if (!Files.isReadable(LIMITS)) {
      return OptionalLong.empty();
    }
    try {
      return parse(Files.readString(LIMITS));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  static OptionalLong parse(String limits) {
    return limits
        .lines()
        .filter(line -> line.startsWith("Max open files"))
        .map(line -> line.substring("Max open files".length()).strip().split("\\s+")[0])
        .filter(soft -> !soft.equals("unlimited"))
        .mapToLong(Long::parseLong)
        .findFirst();
  }
}
