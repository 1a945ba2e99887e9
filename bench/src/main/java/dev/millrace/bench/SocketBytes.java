package dev.millrace.bench;

import io.netty.buffer.ByteBuf;

/**
 * Brings what a socket read to the heap, where stepping over it is cheap: one array for all sockets
 * of an event loop. Valid until the next socket is read.
 */
final class SocketBytes {

  private byte[] bytes = new byte[Transport.READ_BYTES];

  /** Copies and releases; gives how many bytes there are. */
  int take(ByteBuf read) {
    try {
      int length = read.readableBytes();
      if (length > bytes.length) {
        bytes = new byte[length];
      }
      read.readBytes(bytes, 0, length);
      return length;
    } finally {
      read.release();
    }
  }

  byte[] bytes() {
    return bytes;
  }
}
