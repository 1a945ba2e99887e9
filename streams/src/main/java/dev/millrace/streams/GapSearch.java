package dev.millrace.streams;

import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.domain.stream.StreamEvent.Code;
import dev.millrace.domain.stream.StreamEvent.Notice;
import org.jspecify.annotations.Nullable;

/**
 * Looks, for one reader that comes back, whether events were lost before its number: then it may
 * have read the lost ones. Ends at the first gap that it finds, or at the reader's number. The
 * reader's thread.
 */
final class GapSearch {

  private final int from;
  private int looked;

  /**
   * @param from the first number that the reader wants
   * @throws IllegalArgumentException when that is negative
   */
  GapSearch(int from) {
    if (from < 0) {
      throw new IllegalArgumentException("from: " + from + " (expected: 0 or more)");
    }
    this.from = from;
  }

  /** Whether events that have not been looked at can still tell of one. */
  boolean isOpen() {
    return looked < from;
  }

  /**
   * The notice of a gap before the reader's number, once; else null.
   *
   * @param published how many of the events may be looked at
   */
  @Nullable StreamEvent search(StreamEvent[] events, int published) {
    int until = Math.min(from, published);
    while (looked < until) {
      StreamEvent event = events[looked++];
      if (event instanceof Notice(var code, var _) && code == Code.GAP) {
        looked = from;
        return event;
      }
    }
    return null;
  }
}
