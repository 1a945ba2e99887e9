package dev.millrace.bench;

import static dev.millrace.bench.UsageFailure.check;

import java.time.Duration;

/** Checks that the kinds of plan share. */
final class Limits {

  private static final Duration LONGEST = Duration.ofHours(24);

  private Limits() {}

  static void times(Duration warmup, Duration duration, Duration drain) {
    check(
        !warmup.isNegative() && warmup.compareTo(LONGEST) <= 0,
        "--warmup",
        seconds(warmup),
        "0 to 86400 s");
    check(
        duration.toMillis() >= 1 && duration.compareTo(LONGEST) <= 0,
        "--duration",
        seconds(duration),
        "above 0, at most 86400 s");
    check(
        !drain.isNegative() && drain.compareTo(LONGEST) <= 0,
        "--drain",
        seconds(drain),
        "0 to 86400 s");
  }

  static void model(String model) {
    check(
        model.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}"),
        "--model",
        model,
        "1 to 64 letters, digits, dots, hyphens, underscores");
  }

  static void durability(String durability) {
    check(
        durability.equals("memory") || durability.equals("fsync"),
        "--durability",
        durability,
        "memory or fsync");
  }

  private static String seconds(Duration time) {
    return time.toMillis() / 1_000.0 + " s";
  }
}
