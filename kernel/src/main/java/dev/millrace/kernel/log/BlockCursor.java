package dev.millrace.kernel.log;

import dev.millrace.kernel.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Walks the blocks of one segment as long as each is whole and continues the one before. */
final class BlockCursor {

  private static final int FIRST_BUFFER = 64 << 10;

  private final DiskFile file;
  private final SegmentHeader segment;
  private final long limit;
  private final Checksum checksum = new Checksum();
  private ByteBuffer buffer = ByteBuffer.allocate(FIRST_BUFFER);
  private BlockHeader block;
  private long start;
  private long end = SegmentHeader.BYTES;
  private String problem = "";

  /**
   * @param limit where the segment's bytes end for this walk
   */
  BlockCursor(DiskFile file, SegmentHeader segment, long limit) {
    this.file = file;
    this.segment = segment;
    this.limit = limit;
    // The link that the first block must continue.
    this.block =
        new BlockHeader(0, 0, 0, segment.firstBlock() - 1, 0, 0, 0, 0, segment.previousCrc());
  }

  /** Steps to the next block; false when none that continues the chain stands there. */
  boolean next() throws IOException {
    problem = "";
    BlockHeader candidate = readHeader();
    if (candidate == null || !continues(candidate) || !readBody(candidate)) {
      return false;
    }
    block = candidate;
    start = end;
    end += candidate.length();
    return true;
  }

  private @Nullable BlockHeader readHeader() throws IOException {
    buffer.clear().limit(BlockHeader.BYTES);
    int read = limit - end < BlockHeader.BYTES ? 0 : file.read(buffer, end);
    @Nullable BlockHeader found = null;
    if (read == BlockHeader.BYTES) {
      found = BlockHeader.decode(buffer.flip(), 0, segment.logId(), checksum);
    }
    if (found == null) {
      problem = "no whole block header";
    }
    return found;
  }

  private boolean continues(BlockHeader next) {
    if (next.number() != nextNumber()) {
      problem = "it holds block " + next.number();
    } else if (next.previousCrc() != block.crc() || next.epoch() != (int) segment.epoch()) {
      problem = "it does not continue the block before it";
    } else if (next.length() < BlockHeader.BYTES
        || next.length() > Math.min(limit - end, BlockHeader.MAX_LENGTH)) {
      problem = "a length of " + next.length() + " with " + (limit - end) + " bytes left";
    }
    return problem.isEmpty();
  }

  private boolean readBody(BlockHeader next) throws IOException {
    if (buffer.capacity() < next.length()) {
      buffer = ByteBuffer.allocate(Integer.highestOneBit(next.length()) * 2);
    }
    buffer.clear().limit(next.length());
    file.read(buffer, end);
    boolean whole =
        !buffer.hasRemaining()
            && checksum.of(buffer, BlockHeader.BYTES, next.length()) == next.bodyCrc();
    if (!whole) {
      problem = "the checksum of its records is wrong";
    }
    return whole;
  }

  /** Where the last whole block ends, in bytes from the start of the file. */
  long end() {
    return end;
  }

  /** The number that the block at {@link #end()} must have. */
  long nextNumber() {
    return block.number() + 1;
  }

  /** The last whole block; before the first step, a stand-in for the one before the segment. */
  BlockHeader block() {
    return block;
  }

  /** Why {@link #next()} said false. */
  String problem() {
    return problem;
  }

  /** Hands over those records of the current block that stand after a position. */
  void visit(Path path, long after, RecordVisitor visitor) throws IOException {
    int at = BlockHeader.BYTES;
    for (int i = 0; i < block.records(); i++) {
      int length = checkRecord(path, at);
      long position = LogPosition.of(segment.number(), start + at);
      int payload = at + RecordHeader.BYTES;
      if (position > after) {
        visitor.visit(
            position,
            RecordHeader.type(buffer, at),
            RecordHeader.tenant(buffer, at),
            RecordHeader.keyId(buffer, at),
            buffer.slice(payload, length));
      }
      at = payload + length;
    }
  }

  private int checkRecord(Path path, int at) throws IOException {
    int room = block.length() - at - RecordHeader.BYTES;
    int length = room < 0 ? -1 : RecordHeader.length(buffer, at);
    if (room >= 0 && RecordHeader.format(buffer, at) > RecordHeader.FORMAT) {
      throw new NewerFormatException(path, RecordHeader.format(buffer, at), RecordHeader.FORMAT);
    }
    if (length < 0 || length > room || !RecordHeader.isWhole(buffer, at, checksum)) {
      throw new LogDamagedException(path, start + at, "a record in a whole block is not whole");
    }
    return length;
  }
}
