package dev.millrace.bench;

import static dev.millrace.bench.FrameScanner.ascii;

/**
 * Holds every stream to its promise: numbered from 0 in steps of one, exactly one end, nothing
 * behind it. Times tokens on the way. One thread.
 */
final class StreamChecker {

  private static final byte[] SUCCEEDED = ascii("succeeded");
  private static final String SIMULATED = "sim";

  private final WsPlan plan;
  private final Schedule schedule;
  private final Window window;
  private final TaskTable tasks;
  private final WsTally tally;
  private final long intervalNanos;
  private final boolean knowsTokens;

  StreamChecker(WsPlan plan, Schedule schedule, Window window, TaskTable tasks, WsTally tally) {
    this.plan = plan;
    this.schedule = schedule;
    this.window = window;
    this.tasks = tasks;
    this.tally = tally;
    this.intervalNanos = plan.intervalMillis() * 1_000_000L;
    this.knowsTokens = plan.model().equals(SIMULATED) && !plan.acksOnly();
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
      tally.jitter.record(Math.abs(nowNanos - last - intervalNanos));
    }
  }

  private boolean end(long task, Frame frame, long nowNanos) {
    boolean acksOnly = plan.acksOnly();
    boolean counted = (tasks.flags(task) & TaskTable.REFUSED) == 0 && !acksOnly;
    tasks.raise(task, TaskTable.ENDED);
    tally.ended++;
    boolean succeeded = frame.state.is(SUCCEEDED);
    tally.endedByState.add(succeeded ? "succeeded" : frame.state.orElse("none"));
    if (succeeded && knowsTokens && tasks.tokens(task) != plan.tokens()) {
      tally.violate(Violation.WRONG_TOKEN_COUNT);
    }
    long due = schedule.dueAt(task);
    if (window.contains(due)) {
      tally.endToEnd.record(nowNanos - due);
    }
    return counted;
  }
}
