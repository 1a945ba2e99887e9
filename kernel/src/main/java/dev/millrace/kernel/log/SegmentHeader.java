package dev.millrace.kernel.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * The first bytes of a segment: whose it is, where it stands in the chain.
 *
 * <pre>
 *  0 long  "MILLRLOG"           24 long number of the segment, from 1
 *  8 short format               32 long epoch of the writer
 * 10 short length of the header 40 long number of its first block
 * 12 int   flags, 0             48 int  CRC of the block before
 * 16 long  identity of the log  52 long wall time in ms when created
 *                               60 int  CRC of bytes 0..59
 * </pre>
 *
 * <p>In every format the first 12 bytes keep their meaning and the CRC is the header's last four,
 * so an older version can tell a newer format from damage.
 */
record SegmentHeader(
    long logId, long number, long epoch, long firstBlock, int previousCrc, long createdMillis) {

  static final int BYTES = 64;
  static final int FORMAT = 1;
  private static final long MAGIC = 0x4d494c4c524c4f47L;
  private static final int MAX_BYTES = 4096;

  ByteBuffer encode() {
    ByteBuffer buffer = ByteBuffer.allocate(BYTES);
    buffer.putLong(MAGIC).putShort((short) FORMAT).putShort((short) BYTES).putInt(0);
    buffer.putLong(logId).putLong(number).putLong(epoch).putLong(firstBlock);
    buffer.putInt(previousCrc).putLong(createdMillis);
    buffer.putInt(new Checksum().of(buffer, 0, BYTES - 4));
    return buffer.flip();
  }

  static SegmentHeader decode(ByteBuffer buffer, Path file) throws IOException {
    Prefix.check(buffer, MAGIC, FORMAT, BYTES, MAX_BYTES, file, "segment");
    return new SegmentHeader(
        buffer.getLong(16),
        buffer.getLong(24),
        buffer.getLong(32),
        buffer.getLong(40),
        buffer.getInt(48),
        buffer.getLong(52));
  }
}
