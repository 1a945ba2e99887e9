package dev.millrace.kernel.log;

import dev.millrace.kernel.Clock;
import dev.millrace.kernel.disk.Disk;
import dev.millrace.kernel.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The writing end of the chain: appends blocks to the segment in use, rolls to the next, syncs, and
 * keeps the commit mark. The writer's thread owns it.
 *
 * <p>Order on the disk, on which recovery rests: a segment gets its name only when its header is
 * durable and all blocks before it are; a mark is written only when what it names is.
 */
final class SegmentWriter {

  private final Disk disk;
  private final Path directory;
  private final Clock clock;
  private final SegmentTable table;
  private final SegmentSupply supply;
  private final CommitMark mark;
  private final LogSettings settings;
  private final long logId;
  private final long epoch;
  private @Nullable DiskFile current;
  private long segment;
  private long offset;
  private long block;
  private int blockCrc;
  private long durableBlock;
  private int durableCrc;

  SegmentWriter(
      Disk disk,
      Path directory,
      LogSettings settings,
      Clock clock,
      SegmentTable table,
      SegmentSupply supply,
      CommitMark mark,
      Start start) {
    this.disk = disk;
    this.directory = directory;
    this.settings = settings;
    this.clock = clock;
    this.table = table;
    this.supply = supply;
    this.mark = mark;
    this.logId = mark.last().logId();
    this.epoch = start.epoch;
    this.segment = start.segment;
    this.block = start.block;
    this.blockCrc = start.blockCrc;
    this.durableBlock = start.block;
    this.durableCrc = start.blockCrc;
  }

  /** What a writer continues: the last segment there is and its last block, both durable. */
  record Start(long epoch, long segment, long block, int blockCrc) {}

  /** Makes sure that a block of this length fits; throws StorageFullException when it cannot. */
  void makeRoom(int length) throws IOException {
    if (current == null || offset + length > settings.segmentBytes()) {
      roll();
    } else if (offset > settings.segmentBytes() / 2) {
      supply.prepare();
    }
  }

  void roll() throws IOException {
    SegmentSupply.Blank blank = supply.take(); // first: when it fails, the old segment stays
    seal();
    SegmentHeader header =
        new SegmentHeader(logId, segment + 1, epoch, block + 1, blockCrc, clock.wallMillis());
    blank.file().write(header.encode(), 0);
    blank.file().force();
    disk.rename(blank.path(), LogFiles.segment(directory, segment + 1));
    disk.syncDirectory(directory);
    current = blank.file();
    segment++;
    offset = SegmentHeader.BYTES;
    table.add(header);
    publish();
    table.publishDurableEnd(position());
    advanceMark(mark.last().firstSegment());
  }

  /** Ends the segment in use: all of it durable, none of it unused. */
  private void seal() throws IOException {
    DiskFile file = current;
    if (file != null) {
      sync();
      file.truncate(offset);
      file.force();
      file.close();
      current = null;
    }
  }

  /** Writes a block whose room was made. Throws StorageFullException with nothing changed. */
  long write(BlockBuilder builder) throws IOException {
    ByteBuffer bytes = builder.seal();
    int crc = builder.writeHeader(block + 1, link());
    return append(bytes, crc);
  }

  /** Writes a block without records: it says in the log itself what is durable. */
  void writeEmpty() throws IOException {
    makeRoom(BlockHeader.BYTES);
    ByteBuffer bytes = ByteBuffer.allocate(BlockHeader.BYTES);
    int crc = BlockHeader.seal(bytes, BlockHeader.SYNCED, 0, block + 1, link(), new Checksum());
    append(bytes, crc);
  }

  private long append(ByteBuffer bytes, int crc) throws IOException {
    long at = offset;
    int length = bytes.remaining();
    file().write(bytes, at);
    block++;
    blockCrc = crc;
    offset += length;
    publish();
    return at;
  }

  private BlockHeader.ChainLink link() {
    return new BlockHeader.ChainLink(logId, epoch, durableBlock, blockCrc);
  }

  void sync() throws IOException {
    if (!isAllDurable()) {
      file().force();
      durableBlock = block;
      durableCrc = blockCrc;
      table.publishDurableEnd(position());
    }
  }

  boolean isAllDurable() {
    return durableBlock == block;
  }

  /** Records in the commit mark what is durable and which segment is the first kept. */
  void advanceMark(long firstSegment) throws IOException {
    mark.advance(epoch, firstSegment, segment, durableBlock, durableCrc);
  }

  long firstSegment() {
    return mark.last().firstSegment();
  }

  long segment() {
    return segment;
  }

  private void publish() {
    table.publishEnd(position());
  }

  private long position() {
    return LogPosition.of(segment, offset);
  }

  private DiskFile file() {
    if (current == null) {
      throw new IllegalStateException("no segment in use");
    }
    return current;
  }

  /** After the last block: everything durable and marked. */
  void finish() throws IOException {
    if (current != null) {
      seal();
      advanceMark(mark.last().firstSegment());
    }
    release();
  }

  /** Lets go of the files, whatever state they are in. */
  void release() throws IOException {
    supply.close();
    if (current != null) {
      current.close();
      current = null;
    }
    mark.close();
  }
}
