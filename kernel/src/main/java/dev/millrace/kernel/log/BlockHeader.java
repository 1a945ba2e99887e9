package dev.millrace.kernel.log;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The header of a block, one write of the log.
 *
 * <pre>
 *  0 int   "MRBK"                         24 long the last block known durable then
 *  4 short format                         32 int  CRC of the block before
 *  6 short flags                          36 int  epoch of the writer
 *  8 int   length of the block            40 int  CRC of the records and the padding
 * 12 int   how many records               44 int  CRC of the log's identity and bytes 0..43
 * 16 long  number of the block, from 1
 * </pre>
 *
 * <p>Blocks begin at multiples of 8. The last CRC covers the other, so it stands for the block and
 * is what the next one repeats. It is salted with the log's identity, which no client sees: bytes
 * in a payload can never pass for a block.
 *
 * @param durable a block up to this number that is not whole is damage, not a torn write
 */
record BlockHeader(
    int flags,
    int length,
    int records,
    long number,
    long durable,
    int previousCrc,
    int epoch,
    int bodyCrc,
    int crc) {

  static final int BYTES = 48;
  static final int ALIGNMENT = 8;
  static final int FORMAT = 1;
  static final int MAX_LENGTH = 16 << 20;

  /** The block asked to be synced before the next was written. */
  static final int SYNCED = 1;

  private static final int MAGIC = 0x4d52424b;

  static int padded(int length) {
    return (length + ALIGNMENT - 1) & -ALIGNMENT;
  }

  /** Writes the header of the block that fills the buffer from 0 to its limit; returns its CRC. */
  static int seal(
      ByteBuffer block, int flags, int records, long number, ChainLink link, Checksum checksum) {
    int length = block.limit();
    block.putInt(0, MAGIC).putShort(4, (short) FORMAT).putShort(6, (short) flags);
    block.putInt(8, length).putInt(12, records).putLong(16, number).putLong(24, link.durable());
    block.putInt(32, link.previousCrc()).putInt(36, (int) link.epoch());
    block.putInt(40, checksum.of(block, BYTES, length));
    int crc = checksum.salted(link.logId(), block, 0, BYTES - 4);
    block.putInt(44, crc);
    return crc;
  }

  /** What a block repeats of the log that it continues. */
  record ChainLink(long logId, long epoch, long durable, int previousCrc) {}

  /** The header at an index, or null when no header of this log stands there. */
  static @Nullable BlockHeader decode(ByteBuffer in, int at, long logId, Checksum checksum) {
    if (in.limit() - at < BYTES || in.getInt(at) != MAGIC || in.getShort(at + 4) != FORMAT) {
      return null;
    }
    int crc = in.getInt(at + 44);
    if (checksum.salted(logId, in, at, at + BYTES - 4) != crc) {
      return null;
    }
    return new BlockHeader(
        in.getShort(at + 6),
        in.getInt(at + 8),
        in.getInt(at + 12),
        in.getLong(at + 16),
        in.getLong(at + 24),
        in.getInt(at + 32),
        in.getInt(at + 36),
        in.getInt(at + 40),
        crc);
  }
}
