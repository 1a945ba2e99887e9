package dev.millrace.kernel.log;

import dev.millrace.kernel.Wakeup;
import dev.millrace.kernel.disk.Disk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Deletes whole segments that are no longer wanted. Any thread asks; the writer first records in
 * the commit mark where the log begins from now on, so that a missing segment is never mistaken for
 * a deleted one; the files go in the background.
 */
final class Retention {

  private final Disk disk;
  private final Path directory;
  private final SegmentTable table;
  private final Executor background;
  private final Wakeup writer;
  private final AtomicLong wanted = new AtomicLong();

  Retention(Disk disk, Path directory, SegmentTable table, Executor background, Wakeup writer) {
    this.disk = disk;
    this.directory = directory;
    this.table = table;
    this.background = background;
    this.writer = writer;
  }

  /** Any thread: segments before this number are no longer wanted. */
  void keepFrom(long segment) {
    wanted.accumulateAndGet(segment, Math::max);
    writer.wake();
  }

  boolean isBehind(long firstSegment) {
    return wanted.get() > firstSegment;
  }

  /** The segment in use always stays. */
  long firstToKeep(long current) {
    wanted.accumulateAndGet(current, Math::min);
    return wanted.get();
  }

  void deleteBefore(long segment) {
    background.execute(
        () -> {
          try {
            delete(segment);
          } catch (IOException failure) {
            throw new UncheckedIOException(failure); // the next start deletes what is left
          }
        });
  }

  private void delete(long segment) throws IOException {
    for (SegmentTable.Segment first;
        (first = table.first()) != null && first.header().number() < segment; ) {
      table.remove(first.header().number());
      first.close();
      disk.delete(first.path());
    }
    disk.syncDirectory(directory);
  }
}
