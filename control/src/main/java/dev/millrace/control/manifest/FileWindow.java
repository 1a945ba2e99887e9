package dev.millrace.control.manifest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;

/** Single bytes of a file by position, through one buffer: a model's weights are stepped over. */
final class FileWindow {

  private static final int SIZE = 1 << 14;

  private final SeekableByteChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocate(SIZE).limit(0);
  private long from;

  FileWindow(SeekableByteChannel channel) {
    this.channel = channel;
  }

  byte at(long position) throws IOException {
    long offset = position - from;
    if (offset < 0 || offset >= buffer.limit()) {
      fill(position);
      offset = 0;
    }
    return buffer.get((int) offset);
  }

  private void fill(long position) throws IOException {
    channel.position(position);
    buffer.clear();
    fill(channel, buffer);
    buffer.flip();
    from = position;
    if (buffer.limit() == 0) {
      throw new MalformedModel(
          "nothing at " + position + " (expected: the file as long as it was)");
    }
  }

  /** Reads until the buffer is full or the file ends. */
  static void fill(SeekableByteChannel channel, ByteBuffer buffer) throws IOException {
    int read;
    do {
      read = channel.read(buffer);
    } while (read >= 0 && buffer.hasRemaining());
  }
}
