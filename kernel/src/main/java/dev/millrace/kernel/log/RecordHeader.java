package dev.millrace.kernel.log;

import java.nio.ByteBuffer;

/**
 * The header of a record; the payload follows it at once.
 *
 * <pre>
 *  0 byte  format        8 int key id, 0 for clear text
 *  1 byte  flags, 0     12 int length of the payload
 *  2 short type         16 int CRC of all of this, with 0 here, and the payload
 *  4 int   tenant
 * </pre>
 */
final class RecordHeader {

  static final int BYTES = 20;
  static final int FORMAT = 1;
  private static final int CRC_AT = 16;

  private RecordHeader() {}

  static void write(ByteBuffer block, int at, LogEntry entry, int length, Checksum checksum) {
    int type = entry.type();
    if (type < 0 || type > 0xffff) {
      throw new IllegalArgumentException("record type: " + type + " (expected: 0..65535)");
    }
    block.put(at, (byte) FORMAT).put(at + 1, (byte) 0).putShort(at + 2, (short) type);
    block.putInt(at + 4, entry.tenant()).putInt(at + 8, entry.keyId()).putInt(at + 12, length);
    block.putInt(at + CRC_AT, 0);
    block.putInt(at + CRC_AT, checksum.of(block, at, at + BYTES + length));
  }

  static int format(ByteBuffer in, int at) {
    return Byte.toUnsignedInt(in.get(at));
  }

  static int type(ByteBuffer in, int at) {
    return Short.toUnsignedInt(in.getShort(at + 2));
  }

  static int tenant(ByteBuffer in, int at) {
    return in.getInt(at + 4);
  }

  static int keyId(ByteBuffer in, int at) {
    return in.getInt(at + 8);
  }

  static int length(ByteBuffer in, int at) {
    return in.getInt(at + 12);
  }

  /** Whether the record at an index, which must lie in the buffer whole, is what was written. */
  static boolean isWhole(ByteBuffer in, int at, Checksum checksum) {
    int crc = in.getInt(at + CRC_AT);
    in.putInt(at + CRC_AT, 0);
    boolean whole = checksum.of(in, at, at + BYTES + length(in, at)) == crc;
    in.putInt(at + CRC_AT, crc);
    return whole;
  }
}
