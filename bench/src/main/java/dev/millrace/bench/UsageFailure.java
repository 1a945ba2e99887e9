package dev.millrace.bench;

/** An option has a value that cannot be used: names it, what was found and what was expected. */
final class UsageFailure extends RuntimeException {

  UsageFailure(String option, Object found, String expected) {
    super(option + ": " + found + " (expected: " + expected + ")");
  }

  static void check(boolean holds, String option, Object found, String expected) {
    if (!holds) {
      throw new UsageFailure(option, found, expected);
    }
  }
}
