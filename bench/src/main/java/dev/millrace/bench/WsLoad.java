package dev.millrace.bench;

/**
 * The open loop over WebSocket sessions: sends each task when it is due, and checks and times what
 * comes back. Knows no socket and no clock: it is told both.
 *
 * <p>Task n goes to session n modulo the number of sessions and carries n as its reference, so an
 * event on a wrong socket is seen without a table of owners.
 *
 * <p>Threads: one, the event loop's.
 */
final class WsLoad {

  /** Where submissions go. */
  interface Sender {

    /** Sends the task's submission; false when the session is closed or does not take bytes. */
    boolean submit(int session, long task);
  }

  private final WsPlan plan;
  private final int sessions;
  private final Sender sender;
  private final Schedule schedule;
  private final Window window;
  private final WsTally tally = new WsTally();
  private final StreamChecker streams;
  private final TaskTable tasks;
  private final FrameScanner scanner = new FrameScanner();
  private final Frame frame = new Frame();
  private long next;
  private long inFlight;

  /**
   * @param sessions how many are open; at least one
   * @param startNanos when the first task is due
   */
  WsLoad(WsPlan plan, int sessions, Sender sender, long startNanos) {
    this.plan = plan;
    this.sessions = sessions;
    this.sender = sender;
    this.schedule = new Schedule(startNanos, plan.rate(), plan.totalTasks());
    this.window = Window.after(startNanos, plan.warmup(), plan.duration());
    this.tasks = new TaskTable(plan.totalTasks());
    this.streams = new StreamChecker(plan.promise(), schedule, window, tasks, tally);
  }

  /** Sends all that is due; gives when the next task is, or {@link Long#MAX_VALUE} for never. */
  long tick(long nowNanos) {
    while (schedule.isDue(next, nowNanos)) {
      submit(next++, nowNanos);
    }
    return next < schedule.total() ? schedule.dueAt(next) : Long.MAX_VALUE;
  }

  private void submit(long task, long nowNanos) {
    if (!sender.submit((int) (task % sessions), task)) {
      tally.unsent++;
      return;
    }
    tasks.raise(task, TaskTable.SENT);
    tally.submitted++;
    inFlight++;
    if (measured(task)) {
      tally.sendLag.record(nowNanos - schedule.dueAt(task));
    }
  }

  /** One text message of the session. */
  void message(int session, byte[] bytes, int from, int length, long nowNanos) {
    tally.frames++;
    if (window.contains(nowNanos)) {
      tally.framesInWindow++;
    }
    if (!scanner.scan(bytes, from, length, frame)) {
      tally.violate(Violation.UNREADABLE);
      return;
    }
    if (frame.op == Frame.Op.OTHER) {
      return;
    }
    if (!ours(session)) {
      aboutNoTask();
      return;
    }
    switch (frame.op) {
      case ACK -> ack(frame.ref, nowNanos);
      case EVENT -> {
        if (streams.event(frame, nowNanos)) {
          inFlight--;
        }
      }
      case BUSY -> refuse(frame.ref, tally.busyByCode);
      case ERROR -> refuse(frame.ref, tally.errorsByCode);
      case OTHER -> throw new IllegalStateException("looked at above");
    }
  }

  private boolean ours(int session) {
    return frame.ref >= 0
        && frame.ref < next
        && frame.ref % sessions == session
        && (tasks.flags(frame.ref) & TaskTable.SENT) != 0;
  }

  private void aboutNoTask() {
    if (frame.op == Frame.Op.ERROR) {
      // An error may be about the socket: it is a failure of the run, not of a stream.
      tally.errorsByCode.add(frame.code.orElse("none"));
    } else {
      tally.violate(Violation.UNKNOWN_REF);
    }
  }

  private void ack(long task, long nowNanos) {
    byte flags = tasks.flags(task);
    if ((flags & (TaskTable.ACKED | TaskTable.REFUSED)) != 0) {
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
    if (plan.acksOnly()) {
      inFlight--;
    }
  }

  private void refuse(long task, Counts counts) {
    counts.add(frame.code.orElse("none"));
    byte flags = tasks.flags(task);
    if ((flags & TaskTable.REFUSED) != 0 || (flags & TaskTable.ACKED) != 0) {
      // After an ack the task must still end; an error instead of it leaves the task lost.
      if (counts == tally.busyByCode) {
        tally.violate(Violation.SECOND_ANSWER);
      }
      return;
    }
    tasks.raise(task, TaskTable.REFUSED);
    inFlight--;
  }

  private boolean measured(long task) {
    return window.contains(schedule.dueAt(task));
  }

  /** Whether everything was sent and nothing more is waited for. */
  boolean settled() {
    return next >= schedule.total() && inFlight == 0;
  }

  long inFlight() {
    return inFlight;
  }

  Window window() {
    return window;
  }

  WsTally tally() {
    return tally;
  }

  /**
   * Closes the books. A measured task that got no answer enters the percentiles with the time it
   * has waited: leaving it out would make a server look better the more it forgets.
   */
  WsTally finish(long nowNanos) {
    for (long task = 0; task < next; task++) {
      byte flags = tasks.flags(task);
      boolean acked = (flags & TaskTable.ACKED) != 0;
      if (acked && !plan.acksOnly() && (flags & TaskTable.ENDED) == 0) {
        tally.lost++;
      } else if (!acked && (flags & TaskTable.REFUSED) == 0) {
        if ((flags & TaskTable.SENT) != 0) {
          tally.unanswered++;
        }
        if (measured(task)) {
          tally.ack.record(nowNanos - schedule.dueAt(task));
        }
      }
    }
    return tally;
  }
}
