package dev.millrace.control.yaml;

import java.util.Collection;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds what somebody probably meant, by the number of letters to change. */
public final class Nearest {

  private static final int LONGEST = 64;

  private Nearest() {}

  /** The known word nearest to {@code found}, or null when none is near. */
  public static @Nullable String of(String found, Collection<String> known) {
    if (found.length() > LONGEST) {
      return null;
    }
    String best = null;
    int least = 1 + Math.max(2, found.length() / 3);
    for (String word : known) {
      int distance = distance(plain(found), plain(word));
      if (distance < least && distance < word.length()) {
        least = distance;
        best = word;
      }
    }
    return best;
  }

  /** What was expected: the nearest word if there is one, else all of them. */
  public static String expectation(String found, Collection<String> known) {
    String nearest = of(found, known);
    return nearest != null
        ? "did you mean " + nearest + "?"
        : known.stream().sorted().collect(Collectors.joining(", ", "one of ", ""));
  }

  private static String plain(String word) {
    return word.toLowerCase(Locale.ROOT).replace('-', '_');
  }

  static int distance(String a, String b) {
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(change, 1 + Math.min(previous[j], row[j - 1]));
      }
      previous = row;
    }
    return previous[b.length()];
  }
}
