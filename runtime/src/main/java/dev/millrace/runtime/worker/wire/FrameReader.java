package dev.millrace.runtime.worker.wire;

import dev.millrace.kernel.bytes.ByteSource;
import dev.millrace.kernel.bytes.MalformedBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream of bytes into frames. One thread reads.
 *
 * <p>Memory: the buffer grows with the bytes that have come, never with a length that was only
 * claimed, and shrinks again after a large frame.
 */
public final class FrameReader {

  private static final int USUAL = 256 << 10;

  private final ReadableByteChannel channel;
  private final FrameCodec codec;
  private final ByteBuffer incoming = ByteBuffer.allocateDirect(USUAL);
  private byte[] bytes = new byte[USUAL];
  private int from;
  private int to;

  public FrameReader(ReadableByteChannel channel, FrameCodec codec) {
    this.channel = channel;
    this.codec = codec;
  }

  public @Nullable Frame read() throws IOException {
    return read(Frame.MOST_BYTES);
  }

  /**
   * Waits for the next frame.
   *
   * @param most bytes that it may have; less before the peer has shown who it is
   * @return null at the end of the stream, when no frame is cut by it
   * @throws MalformedBytes when what comes is no frame
   */
  public @Nullable Frame read(int most) throws IOException {
    if (!fill(Integer.BYTES)) {
      return null;
    }
    int length = new ByteSource(bytes, from, Integer.BYTES).getInt();
    if (length < 1 || length > most) {
      throw new MalformedBytes("a frame of " + length + " bytes (expected: 1.." + most + ")");
    }
    if (!fill(Integer.BYTES + length)) {
      throw new MalformedBytes(
          "a frame cut after " + (to - from - Integer.BYTES) + " bytes (expected: " + length + ")");
    }
    Frame frame = codec.read(new ByteSource(bytes, from + Integer.BYTES, length));
    from += Integer.BYTES + length;
    shrink();
    return frame;
  }

  /** False when the stream ends first. */
  private boolean fill(int needed) throws IOException {
    while (to - from < needed) {
      incoming.clear();
      int count = channel.read(incoming);
      if (count < 0) {
        if (to > from && needed == Integer.BYTES) {
          throw new MalformedBytes("a length cut after " + (to - from) + " bytes (expected: 4)");
        }
        return false;
      }
      incoming.flip();
      makeRoom(count, needed);
      incoming.get(bytes, to, count);
      to += count;
    }
    return true;
  }

  private void makeRoom(int count, int needed) {
    if (bytes.length - to >= count) {
      return;
    }
    System.arraycopy(bytes, from, bytes, 0, to - from);
    to -= from;
    from = 0;
    if (bytes.length - to < count) {
      // At most doubled, and not beyond the frame: a large one is not to cost twice its size.
      int wanted = Math.min(bytes.length * 2, needed);
      bytes = Arrays.copyOf(bytes, Math.max(wanted, to + count));
    }
  }

  private void shrink() {
    if (from == to) {
      from = 0;
      to = 0;
      if (bytes.length > 4 * USUAL) {
        bytes = new byte[USUAL];
      }
    }
  }
}
