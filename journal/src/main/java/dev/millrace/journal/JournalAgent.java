package dev.millrace.journal;

import dev.millrace.kernel.Agent;
import dev.millrace.kernel.Clock;
import dev.millrace.kernel.log.LogWriter;

/**
 * The log's writer with what the journal does around each of its turns: events are fed to it before
 * and, once enough was written, a snapshot is asked for after.
 */
final class JournalAgent implements Agent {

  private static final long SWEEP_NANOS = 60_000_000_000L;

  private final Clock clock;
  private final LogWriter writer;
  private final EventFeed feed;
  private final Recorder recorder;
  private final LogMeters meters;
  private final Chores chores;
  private long snapshotAtBytes;
  private long sweepAt;

  /**
   * What is asked for now and then.
   *
   * @param snapshot of the state
   * @param snapshotEveryBytes of log
   * @param sweep of payloads that nothing names any more; each minute
   */
  record Chores(Runnable snapshot, long snapshotEveryBytes, Runnable sweep) {}

  JournalAgent(
      Clock clock,
      LogWriter writer,
      EventFeed feed,
      Recorder recorder,
      LogMeters meters,
      Chores chores) {
    this.clock = clock;
    this.writer = writer;
    this.feed = feed;
    this.recorder = recorder;
    this.meters = meters;
    this.chores = chores;
    this.snapshotAtBytes = chores.snapshotEveryBytes();
    this.sweepAt = clock.nanoTime() + SWEEP_NANOS;
  }

  @Override
  public String name() {
    return writer.name();
  }

  @Override
  public int turn(long nowNanos) {
    recorder.tend(nowNanos);
    int done = feed.feed(writer, nowNanos) + writer.turn(nowNanos);
    meters.show(writer);
    if (writer.bytes() >= snapshotAtBytes) {
      snapshotAtBytes = writer.bytes() + chores.snapshotEveryBytes();
      chores.snapshot().run();
    }
    if (nowNanos - sweepAt >= 0) {
      sweepAt = nowNanos + SWEEP_NANOS;
      chores.sweep().run();
    }
    return done;
  }

  @Override
  public long nextDeadline() {
    long work =
        Math.min(writer.nextDeadline(), Math.min(feed.nextDeadline(), recorder.nextDeadline()));
    return Math.min(work, sweepAt);
  }

  /** Writes what waits, then ends the log. What finds no room was not shown to anybody. */
  @Override
  public void closed() {
    while (!writer.isStopped() && feed.feed(writer, clock.nanoTime()) > 0) {
      writer.turn(clock.nanoTime());
    }
    writer.closed();
    meters.show(writer);
  }
}
