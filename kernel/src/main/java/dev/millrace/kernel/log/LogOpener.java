package dev.millrace.kernel.log;

import dev.millrace.kernel.disk.Disk;
import dev.millrace.kernel.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads what is there and proves it to be a log; changes nothing before {@link #cut}. A directory
 * that fails a check is left as it is, for people.
 */
final class LogOpener {

  private static final int CHUNK = 64 << 10;

  private final Disk disk;
  private final Path directory;
  private final SegmentTable table;
  private final List<String> warnings = new ArrayList<>();
  private CommitMark.@Nullable Mark mark;
  private @Nullable Tail tail;

  LogOpener(Disk disk, Path directory, SegmentTable table) {
    this.disk = disk;
    this.directory = directory;
    this.table = table;
  }

  Recovery open() throws IOException {
    CommitMark.Mark found = CommitMark.read(disk, directory, warnings);
    mark = found;
    List<Long> numbers = LogFiles.segments(disk, directory);
    if (found == null) {
      if (!numbers.isEmpty()) {
        throw new LogDamagedException(
            directory.resolve(CommitMark.FILE), 0, "it is missing, and there are segments");
      }
      return new Recovery(0, LogPosition.NONE, 0, "", List.of());
    }
    loadSegments(found, numbers);
    SegmentTable.Segment last = table.last();
    if (last == null) {
      return new Recovery(0, LogPosition.NONE, 0, "", List.copyOf(warnings));
    }
    Tail end = Tail.find(last, found);
    tail = end;
    table.publishEnd(LogPosition.of(last.header().number(), end.offset()));
    return new Recovery(
        table.count(),
        table.end(),
        end.tornBytes(),
        end.tornBytes() == 0 ? "" : end.problem(),
        List.copyOf(warnings));
  }

  private void loadSegments(CommitMark.Mark found, List<Long> numbers) throws IOException {
    long expected = found.firstSegment();
    SegmentHeader before = null;
    for (long number : numbers) {
      if (number < found.firstSegment()) {
        continue; // being deleted when the process ended
      }
      if (number != expected) {
        throw missing(expected);
      }
      SegmentTable.Segment segment = table.load(number);
      checkChain(found, before, segment);
      before = segment.header();
      expected++;
    }
    if (found.segment() >= expected) {
      throw missing(expected);
    }
  }

  private LogDamagedException missing(long number) {
    return new LogDamagedException(
        LogFiles.segment(directory, number), 0, "the segment is missing");
  }

  private static void checkChain(
      CommitMark.Mark mark, @Nullable SegmentHeader before, SegmentTable.Segment segment)
      throws IOException {
    SegmentHeader header = segment.header();
    if (header.logId() != mark.logId()) {
      throw new LogDamagedException(segment.path(), 16, "the segment belongs to another log");
    }
    if (before != null
        && (header.epoch() < before.epoch() || header.firstBlock() < before.firstBlock())) {
      throw new LogDamagedException(
          segment.path(),
          32,
          "epoch "
              + header.epoch()
              + " from block "
              + header.firstBlock()
              + " cannot follow epoch "
              + before.epoch()
              + " from block "
              + before.firstBlock());
    }
  }

  /**
   * Cuts the torn tail and makes the rest durable, then says what a writer continues.
   *
   * @param newLogId the identity to give when there is no log yet
   */
  SegmentWriter.Start cut(long newLogId) throws IOException {
    LogFiles.deleteTemporary(disk, directory);
    CommitMark.Mark known = mark;
    if (known == null) {
      known = CommitMark.Mark.ofNewLog(newLogId);
      CommitMark.create(disk, directory, known);
      mark = known;
    }
    deleteLeftovers(known);
    SegmentTable.Segment last = table.last();
    if (last == null || tail == null) {
      return new SegmentWriter.Start(known.epoch() + 1, 0, 0, 0);
    }
    makeDurable(last, tail);
    long epoch = Math.max(known.epoch(), last.header().epoch()) + 1;
    return new SegmentWriter.Start(epoch, last.header().number(), tail.block(), tail.blockCrc());
  }

  private void deleteLeftovers(CommitMark.Mark known) throws IOException {
    boolean deleted = false;
    for (long number : LogFiles.segments(disk, directory)) {
      if (number < known.firstSegment()) {
        disk.delete(LogFiles.segment(directory, number));
        deleted = true;
      }
    }
    if (deleted) {
      disk.syncDirectory(directory);
    }
  }

  private void makeDurable(SegmentTable.Segment last, Tail end) throws IOException {
    try (DiskFile file = disk.open(last.path())) {
      file.truncate(end.offset());
      // A sync may have failed before the restart; then these bytes may be in memory only, marked
      // as if they were on the disk. Written anew, they are synced for certain.
      ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
      for (long at = end.provenOffset(); at < end.offset(); ) {
        chunk.clear().limit((int) Math.min(CHUNK, end.offset() - at));
        int read = file.read(chunk, at);
        file.write(chunk.flip(), at);
        at += read;
      }
      file.force();
    }
    table.publishDurableEnd(table.end());
  }

  CommitMark openMark() throws IOException {
    CommitMark.Mark known = mark;
    if (known == null) {
      throw new IllegalStateException("cut() creates the mark");
    }
    return CommitMark.open(disk, directory, known);
  }

  long logId() {
    return mark == null ? 0 : mark.logId();
  }
}
