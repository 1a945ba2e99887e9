package dev.millrace.bench;

import static dev.millrace.bench.FrameScanner.ascii;

/**
 * Holds every stream to its promise: numbered from 0 in steps of one, exactly one end, nothing
 * behind it. Times tokens on the way. One thread.
 */
final class StreamChecker {

  private static final byte[] SUCCEEDED = ascii("succeeded");

  /**
   * What a stream is held to.
   *
   * @param intervalNanos between two tokens, or 0 where it is not known
   * @param tokens of a stream that succeeds; −1 where that is not known
   * @param acksOnly whether nothing is waited for after the acknowledgement
   */
  record Promise(long intervalNanos, int tokens, boolean acksOnly) {

    static final int UNKNOWN = -1;
  }

  private final Promise promise;
  private final Schedule schedule;
  private final Window window;
  private final TaskTable tasks;
  private final WsTally tally;

  StreamChecker(Promise promise, Schedule schedule, Window window, TaskTable tasks, WsTally tally) {
    this.promise = promise;
    this.schedule = schedule;
    this.window = window;
    this.tasks = tasks;
    this.tally = tally;
  }

  /** Takes one event of a task that was sent; true when it ends the task. */
  boolean event(Frame frame, long nowNanos) {
    long task = frame.ref;
    byte flags = tasks.flags(task);
    if ((flags & TaskTable.ENDED) != 0) {
      tally.violate(Violation.AFTER_END);
      return false;
    }
    if ((flags & TaskTable.ACKED) == 0) {
      tally.violate(Violation.BEFORE_ACK);
    }
    boolean continues = number(task, frame.seq);
    if (frame.kind == Frame.Kind.TOKEN && continues) {
      token(task, nowNanos);
    } else if (frame.kind == Frame.Kind.END) {
      return end(task, frame, nowNanos);
    }
    return false;
  }

  /** Checks the number; false when it came before, so that a doubled token is not timed. */
  private boolean number(long task, long seq) {
    if (seq < 0 || seq >= Integer.MAX_VALUE) {
      tally.violate(Violation.UNREADABLE);
      return false;
    }
    int expected = tasks.nextSeq(task);
    if (seq < expected) {
      tally.violate(Violation.DUPLICATE);
      return false;
    }
    if (seq > expected) {
      tally.violate(Violation.GAP);
    }
    tasks.nextSeq(task, (int) seq + 1);
    return true;
  }

  private void token(long task, long nowNanos) {
    int before = tasks.countToken(task);
    long last = tasks.tokenAt(task, nowNanos);
    long due = schedule.dueAt(task);
    if (!window.contains(due)) {
      return;
    }
    if (before == 0) {
      tally.firstToken.record(nowNanos - due);
    } else {
      tally.jitter.record(Math.abs(nowNanos - last - promise.intervalNanos));
    }
  }

  private boolean end(long task, Frame frame, long nowNanos) {
    boolean acksOnly = promise.acksOnly;
    boolean counted = (tasks.flags(task) & TaskTable.REFUSED) == 0 && !acksOnly;
    tasks.raise(task, TaskTable.ENDED);
    tally.ended++;
    boolean succeeded = frame.state.is(SUCCEEDED);
    tally.endedByState.add(succeeded ? "succeeded" : frame.state.orElse("none"));
    if (succeeded && promise.tokens >= 0 && tasks.tokens(task) != promise.tokens) {
      tally.violate(Violation.WRONG_TOKEN_COUNT);
    }
    long due = schedule.dueAt(task);
    if (window.contains(due)) {
      tally.endToEnd.record(nowNanos - due);
    }
    return counted;
  }
}
