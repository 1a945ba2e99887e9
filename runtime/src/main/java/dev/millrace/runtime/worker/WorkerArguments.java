package dev.millrace.runtime.worker;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A worker's command line.
 *
 * @param socket where the node awaits it
 * @param helloTimeout to its welcome, 1 ms..60 s
 */
record WorkerArguments(Path socket, Duration helloTimeout) {

  private static final int LONGEST_MILLIS = 60_000;
  private static final int DEFAULT_MILLIS = 10_000;
  private static final String USAGE = "--socket PATH [--hello-timeout-ms N]";

  /**
   * @throws IllegalArgumentException with what was found and what was expected
   */
  static WorkerArguments parse(String[] arguments) {
    @Nullable Path socket = null;
    int millis = DEFAULT_MILLIS;
    for (int i = 0; i < arguments.length; i += 2) {
      if (i + 1 == arguments.length) {
        throw wrong(arguments[i] + " without a value", USAGE);
      }
      String value = arguments[i + 1];
      switch (arguments[i]) {
        case "--socket" -> socket = Path.of(value);
        case "--hello-timeout-ms" -> millis = millis(value);
        default -> throw wrong(arguments[i], USAGE);
      }
    }
    if (socket == null) {
      throw wrong("no socket", USAGE);
    }
    return new WorkerArguments(socket, Duration.ofMillis(millis));
  }

  private static int millis(String value) {
    if (value.matches("[0-9]{1,5}")) {
      int millis = Integer.parseInt(value);
      if (millis >= 1 && millis <= LONGEST_MILLIS) {
        return millis;
      }
    }
    throw wrong("--hello-timeout-ms " + value, "1.." + LONGEST_MILLIS);
  }

  private static IllegalArgumentException wrong(String found, String expected) {
    return new IllegalArgumentException(found + " (expected: " + expected + ")");
  }
}
