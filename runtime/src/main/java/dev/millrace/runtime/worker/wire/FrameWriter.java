package dev.millrace.runtime.worker.wire;

import dev.millrace.kernel.Agent;
import dev.millrace.kernel.bytes.ByteSink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * Writes what waits: each turn takes all there is, up to a bound, and writes it at once, so frames
 * are batched while the socket is busy and none waits for a timer. Exists to wait for its socket.
 */
final class FrameWriter implements Agent {

  private static final int BATCH_BYTES = 256 << 10;
  private static final int BATCH_FRAMES = 1_024;
  private static final int SINK_BYTES = 512 << 10;

  private final String name;
  private final SocketChannel channel;
  private final Outbox outbox;
  private final Urgent urgent;
  private final Runnable onBroken;
  // Slices through one direct buffer: the JDK would keep a direct copy as large as the largest.
  private final ByteBuffer outgoing = ByteBuffer.allocateDirect(BATCH_BYTES);
  private ByteSink sink = new ByteSink(SINK_BYTES);
  private boolean broken;

  FrameWriter(String name, SocketChannel channel, Outbox outbox, Urgent urgent, Runnable onBroken) {
    this.name = name;
    this.channel = channel;
    this.outbox = outbox;
    this.urgent = urgent;
    this.onBroken = onBroken;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long nextDeadline() {
    return broken ? Long.MAX_VALUE : urgent.nextDeadline();
  }

  @Override
  public int turn(long nowNanos) {
    if (broken) {
      return 0;
    }
    sink.clear();
    int frames = 0;
    Frame first = urgent.next(nowNanos);
    if (first != null) {
      FrameCodec.write(sink, first);
      frames++;
    }
    long released = 0;
    @Nullable Frame frame;
    while (frames < BATCH_FRAMES
        && sink.length() < BATCH_BYTES
        && (frame = outbox.poll()) != null) {
      long size = frame.size();
      makeRoom(size);
      FrameCodec.write(sink, frame);
      released += size;
      frames++;
    }
    write();
    outbox.release(released);
    return frames;
  }

  /** At once as large as a large frame: doubling would cost up to twice its size. */
  private void makeRoom(long size) {
    long needed = sink.length() + size;
    if (needed > sink.array().length) {
      ByteSink larger = new ByteSink(Math.toIntExact(needed));
      sink = larger.putRaw(sink.array(), 0, sink.length());
    }
  }

  private void write() {
    try {
      writeAll(channel, sink, outgoing);
    } catch (IOException gone) {
      // The reader's side learns the same from the closed channel and tells why it ended.
      broken = true;
      onBroken.run();
    }
    if (sink.array().length > 4 * SINK_BYTES) {
      sink = new ByteSink(SINK_BYTES);
    }
  }

  /** Writes one frame from the calling thread; only while no writer is started. */
  static void writeNow(SocketChannel channel, Frame frame) throws IOException {
    ByteSink sink = new ByteSink(256);
    FrameCodec.write(sink, frame);
    writeAll(channel, sink, ByteBuffer.allocateDirect(sink.length()));
  }

  private static void writeAll(SocketChannel channel, ByteSink sink, ByteBuffer slice)
      throws IOException {
    for (int from = 0; from < sink.length(); from += slice.limit()) {
      slice.clear();
      slice.put(sink.array(), from, Math.min(slice.capacity(), sink.length() - from));
      slice.flip();
      while (slice.hasRemaining()) {
        channel.write(slice);
      }
    }
  }
}
