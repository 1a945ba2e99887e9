package dev.millrace.bench;

import java.util.Arrays;

/** Makes one block of headers of the frames that it comes in: mostly one. One thread. */
final class HeaderBlockJoin {

  /** What answers of a node carry is a small part of this. */
  private static final int MAX_BLOCK = 64 << 10;

  private byte[] block = {};
  private int from;
  private int until;
  private boolean endsStream;
  private boolean open;

  /** Takes a frame; true when the block is whole. */
  boolean take(int type, int flags, int stream, byte[] bytes, int start, int end) throws BadPeer {
    if ((type == Http2Frames.CONTINUATION) != open || stream == 0) {
      throw new BadPeer("found headers out of their order on stream " + stream);
    }
    boolean whole = (flags & Http2Frames.END_HEADERS) != 0;
    int first = start;
    int last = end;
    if (type == Http2Frames.HEADERS) {
      endsStream = (flags & Http2Frames.END_STREAM) != 0;
      if ((flags & Http2Frames.PADDED) != 0 && first < last) {
        last -= bytes[first++] & 0xff;
      }
      first += (flags & Http2Frames.PRIORITY) != 0 ? 5 : 0;
      if (first > last) {
        throw new BadPeer("found more padding than headers, expected less");
      }
      if (whole) {
        set(bytes, first, last);
        return true;
      }
      set(new byte[0], 0, 0);
    }
    append(bytes, first, last);
    open = !whole;
    return whole;
  }

  private void set(byte[] bytes, int start, int end) {
    block = bytes;
    from = start;
    until = end;
  }

  private void append(byte[] bytes, int start, int end) throws BadPeer {
    int length = end - start;
    if (until + length > MAX_BLOCK) {
      throw new BadPeer("found over " + MAX_BLOCK + " bytes of headers, expected fewer");
    }
    block = Arrays.copyOf(block, until + length);
    System.arraycopy(bytes, start, block, until, length);
    until += length;
  }

  byte[] block() {
    return block;
  }

  int from() {
    return from;
  }

  int until() {
    return until;
  }

  boolean endsStream() {
    return endsStream;
  }
}
