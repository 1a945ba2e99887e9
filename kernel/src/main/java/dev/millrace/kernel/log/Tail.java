package dev.millrace.kernel.log;

import dev.millrace.kernel.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Where the chain of blocks in the last segment ends, and the proof that it ends there by a crash
 * and not by damage.
 *
 * @param provenOffset up to here a mark or a later block says that the bytes were durable
 * @param offset where the last whole block ends: from here on the segment is cut
 * @param block the last whole block
 * @param blockCrc its CRC
 * @param tornBytes how many bytes that are not zero stand behind the offset
 * @param problem what is wrong with the block that should stand there
 */
record Tail(
    long provenOffset, long offset, long block, int blockCrc, long tornBytes, String problem) {

  private static final int WINDOW = 256 << 10;

  static Tail find(SegmentTable.Segment segment, CommitMark.Mark mark) throws IOException {
    DiskFile file = segment.file();
    BlockCursor cursor = new BlockCursor(file, segment.header(), file.size());
    Deque<long[]> unproven = new ArrayDeque<>(); // number and end of each block
    long provenOffset = SegmentHeader.BYTES;
    long proven = mark.block();
    while (cursor.next()) {
      BlockHeader block = cursor.block();
      checkAgainst(mark, block, segment, cursor.end());
      unproven.add(new long[] {block.number(), cursor.end()});
      proven = Math.max(proven, block.durable());
      for (long[] head; (head = unproven.peek()) != null && head[0] <= proven; ) {
        provenOffset = head[1];
        unproven.remove();
      }
    }
    if (cursor.nextNumber() <= mark.block()) {
      throw damage(segment, cursor, "the commit mark says that block " + mark.block());
    }
    long torn = searchBehind(segment, cursor, file);
    return new Tail(
        provenOffset,
        cursor.end(),
        cursor.nextNumber() - 1,
        cursor.block().crc(),
        torn,
        cursor.problem());
  }

  private static void checkAgainst(
      CommitMark.Mark mark, BlockHeader block, SegmentTable.Segment segment, long end)
      throws LogDamagedException {
    if (block.number() == mark.block() && block.crc() != mark.blockCrc()) {
      throw new LogDamagedException(
          segment.path(),
          end - block.length(),
          "block " + block.number() + " is not the one that the commit mark names");
    }
  }

  private static LogDamagedException damage(
      SegmentTable.Segment segment, BlockCursor cursor, String witness) {
    return new LogDamagedException(
        segment.path(),
        cursor.end(),
        "block "
            + cursor.nextNumber()
            + ": "
            + cursor.problem()
            + ", but "
            + witness
            + " was durable");
  }

  /** Looks for a later block that knew the missing one to be durable; counts what was torn. */
  private static long searchBehind(SegmentTable.Segment segment, BlockCursor cursor, DiskFile file)
      throws IOException {
    Checksum checksum = new Checksum();
    ByteBuffer window = ByteBuffer.allocate(WINDOW);
    long torn = 0;
    // Windows overlap by a header, so that none hides across their edge.
    for (long at = cursor.end(); at < file.size(); at += WINDOW - BlockHeader.BYTES) {
      window.clear();
      file.read(window, at);
      window.flip();
      int own = Math.min(window.limit(), WINDOW - BlockHeader.BYTES);
      for (int i = 0; i < own; i++) {
        torn += window.get(i) == 0 ? 0 : 1;
        if (i % BlockHeader.ALIGNMENT == 0) {
          BlockHeader later = BlockHeader.decode(window, i, segment.header().logId(), checksum);
          if (later != null && later.durable() >= cursor.nextNumber()) {
            throw damage(segment, cursor, "block " + later.number() + " says that it");
          }
        }
      }
    }
    return torn;
  }
}
