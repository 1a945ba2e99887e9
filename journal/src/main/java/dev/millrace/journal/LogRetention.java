package dev.millrace.journal;

import dev.millrace.kernel.log.LogPosition;
import java.util.Deque;

/**
 * From where the log must be kept. Never given up: what comes after the older snapshot, the records
 * of live tasks, transcripts within their time. What nothing needs is kept by age and by size.
 */
final class LogRetention {

  private LogRetention() {}

  /**
   * Also forgets the marks that no longer matter.
   *
   * @param olderSnapshot the position of the older of the two snapshots kept
   * @return {@link LogPosition#NONE} to keep all
   */
  static long keepFrom(
      JournalState state, long olderSnapshot, long end, long wallMillis, JournalSettings settings) {
    long needed = olderSnapshot;
    for (LiveTask oldest : state.live()) {
      needed = Math.min(needed, oldest.position());
      break;
    }
    if (state.ended().size() > 0) {
      needed = Math.min(needed, state.ended().oldest());
    }
    long wanted =
        Math.max(
            byAge(state.marks(), wallMillis - settings.logKeep().toMillis()),
            bySize(end, settings));
    return Math.min(needed, wanted);
  }

  /** The newest mark that is old enough: all before it is older still. */
  private static long byAge(Deque<JournalState.Mark> marks, long keptAfterMillis) {
    long from = LogPosition.NONE;
    while (!marks.isEmpty() && marks.getFirst().wallMillis() <= keptAfterMillis) {
      from = marks.removeFirst().position();
    }
    if (from != LogPosition.NONE) {
      // Kept as the first: what is needed longer may hold the log back until the next time.
      marks.addFirst(new JournalState.Mark(from, keptAfterMillis));
    }
    return from;
  }

  private static long bySize(long end, JournalSettings settings) {
    long segments = settings.logKeepBytes() / settings.log().segmentBytes();
    long first = LogPosition.segment(end) - segments;
    return first <= 0 ? LogPosition.NONE : LogPosition.of(first, 0);
  }
}
