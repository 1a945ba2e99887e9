package dev.millrace.journal;

import dev.millrace.kernel.Agent;
import dev.millrace.kernel.Clock;
import dev.millrace.kernel.log.LogWriter;

/**
 * The log's writer with what the journal does around each of its turns: events are fed to it before
 * and, once enough was written, a snapshot is asked for after.
 */
final class JournalAgent implements Agent {

  private final Clock clock;
  private final LogWriter writer;
  private final EventFeed feed;
  private final Recorder recorder;
  private final LogMeters meters;
  private final Runnable snapshot;
  private final long snapshotEveryBytes;
  private long snapshotAtBytes;

  JournalAgent(
      Clock clock,
      LogWriter writer,
      EventFeed feed,
      Recorder recorder,
      LogMeters meters,
      Runnable snapshot,
      long snapshotEveryBytes) {
    this.clock = clock;
    this.writer = writer;
    this.feed = feed;
    this.recorder = recorder;
    this.meters = meters;
    this.snapshot = snapshot;
    this.snapshotEveryBytes = snapshotEveryBytes;
    this.snapshotAtBytes = snapshotEveryBytes;
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
      snapshotAtBytes = writer.bytes() + snapshotEveryBytes;
      snapshot.run();
    }
    return done;
  }

  @Override
  public long nextDeadline() {
    return Math.min(writer.nextDeadline(), Math.min(feed.nextDeadline(), recorder.nextDeadline()));
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
