package dev.millrace.runtime.worker.wire;

import dev.millrace.kernel.AgentThread;
import dev.millrace.kernel.Clock;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One end of an accepted link between node and worker: frames are offered by any thread, written by
 * a thread of its own, and read by the owner's thread.
 */
public final class Connection implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
  private static final long FULL_NANOS = 100_000;

  private final SocketChannel channel;
  private final FrameReader reader;
  private final Outbox outbox;
  private final AgentThread writer;

  private Connection(
      String name,
      SocketChannel channel,
      FrameReader reader,
      Limits limits,
      Urgent urgent,
      Clock clock) {
    this.channel = channel;
    this.reader = reader;
    this.writer = new AgentThread(clock, (agent, failure) -> closeChannel());
    this.outbox = new Outbox(limits.mostFrames(), limits.mostBytes(), writer);
    writer.start(new FrameWriter(name, channel, outbox, urgent, this::closeChannel));
  }

  /**
   * How much may wait to be written.
   *
   * @param mostFrames rounded up to a power of two
   * @param mostBytes by {@link Frame#size}
   */
  public record Limits(int mostFrames, long mostBytes) {}

  /**
   * Starts the writer of a link whose greeting is over.
   *
   * @param name of the writer's thread
   * @param reader that read the greeting: more may lie in its buffer
   */
  public static Connection open(
      String name,
      SocketChannel channel,
      FrameReader reader,
      Limits limits,
      Urgent urgent,
      Clock clock) {
    return new Connection(name, channel, reader, limits, urgent, clock);
  }

  /** Writes one frame of the greeting from the calling thread, before {@link #open}. */
  public static void greet(SocketChannel channel, Frame frame) throws IOException {
    FrameWriter.writeNow(channel, frame);
  }

  /** False when the outbox is full or the link is closed; never waits. */
  public boolean offer(Frame frame) {
    return channel.isOpen() && outbox.offer(frame);
  }

  /** Whether this end was not closed; the other may be gone. */
  public boolean isOpen() {
    return channel.isOpen();
  }

  /** Waits for room; false when the link is closed. For a worker's engines, which are to slow. */
  public boolean put(Frame frame) {
    while (channel.isOpen()) {
      if (outbox.offer(frame)) {
        return true;
      }
      LockSupport.parkNanos(FULL_NANOS);
    }
    return false;
  }

  /** Makes the writer ask its {@link Urgent} again. */
  public void wake() {
    writer.wake();
  }

  /** The next frame, or null at the end. The owner's thread only. */
  public @Nullable Frame read() throws IOException {
    return reader.read();
  }

  /** Ends the link; a waiting {@link #read} returns or throws. */
  public void closeChannel() {
    try {
      channel.close();
    } catch (IOException failure) {
      LOG.debug("closing a worker's channel failed", failure);
    }
  }

  /** As {@link #closeChannel}, and waits for the writer's thread to end. */
  @Override
  public void close() {
    closeChannel();
    writer.close();
  }
}
