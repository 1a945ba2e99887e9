package dev.millrace.control.manifest;

import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;

/** Bytes as a file, without a disk. */
final class BytesChannel implements SeekableByteChannel {

  private final byte[] bytes;
  private int at;

  BytesChannel(byte[] bytes) {
    this.bytes = bytes;
  }

  @Override
  public int read(ByteBuffer target) {
    int count = Math.min(target.remaining(), bytes.length - at);
    if (count <= 0) {
      return -1;
    }
    target.put(bytes, at, count);
    at += count;
    return count;
  }

  @Override
  public int write(ByteBuffer source) {
    throw new UnsupportedOperationException("read only");
  }

  @Override
  public long position() {
    return at;
  }

  @Override
  public SeekableByteChannel position(long position) {
    at = (int) Math.min(position, bytes.length);
    return this;
  }

  @Override
  public long size() {
    return bytes.length;
  }

  @Override
  public SeekableByteChannel truncate(long size) {
    throw new UnsupportedOperationException("read only");
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  @Override
  public void close() {}
}
