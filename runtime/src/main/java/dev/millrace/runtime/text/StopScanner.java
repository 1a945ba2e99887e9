package dev.millrace.runtime.text;

import java.util.List;

/**
 * Lets text through until one of the stop texts appears. What may yet become a stop text is held
 * back, so nothing of one is ever let out, and nothing else is ever lost.
 */
public final class StopScanner {

  private final List<String> stops;
  private final StringBuilder held = new StringBuilder();
  private boolean stopped;

  /**
   * @param stops none empty
   */
  public StopScanner(List<String> stops) {
    this.stops = List.copyOf(stops);
  }

  /** Whether a stop text was seen; from then on nothing is let through. */
  public boolean stopped() {
    return stopped;
  }

  /** What can no longer become part of a stop text. */
  public String push(String text) {
    if (stopped) {
      return "";
    }
    if (stops.isEmpty()) {
      return text;
    }
    held.append(text);
    int at = firstStop();
    if (at >= 0) {
      stopped = true;
      return take(at);
    }
    return take(held.length() - longestBeginning());
  }

  /** What was held back, once nothing more will come. */
  public String finish() {
    return stopped ? "" : take(held.length());
  }

  private String take(int count) {
    String taken = held.substring(0, count);
    held.delete(0, count);
    return taken;
  }

  private int firstStop() {
    int first = -1;
    for (String stop : stops) {
      int at = held.indexOf(stop);
      if (at >= 0 && (first < 0 || at < first)) {
        first = at;
      }
    }
    return first;
  }

  /** The longest end of what is held with which a stop text begins. */
  private int longestBeginning() {
    int longest = 0;
    for (String stop : stops) {
      int most = Math.min(stop.length() - 1, held.length());
      for (int length = most; length > longest; length--) {
        if (stop.startsWith(held.substring(held.length() - length))) {
          longest = length;
        }
      }
    }
    return longest;
  }
}
