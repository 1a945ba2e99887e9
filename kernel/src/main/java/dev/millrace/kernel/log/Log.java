package dev.millrace.kernel.log;

import dev.millrace.kernel.Clock;
import dev.millrace.kernel.Wakeup;
import dev.millrace.kernel.disk.Disk;
import dev.millrace.kernel.disk.DiskFile;
import dev.millrace.kernel.disk.DiskLock;
import dev.millrace.kernel.disk.StorageFullException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A log in a directory: {@link #open} proves it, {@link #replay} reads it, {@link #startWriter}
 * continues it.
 *
 * <p>Life: open, load a snapshot from {@link #snapshots()}, replay what comes after it, start the
 * writer; at the end close the writer's thread, then this.
 *
 * <p>Threads: {@link #read}, {@link #replay} and {@link #deleteSegmentsBefore} are for any thread,
 * also while the writer writes; the rest is its owner's.
 */
public final class Log implements AutoCloseable {

  private static final int FIRST_READ = 512;

  private final Disk disk;
  private final Path directory;
  private final LogSettings settings;
  private final Clock clock;
  private final DiskLock lock;
  private final SegmentTable table;
  private final LogOpener opener;
  private final Recovery recovery;
  private volatile @Nullable Retention retention;
  private volatile long epoch;

  private Log(
      Disk disk,
      Path directory,
      LogSettings settings,
      Clock clock,
      DiskLock lock,
      SegmentTable table)
      throws IOException {
    this.disk = disk;
    this.directory = directory;
    this.settings = settings;
    this.clock = clock;
    this.lock = lock;
    this.table = table;
    this.opener = new LogOpener(disk, directory, table);
    this.recovery = opener.open();
  }

  /**
   * Opens the log in a directory, which is created when it is missing, and takes its lock. Changes
   * no file of a log that is there.
   *
   * @throws LogDamagedException when bytes that were durable are not what was written
   * @throws NewerFormatException when a newer version wrote it
   * @throws dev.millrace.kernel.disk.DiskLockedException when another process has it open
   */
  public static Log open(Disk disk, Path directory, LogSettings settings, Clock clock)
      throws IOException {
    disk.createDirectories(directory);
    DiskLock lock = disk.lock(directory.resolve(LogFiles.LOCK));
    SegmentTable table = new SegmentTable(disk, directory);
    try {
      return new Log(disk, directory, settings, clock, lock, table);
    } catch (IOException | RuntimeException refused) {
      table.close();
      lock.close();
      throw refused;
    }
  }

  /** What {@link #open} found. */
  public Recovery recovery() {
    return recovery;
  }

  /** How often this log was started for writing, this time included; 0 before the start. */
  public long epoch() {
    return epoch;
  }

  /** Behind the last block handed to the operating system. */
  public long end() {
    return table.end();
  }

  /** Behind the last block that survives a power loss. */
  public long durableEnd() {
    return table.durableEnd();
  }

  /** Where the first segment kept begins; {@link LogPosition#NONE} when there is none. */
  public long start() {
    SegmentTable.Segment first = table.first();
    return first == null ? LogPosition.NONE : LogPosition.of(first.header().number(), 0);
  }

  /** The snapshots of state beside this log. */
  public SnapshotStore snapshots() {
    return new SnapshotStore(disk, directory, opener::logId, table::durableEnd);
  }

  /**
   * Hands over every record after a position, up to the {@link #end()} of now, in order. Of the
   * segments that end before the position only the headers are checked.
   *
   * @param after a {@link LogPosition}; {@link LogPosition#NONE} for all that is kept
   * @throws IllegalArgumentException when it is another and not between {@link #start()} and {@link
   *     #end()}: records between it and the log are no longer kept
   * @throws LogDamagedException when a block or record is not whole; the visitor may have seen the
   *     records before it
   */
  public void replay(long after, RecordVisitor visitor) throws IOException {
    long end = table.end();
    if (after != LogPosition.NONE && (after < start() || after >= end)) {
      throw outside(after);
    }
    SegmentTable.Segment segment = table.get(LogPosition.segment(after));
    for (segment = segment == null ? table.first() : segment;
        segment != null && segment.header().number() <= LogPosition.segment(end);
        segment = table.after(segment.header().number())) {
      if (segment.header().number() == LogPosition.segment(end)) {
        replayLast(segment, LogPosition.offset(end), after, visitor);
      } else {
        replayWhole(segment, after, visitor);
      }
    }
  }

  private static void replayLast(
      SegmentTable.Segment segment, long endOffset, long after, RecordVisitor visitor)
      throws IOException {
    BlockCursor cursor = new BlockCursor(segment.file(), segment.header(), endOffset);
    while (cursor.end() < endOffset) {
      step(segment, cursor, after, visitor);
    }
  }

  private void replayWhole(SegmentTable.Segment segment, long after, RecordVisitor visitor)
      throws IOException {
    SegmentTable.Segment next = table.after(segment.header().number());
    if (next == null) {
      throw new IllegalStateException("no segment follows " + segment.path());
    }
    DiskFile file = segment.file();
    BlockCursor cursor = new BlockCursor(file, segment.header(), file.size());
    while (cursor.nextNumber() < next.header().firstBlock()) {
      step(segment, cursor, after, visitor);
    }
    if (cursor.block().crc() != next.header().previousCrc()) {
      throw new LogDamagedException(
          next.path(), 48, "it does not continue the last block of " + segment.path());
    }
  }

  private static void step(
      SegmentTable.Segment segment, BlockCursor cursor, long after, RecordVisitor visitor)
      throws IOException {
    if (!cursor.next()) {
      throw new LogDamagedException(
          segment.path(), cursor.end(), "block " + cursor.nextNumber() + ": " + cursor.problem());
    }
    cursor.visit(segment.path(), after, visitor);
  }

  /**
   * Reads one record, with its checksum.
   *
   * @param position as given to {@link LogEntry#written}
   * @throws IllegalArgumentException when it is not between {@link #start()} and {@link #end()}
   * @throws LogDamagedException when no whole record stands there
   */
  public LogRecord read(long position) throws IOException {
    SegmentTable.Segment segment = table.get(LogPosition.segment(position));
    if (segment == null || position >= table.end()) {
      throw outside(position);
    }
    return RecordReader.read(segment, LogPosition.offset(position), FIRST_READ);
  }

  private IllegalArgumentException outside(long position) {
    return new IllegalArgumentException(
        "log position: "
            + LogPosition.text(position)
            + " (expected: "
            + LogPosition.text(start())
            + ".."
            + LogPosition.text(table.end())
            + ")");
  }

  /**
   * Cuts a torn tail, begins a new segment with the next epoch, and returns the agent that writes.
   * Once, after the replay. When the disk is full the agent still starts, and refuses entries until
   * there is room.
   *
   * @param wakeup wakes the thread that will turn the agent
   * @param background prepares the next segment and deletes old ones, beside the writer
   */
  public LogWriter startWriter(Wakeup wakeup, LogListener listener, Executor background)
      throws IOException {
    if (epoch != 0) {
      throw new IllegalStateException("the writer was started before");
    }
    SegmentWriter.Start start = opener.cut(newLogId());
    epoch = start.epoch();
    Retention deleting = new Retention(disk, directory, table, background, wakeup);
    retention = deleting;
    SegmentSupply supply = new SegmentSupply(disk, directory, settings.segmentBytes(), background);
    SegmentWriter segments =
        new SegmentWriter(
            disk, directory, settings, clock, table, supply, opener.openMark(), start);
    RoomGauge room = new RoomGauge(disk, directory, settings.minFreeBytes(), listener);
    try {
      segments.roll();
    } catch (StorageFullException full) {
      room.ranOut(clock.nanoTime());
    }
    return new LogWriter(settings, clock, wakeup, segments, room, deleting, listener);
  }

  /** Different for every log, and not to be guessed from outside. */
  private long newLogId() {
    long seed = clock.wallMillis() * 0x9e37_79b9_7f4a_7c15L ^ clock.nanoTime();
    long mixed = (seed ^ seed >>> 30) * 0xbf58_476d_1ce4_e5b9L;
    mixed = (mixed ^ mixed >>> 27) * 0x94d0_49bb_1331_11ebL;
    return mixed ^ mixed >>> 31;
  }

  /**
   * Lets go of the segments that end before the one a position is in. The files are deleted soon
   * after; only with a started writer.
   */
  public void deleteSegmentsBefore(long position) {
    Retention deleting = retention;
    if (deleting == null) {
      throw new IllegalStateException("the writer is not started");
    }
    deleting.keepFrom(LogPosition.segment(position));
  }

  /** Closes the files and gives the lock back. The writer's thread must have ended before. */
  @Override
  public void close() throws IOException {
    table.close();
    lock.close();
  }
}
