package dev.millrace.bench;

import java.util.Arrays;

/**
 * The open loop over connections with one stream at a time: begins each stream when it is due, on
 * any connection that is free, and checks and times what comes back. A stream that is due while all
 * connections have one begins late, and its latencies count from when it was due. Knows no socket
 * and no clock: it is told both.
 *
 * <p>Threads: one, the event loop's.
 */
final class SseLoad {

  /** Where streams are begun. */
  interface Sender {
    void begin(int connection, long task);
  }

  private static final long FREE = -1;
  private static final long ABSENT = -2;

  private final Sender sender;
  private final Schedule schedule;
  private final Window window;
  private final WsTally tally = new WsTally();
  private final TaskTable tasks;
  private final StreamChecker streams;
  private final long[] taskOn;
  private final int[] free;
  private int freeCount;
  private long next;
  private int inFlight;

  SseLoad(SsePlan plan, Sender sender, long startNanos) {
    this.sender = sender;
    long total = plan.pace().totalRequests();
    this.schedule = new Schedule(startNanos, plan.rate(), total);
    this.window = Window.after(startNanos, plan.warmup(), plan.duration());
    this.tasks = new TaskTable(total);
    this.streams = new StreamChecker(plan.promise(), schedule, window, tasks, tally);
    this.taskOn = new long[plan.connections()];
    this.free = new int[plan.connections()];
    Arrays.fill(taskOn, ABSENT);
  }

  /** The connection is there and has nothing to do. */
  void connected(int connection, long nowNanos) {
    if (taskOn[connection] == ABSENT) {
      idle(connection, nowNanos);
    }
  }

  private void idle(int connection, long nowNanos) {
    taskOn[connection] = FREE;
    free[freeCount++] = connection;
    tick(nowNanos);
  }

  /** Begins all that is due; gives when the next is, or {@link Long#MAX_VALUE}. */
  long tick(long nowNanos) {
    while (freeCount > 0 && schedule.isDue(next, nowNanos)) {
      int connection = free[--freeCount];
      long task = next++;
      taskOn[connection] = task;
      tasks.raise(task, TaskTable.SENT);
      tally.submitted++;
      inFlight++;
      if (measured(task)) {
        tally.sendLag.record(nowNanos - schedule.dueAt(task));
      }
      sender.begin(connection, task);
    }
    return next < schedule.total() && freeCount > 0 ? schedule.dueAt(next) : Long.MAX_VALUE;
  }

  private boolean measured(long task) {
    return window.contains(schedule.dueAt(task));
  }

  /** The node has taken the connection's request. */
  void acked(int connection, long nowNanos) {
    long task = taskOn[connection];
    if (task < 0 || (tasks.flags(task) & TaskTable.ACKED) != 0) {
      tally.violate(Violation.SECOND_ANSWER);
      return;
    }
    tasks.raise(task, TaskTable.ACKED);
    tally.acked++;
    long latency = nowNanos - schedule.dueAt(task);
    tally.ackLastSecond.record(latency);
    if (measured(task)) {
      tally.ackedInWindow++;
      tally.ack.record(latency);
    }
  }

  /** The node has answered with a status that is no success. */
  void refused(int connection, int status) {
    long task = taskOn[connection];
    Counts counts = StatusKind.HTTP.isRefusal(status) ? tally.busyByCode : tally.errorsByCode;
    counts.add("http " + status);
    if (task >= 0) {
      tasks.raise(task, TaskTable.REFUSED);
    }
  }

  /** One event of the connection's stream. */
  void event(int connection, Frame frame, long nowNanos) {
    tally.frames++;
    if (window.contains(nowNanos)) {
      tally.framesInWindow++;
    }
    long task = taskOn[connection];
    if (task < 0) {
      tally.violate(Violation.AFTER_END);
      return;
    }
    frame.ref = task;
    streams.event(frame, nowNanos);
  }

  /** The stream tells of a failure; it has no end. */
  void error(int connection, String code) {
    tally.errorsByCode.add(code);
    if (taskOn[connection] >= 0) {
      tasks.raise(taskOn[connection], TaskTable.REFUSED);
    }
  }

  /**
   * The response that carried the stream is complete.
   *
   * @param done whether the stream has said its last word
   * @param closes whether the connection cannot be used again
   */
  void finished(int connection, boolean done, boolean closes, long nowNanos) {
    long task = taskOn[connection];
    if (task < 0) {
      tally.violate(Violation.SECOND_ANSWER);
      return;
    }
    boolean refused = (tasks.flags(task) & TaskTable.REFUSED) != 0;
    boolean ended = (tasks.flags(task) & TaskTable.ENDED) != 0;
    if (!refused && !(ended && done)) {
      tally.violate(Violation.NO_END);
    }
    inFlight--;
    if (closes) {
      taskOn[connection] = ABSENT;
    } else {
      idle(connection, nowNanos);
    }
  }

  /** The connection is gone, with the stream on it if there was one. */
  void broken(int connection, String reason) {
    long task = taskOn[connection];
    taskOn[connection] = ABSENT;
    if (task >= 0) {
      inFlight--;
      tally.closedByReason.add(reason);
    } else if (task == FREE) {
      forget(connection);
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

  /** Whether everything was begun and nothing more is waited for. */
  boolean settled() {
    return next >= schedule.total() && inFlight == 0;
  }

  int inFlight() {
    return inFlight;
  }

  Window window() {
    return window;
  }

  WsTally tally() {
    return tally;
  }

  /**
   * Closes the books: what was due in the window and was not acknowledged enters the percentiles
   * with the time it has waited.
   */
  WsTally finish(long nowNanos) {
    for (long task = 0; task < next; task++) {
      byte flags = tasks.flags(task);
      boolean acked = (flags & TaskTable.ACKED) != 0;
      boolean told = (flags & (TaskTable.ENDED | TaskTable.REFUSED)) != 0;
      if (acked && !told) {
        tally.lost++;
      } else if (!acked && !told) {
        tally.unanswered++;
        censor(task, nowNanos);
      }
    }
    while (schedule.isDue(next, nowNanos)) {
      tally.unsent++;
      censor(next++, nowNanos);
    }
    return tally;
  }

  private void censor(long task, long nowNanos) {
    if (measured(task)) {
      tally.ack.record(nowNanos - schedule.dueAt(task));
    }
  }
}
