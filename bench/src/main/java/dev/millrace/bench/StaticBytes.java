package dev.millrace.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;

/** Bytes that live as long as the run and are written again and again without a copy. */
final class StaticBytes {

  private StaticBytes() {}

  /** Outside the heap, where a socket takes them from; never released by a write. */
  static ByteBuf of(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    ByteBuffer memory = ByteBuffer.allocateDirect(length);
    for (byte[] part : parts) {
      memory.put(part);
    }
    return Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(memory.flip()));
  }
}
