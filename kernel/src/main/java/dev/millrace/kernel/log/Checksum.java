package dev.millrace.kernel.log;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** CRC32C over a part of a buffer, which keeps its position and limit. One thread's. */
final class Checksum {

  private final CRC32C crc = new CRC32C();

  int of(ByteBuffer buffer, int from, int to) {
    crc.reset();
    return update(buffer, from, to);
  }

  /** Begins with eight bytes that are not in the buffer. */
  int salted(long salt, ByteBuffer buffer, int from, int to) {
    crc.reset();
    for (int shift = 56; shift >= 0; shift -= 8) {
      crc.update((int) (salt >>> shift) & 0xff);
    }
    return update(buffer, from, to);
  }

  private int update(ByteBuffer buffer, int from, int to) {
    int position = buffer.position();
    int limit = buffer.limit();
    buffer.limit(to).position(from);
    crc.update(buffer);
    buffer.limit(limit).position(position);
    return (int) crc.getValue();
  }
}
