package dev.millrace.kernel.log;

import dev.millrace.kernel.disk.Disk;
import dev.millrace.kernel.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The small second file that says how far the log is known to be durable, from where on it is kept,
 * and whose it is.
 *
 * <p>Two slots a page apart are written in turn, so a torn write spoils at most the older truth. A
 * mark may lag behind the log; it never runs ahead, because it is written after the log's sync.
 *
 * <pre>
 *  0 long  "MILLRMRK"                    40 long first segment kept
 *  8 short format                        48 long segment being written
 * 10 short length of a slot              56 long last durable block
 * 12 int   flags, 0                      64 int  CRC of that block
 * 16 long  identity of the log           68 int  CRC of bytes 0..67
 * 24 long  how often it was written
 * 32 long  epoch of the writer
 * </pre>
 */
final class CommitMark implements AutoCloseable {

  static final String FILE = "commit.mark";
  static final int SLOT_BYTES = 72;
  static final int FORMAT = 1;
  private static final int SLOT_DISTANCE = 4096;
  private static final long MAGIC = 0x4d494c4c524d524bL;

  /** What one slot says. */
  record Mark(
      long logId,
      long sequence,
      long epoch,
      long firstSegment,
      long segment,
      long block,
      int blockCrc) {

    /** The mark of a log that has no segment yet. */
    static Mark ofNewLog(long logId) {
      return new Mark(logId, 1, 0, 1, 0, 0, 0);
    }

    Mark next(long newEpoch, long newFirst, long newSegment, long newBlock, int newCrc) {
      return new Mark(logId, sequence + 1, newEpoch, newFirst, newSegment, newBlock, newCrc);
    }
  }

  private final DiskFile file;
  private Mark last;

  private CommitMark(DiskFile file, Mark last) {
    this.file = file;
    this.last = last;
  }

  /** Reads the newer whole slot; null when the file is not there. */
  static @Nullable Mark read(Disk disk, Path directory, List<String> warnings) throws IOException {
    Path path = directory.resolve(FILE);
    if (!disk.exists(path)) {
      return null;
    }
    try (DiskFile file = disk.openToRead(path)) {
      Mark newest = null;
      LogDamagedException damage = null;
      for (int slot = 0; slot < 2; slot++) {
        try {
          Mark mark = readSlot(file, path, slot);
          newest = newest == null || mark.sequence > newest.sequence ? mark : newest;
        } catch (LogDamagedException torn) {
          damage = torn;
        }
      }
      if (newest == null) {
        throw new LogDamagedException(path, 0, "neither slot of the commit mark is whole");
      }
      if (damage != null && newest.sequence > 1) {
        warnings.add("one slot is not whole, the other was taken: " + damage.getMessage());
      }
      return newest;
    }
  }

  private static Mark readSlot(DiskFile file, Path path, int slot) throws IOException {
    ByteBuffer in = ByteBuffer.allocate(SLOT_BYTES);
    file.read(in, (long) slot * SLOT_DISTANCE);
    Prefix.check(in.flip(), MAGIC, FORMAT, SLOT_BYTES, SLOT_DISTANCE, path, "commit mark");
    return new Mark(
        in.getLong(16),
        in.getLong(24),
        in.getLong(32),
        in.getLong(40),
        in.getLong(48),
        in.getLong(56),
        in.getInt(64));
  }

  /** Creates the file with one slot written, whole or not at all. */
  static void create(Disk disk, Path directory, Mark mark) throws IOException {
    Path temporary = directory.resolve(FILE + LogFiles.TEMPORARY);
    try (DiskFile file = disk.create(temporary)) {
      file.preallocate(2 * SLOT_DISTANCE);
      write(file, mark);
      file.force();
    }
    disk.rename(temporary, directory.resolve(FILE));
    disk.syncDirectory(directory);
  }

  static CommitMark open(Disk disk, Path directory, Mark last) throws IOException {
    return new CommitMark(disk.open(directory.resolve(FILE)), last);
  }

  Mark last() {
    return last;
  }

  /** Writes and syncs the next mark over the older slot. */
  void advance(long epoch, long firstSegment, long segment, long block, int blockCrc)
      throws IOException {
    Mark next = last.next(epoch, firstSegment, segment, block, blockCrc);
    write(file, next);
    file.force();
    last = next;
  }

  private static void write(DiskFile file, Mark mark) throws IOException {
    ByteBuffer out = ByteBuffer.allocate(SLOT_BYTES);
    out.putLong(MAGIC).putShort((short) FORMAT).putShort((short) SLOT_BYTES).putInt(0);
    out.putLong(mark.logId).putLong(mark.sequence).putLong(mark.epoch).putLong(mark.firstSegment);
    out.putLong(mark.segment).putLong(mark.block).putInt(mark.blockCrc);
    out.putInt(new Checksum().of(out, 0, SLOT_BYTES - 4));
    file.write(out.flip(), mark.sequence % 2 * SLOT_DISTANCE);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
