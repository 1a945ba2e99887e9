package dev.millrace.runtime.worker;

import dev.millrace.kernel.Clock;
import dev.millrace.kernel.bytes.ByteSink;
import dev.millrace.runtime.worker.wire.Frame;
import dev.millrace.runtime.worker.wire.FrameCodec;
import dev.millrace.runtime.worker.wire.FrameReader;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A bare client of a node's socket, for tests that say what no worker would. */
final class Knocker implements AutoCloseable {

  private final SocketChannel channel;
  private final FrameReader reader;

  Knocker(Path socket) throws IOException {
    channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
    reader = new FrameReader(channel, new FrameCodec(Clock.system()));
  }

  Knocker say(Frame... frames) throws IOException {
    ByteSink sink = new ByteSink(64);
    for (Frame frame : frames) {
      FrameCodec.write(sink, frame);
    }
    return say(sink.toByteArray());
  }

  Knocker say(byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    return this;
  }

  /** The next frame, or null when the node has closed the link. */
  @Nullable Frame hear() throws IOException {
    try {
      return reader.read();
    } catch (IOException reset) {
      // Closed with something of ours unread.
      return null;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
