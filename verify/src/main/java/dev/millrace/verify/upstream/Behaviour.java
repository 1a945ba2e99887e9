package dev.millrace.verify.upstream;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How one request is answered.
 *
 * @param tokens of an answer; −1 for as many as are asked for
 * @param firstMillis before the first token
 * @param intervalMillis between tokens
 * @param fault what goes wrong
 * @param at the token before which it does
 * @param status of {@link Fault#STATUS}
 * @param retryAfter seconds in the header of that name; −1 for no header
 * @param calls of tools, in place of tokens
 * @param usage whether a usage chunk is sent
 */
record Behaviour(
    int tokens,
    int firstMillis,
    int intervalMillis,
    Fault fault,
    int at,
    int status,
    int retryAfter,
    int calls,
    boolean usage) {

  /** What can go wrong. */
  enum Fault {
    NONE,
    /** Another status than 200, at once. */
    STATUS,
    /** The connection is closed in mid-answer. */
    CUT,
    /** The connection is reset in mid-answer. */
    RESET,
    /** A clean end without a reason to finish. */
    UNFINISHED,
    /** A whole answer without {@code [DONE]}. */
    UNSIGNED,
    /** An error inside the answer, then a clean end. */
    ERROR,
    /** An event that is no JSON. */
    MALFORMED,
    /** Nothing more comes, and the connection stays open. */
    SILENT
  }

  private static final int MOST = 1_000_000;

  /**
   * @param model such as {@code mock?tokens=4&fault=cut}
   * @throws IllegalArgumentException naming what is wrong
   */
  static Behaviour of(String model) {
    Map<String, String> options = new HashMap<>();
    int mark = model.indexOf('?');
    if (mark >= 0 && mark < model.length() - 1) {
      for (String option : model.substring(mark + 1).split("&", -1)) {
        String[] parts = option.split("=", 2);
        options.put(parts[0], parts.length == 2 ? parts[1] : "");
      }
    }
    Behaviour behaviour =
        new Behaviour(
            whole(options, "tokens", -1),
            whole(options, "first_ms", 0),
            whole(options, "interval_ms", 0),
            fault(options.remove("fault")),
            whole(options, "at", 0),
            whole(options, "status", 500),
            whole(options, "retry_after", -1),
            whole(options, "calls", 0),
            !"false".equals(options.remove("usage")));
    if (!options.isEmpty()) {
      throw new IllegalArgumentException("unknown options " + options.keySet());
    }
    return behaviour;
  }

  private static Fault fault(@Nullable String name) {
    return name == null ? Fault.NONE : Fault.valueOf(name.toUpperCase(Locale.ROOT));
  }

  private static int whole(Map<String, String> options, String name, int absent) {
    String text = options.remove(name);
    if (text == null) {
      return absent;
    }
    int number = Integer.parseInt(text);
    if (number < 0 || number > MOST) {
      throw new IllegalArgumentException(name + ": " + number + " (expected: 0.." + MOST + ")");
    }
    return number;
  }

  /** How many tokens go out before the fault, if there is one. */
  int before(int all) {
    return fault == Fault.NONE || fault == Fault.UNSIGNED ? all : Math.min(all, at);
  }
}
