package dev.millrace.kernel.log;

import dev.millrace.kernel.Agent;
import dev.millrace.kernel.Clock;
import dev.millrace.kernel.Mailbox;
import dev.millrace.kernel.Wakeup;
import dev.millrace.kernel.disk.StorageFullException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The one writer of a log: each turn takes all entries that wait and writes them as one block.
 *
 * <p>Ownership: any thread may {@link #append} and read the counters; the rest is the agent's
 * thread's, which also runs the completions of {@link LogEntry}.
 *
 * <p>A block with an entry that wants a sync is synced before the turn ends, and nothing is written
 * meanwhile; a block without one is synced with the next that is, or after the mark interval.
 *
 * <p>A write or sync that fails stops the writer for good. A full disk does not: it refuses what
 * does not fit and goes on by itself when there is room.
 */
public final class LogWriter implements Agent {

  private static final int MAX_AWAITING_SYNC = 65_536;

  private final Clock clock;
  private final Mailbox<LogEntry> inbox;
  private final BlockBuilder block;
  private final SegmentWriter segments;
  private final RoomGauge room;
  private final Retention retention;
  private final LogListener listener;
  private final long markNanos;
  private final List<LogEntry> awaitingSync = new ArrayList<>();
  private int released; // how many of those were told
  private long markDueAt = Long.MAX_VALUE;
  private volatile @Nullable LogStoppedException stopped;

  private final LongAdder records = new LongAdder();
  private final LongAdder blocks = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final LongAdder syncs = new LongAdder();

  LogWriter(
      LogSettings settings,
      Clock clock,
      Wakeup wakeup,
      SegmentWriter segments,
      RoomGauge room,
      Retention retention,
      LogListener listener) {
    this.clock = clock;
    this.inbox = new Mailbox<>(settings.mailboxEntries(), wakeup);
    this.block = new BlockBuilder(settings);
    this.segments = segments;
    this.room = room;
    this.retention = retention;
    this.listener = listener;
    this.markNanos = settings.markInterval().toNanos();
  }

  /**
   * Hands an entry over. False when too many wait: the caller sheds or slows down. An accepted
   * entry is always completed, as {@link LogEntry} tells, unless it is offered while or after the
   * agent closes: the owner stops the senders first.
   */
  public boolean append(LogEntry entry) {
    return inbox.offer(entry);
  }

  /** Whether new work is refused for want of room. */
  public boolean isStorageLow() {
    return room.isLow();
  }

  /** Whether the log has stopped for good. */
  public boolean isStopped() {
    return stopped != null;
  }

  /** Entries waiting now; near enough for a gauge. */
  public int waiting() {
    return inbox.size();
  }

  /** Records written since the start. */
  public long records() {
    return records.sum();
  }

  /** Blocks written since the start. */
  public long blocks() {
    return blocks.sum();
  }

  /** Bytes written since the start. */
  public long bytes() {
    return bytes.sum();
  }

  /** Syncs of segments since the start, those of the commit mark not counted. */
  public long syncs() {
    return syncs.sum();
  }

  @Override
  public String name() {
    return "log-writer";
  }

  @Override
  public int turn(long nowNanos) {
    LogStoppedException end = stopped;
    if (end != null) {
      return inbox.drain(entry -> entry.failed(end), Integer.MAX_VALUE);
    }
    try {
      room.look(nowNanos);
      int taken = take();
      if (!block.isEmpty()) {
        commit(nowNanos);
      }
      return tend(nowNanos, taken == 0) ? taken + 1 : taken;
    } catch (IOException failure) {
      stop("the log cannot write and has stopped", failure);
      return 1;
    } catch (RuntimeException | Error defect) {
      stop("the log has stopped after a defect", defect);
      throw defect;
    }
  }

  /** Takes what waits, as far as one block holds; refuses new work when room is low. */
  private int take() {
    int taken = 0;
    for (LogEntry entry; block.hasRoom() && (entry = inbox.poll()) != null; taken++) {
      if (room.isLow() && entry.wantsSync() && !entry.essential()) {
        entry.failed(room.refusal());
      } else {
        block.add(entry);
      }
    }
    return taken;
  }

  private void commit(long nowNanos) throws IOException {
    boolean sync = block.wantsSync();
    long at;
    try {
      segments.makeRoom(block.length());
      at = segments.write(block);
    } catch (StorageFullException full) {
      room.ranOut(nowNanos);
      block.tellFailed(full);
      block.reset();
      return;
    } finally {
      releaseDurable(); // a roll syncs what came before
    }
    markDueAt = Math.min(markDueAt, nowNanos + markNanos);
    count();
    block.tellWritten(segments.segment(), at);
    awaitingSync.addAll(block.entries());
    block.reset();
    if (sync || awaitingSync.size() > MAX_AWAITING_SYNC) {
      sync();
    }
  }

  private void count() {
    records.add(block.size());
    blocks.increment();
    bytes.add(block.length());
  }

  private void sync() throws IOException {
    long before = clock.nanoTime();
    segments.sync();
    syncs.increment();
    listener.synced(clock.nanoTime() - before, awaitingSync.size());
    releaseDurable();
  }

  private void releaseDurable() {
    if (!segments.isAllDurable()) {
      return;
    }
    while (released < awaitingSync.size()) {
      awaitingSync.get(released++).durable();
    }
    awaitingSync.clear();
    released = 0;
  }

  /** What is due by time: the sync of what did not ask for one, the commit mark, retention. */
  private boolean tend(long nowNanos, boolean idle) throws IOException {
    if (retention.isBehind(segments.firstSegment())) {
      long before = retention.firstToKeep(segments.segment());
      segments.advanceMark(before);
      retention.deleteBefore(before);
    }
    if (nowNanos < markDueAt) {
      return false;
    }
    if (!segments.isAllDurable()) {
      sync();
    }
    if (idle) {
      writeEmptyBlock(nowNanos);
    }
    segments.advanceMark(segments.firstSegment());
    markDueAt = Long.MAX_VALUE;
    return true;
  }

  private void writeEmptyBlock(long nowNanos) throws IOException {
    try {
      segments.writeEmpty();
      sync();
    } catch (StorageFullException full) {
      room.ranOut(nowNanos); // the mark alone says what is durable then
    }
  }

  private void stop(String message, Throwable cause) {
    LogStoppedException reason = new LogStoppedException(message, cause);
    stopped = reason;
    for (LogEntry entry : awaitingSync.subList(released, awaitingSync.size())) {
      entry.failed(reason);
    }
    awaitingSync.clear();
    block.tellFailed(reason);
    block.reset();
    listener.stopped(reason);
  }

  @Override
  public long nextDeadline() {
    return stopped != null ? Long.MAX_VALUE : Math.min(markDueAt, room.nextDeadline());
  }

  /** Writes and syncs all that waits, marks it, and lets go of the files. */
  @Override
  public void closed() {
    try {
      while (stopped == null && inbox.size() > 0 && turn(clock.nanoTime()) > 0) {
        // each turn writes one block
      }
      if (stopped == null) {
        segments.finish();
        releaseDurable();
        stopped = new LogStoppedException("the log is closed", null);
      } else {
        segments.release();
      }
    } catch (IOException failure) {
      stop("the log could not be closed cleanly", failure);
    }
    turn(clock.nanoTime()); // fails what came too late
  }
}
