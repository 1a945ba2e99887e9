package dev.millrace.bench;

import java.util.Arrays;

/**
 * One request at a time on each connection, or on each stream of one. Open loop: a request that is
 * due while all wait is sent late, and its latency counts from when it was due. Closed loop: a
 * connection sends when it is free, and the latency counts from then. Knows no socket and no clock.
 *
 * <p>Threads: one, the event loop's.
 */
final class HttpLoad {

  /** Where requests go. */
  interface Sender {
    void send(int connection, long request);
  }

  private static final long FREE = Long.MIN_VALUE;
  private static final long ABSENT = Long.MIN_VALUE + 1;

  private final Pace pace;
  private final Sender sender;
  private final Schedule schedule;
  private final Window window;
  private final HttpTally tally;

  /** When the request on each connection was due, or one of the two marks above. */
  private final long[] dueOn;

  private final int[] free;
  private int freeCount;
  private long next;
  private int inFlight;

  HttpLoad(Pace pace, StatusKind statuses, Sender sender, long startNanos) {
    this.pace = pace;
    this.tally = new HttpTally(statuses);
    this.sender = sender;
    this.schedule =
        new Schedule(startNanos, pace.openLoop() ? pace.rate() : 1, pace.totalRequests());
    this.window = Window.after(startNanos, pace.warmup(), pace.duration());
    this.dueOn = new long[pace.slots()];
    this.free = new int[pace.slots()];
    Arrays.fill(dueOn, ABSENT);
  }

  /** The connection is there and has nothing to do. */
  void connected(int connection, long nowNanos) {
    if (dueOn[connection] == ABSENT) {
      idle(connection, nowNanos);
    }
  }

  private void idle(int connection, long nowNanos) {
    dueOn[connection] = FREE;
    free[freeCount++] = connection;
    tick(nowNanos);
  }

  /** Sends all that may be sent; gives when the next is due, or {@link Long#MAX_VALUE}. */
  long tick(long nowNanos) {
    while (freeCount > 0 && mayISend(nowNanos)) {
      int connection = free[--freeCount];
      long due = pace.openLoop() ? schedule.dueAt(next) : nowNanos;
      dueOn[connection] = due;
      inFlight++;
      tally.sent++;
      if (window.contains(due)) {
        tally.sendLag.record(nowNanos - due);
      }
      sender.send(connection, next++);
    }
    boolean waitsForTime = pace.openLoop() && next < schedule.total() && freeCount > 0;
    return waitsForTime ? schedule.dueAt(next) : Long.MAX_VALUE;
  }

  private boolean mayISend(long nowNanos) {
    return pace.openLoop() ? schedule.isDue(next, nowNanos) : nowNanos - window.untilNanos() < 0;
  }

  /**
   * The answer to what the connection sent is complete.
   *
   * @param closes whether the connection cannot be used again
   */
  void answered(int connection, int status, boolean closes, long nowNanos) {
    long due = dueOn[connection];
    if (due == FREE || due == ABSENT) {
      tally.broken.add("answer without a request");
      return;
    }
    inFlight--;
    tally.answered++;
    tally.status(status);
    tally.lastSecond.record(nowNanos - due);
    if (window.contains(due)) {
      tally.answeredInWindow++;
      tally.okInWindow += tally.isOk(status) ? 1 : 0;
      tally.latency.record(nowNanos - due);
    }
    if (closes) {
      dueOn[connection] = ABSENT;
    } else {
      idle(connection, nowNanos);
    }
  }

  /** The connection is gone, with the request on it if there was one. */
  void broken(int connection, String reason, long nowNanos) {
    long due = dueOn[connection];
    dueOn[connection] = ABSENT;
    if (due == FREE) {
      forget(connection);
    } else if (due != ABSENT) {
      inFlight--;
      tally.broken.add(reason);
      if (window.contains(due)) {
        tally.latency.record(nowNanos - due);
      }
    }
  }

  private void forget(int connection) {
    for (int i = 0; i < freeCount; i++) {
      if (free[i] == connection) {
        free[i] = free[--freeCount];
        return;
      }
    }
  }

  boolean settled(long nowNanos) {
    boolean allSent =
        pace.openLoop() ? next >= schedule.total() : nowNanos - window.untilNanos() >= 0;
    return allSent && inFlight == 0;
  }

  int inFlight() {
    return inFlight;
  }

  Window window() {
    return window;
  }

  HttpTally tally() {
    return tally;
  }

  /**
   * Closes the books: what was due in the window and has no answer enters the percentiles with the
   * time it has waited.
   */
  HttpTally finish(long nowNanos) {
    for (long due : dueOn) {
      if (due != FREE && due != ABSENT) {
        tally.unanswered++;
        censor(due, nowNanos);
      }
    }
    while (pace.openLoop() && schedule.isDue(next, nowNanos)) {
      tally.unsent++;
      censor(schedule.dueAt(next++), nowNanos);
    }
    return tally;
  }

  private void censor(long due, long nowNanos) {
    if (window.contains(due)) {
      tally.latency.record(nowNanos - due);
    }
  }
}
