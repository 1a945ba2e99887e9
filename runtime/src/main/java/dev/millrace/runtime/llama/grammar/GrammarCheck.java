package dev.millrace.runtime.llama.grammar;

import dev.millrace.runtime.json.FieldValues;

/**
 * Bounds on a grammar that a client wrote, before the library reads it: it unrolls repetitions and
 * descends into brackets.
 */
public final class GrammarCheck {

  private static final int LONGEST = 1 << 16;
  private static final int DEEPEST = 32;
  private static final int MOST_REPEATED = 256;
  private static final int MOST_REPETITIONS = 32;

  private final String text;
  private final String place;
  private int depth;
  private int repetitions;

  private GrammarCheck(String text, String place) {
    this.text = text;
    this.place = place;
  }

  /** The same text, within bounds. */
  public static String checked(String text, String place) {
    if (text.isBlank() || text.length() > LONGEST || text.indexOf('\0') >= 0) {
      throw FieldValues.invalid(
          place, text.length() + " characters", "1.." + LONGEST + ", none of them 0");
    }
    new GrammarCheck(text, place).scan();
    return text;
  }

  private void scan() {
    for (int at = 0; at < text.length(); at++) {
      switch (text.charAt(at)) {
        case '"' -> at = closing(at, '"');
        case '[' -> at = closing(at, ']');
        case '#' -> at = endOfLine(at);
        case '(' -> {
          if (++depth > DEEPEST) {
            throw FieldValues.invalid(place, "brackets deeper", "at most " + DEEPEST);
          }
        }
        case ')' -> depth--;
        case '{' -> at = repetition(at);
        default -> {}
      }
    }
  }

  private int closing(int from, char end) {
    for (int at = from + 1; at < text.length(); at++) {
      if (text.charAt(at) == '\\') {
        at++;
      } else if (text.charAt(at) == end) {
        return at;
      }
    }
    throw FieldValues.invalid(place, "a text or set that does not end", "GBNF");
  }

  private int endOfLine(int from) {
    int end = text.indexOf('\n', from);
    return end < 0 ? text.length() : end;
  }

  private int repetition(int from) {
    int end = text.indexOf('}', from);
    String bounds = end < 0 ? "" : text.substring(from + 1, end).replace(" ", "");
    if (!bounds.matches("[0-9]{1,3}(,[0-9]{0,3})?") || ++repetitions > MOST_REPETITIONS) {
      throw FieldValues.invalid(
          place, "a repetition", "at most " + MOST_REPETITIONS + " of {m}, {m,} or {m,n}");
    }
    for (String bound : bounds.split(",")) {
      if (Integer.parseInt(bound) > MOST_REPEATED) {
        throw FieldValues.invalid(place, "a repetition of " + bound, "at most " + MOST_REPEATED);
      }
    }
    return end;
  }
}
