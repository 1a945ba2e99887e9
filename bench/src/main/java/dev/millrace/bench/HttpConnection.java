package dev.millrace.bench;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/** One keep-alive connection. Lives on the run's event loop. */
final class HttpConnection extends Peer {

  /** Who hears of the connection. All calls come from the event loop. */
  interface Listener {
    void connected(int index);

    /**
     * @param closes whether the server closes the connection now: nothing more can be sent on it
     */
    void answered(int index, int status, boolean closes);

    /** Told once; this object is of no more use. */
    void broken(int index, String reason);
  }

  private final int index;
  private final SocketBytes scratch;
  private final Listener listener;
  private final HttpResponseParser parser = new HttpResponseParser();
  private @Nullable Channel channel;
  private boolean over;

  HttpConnection(int index, SocketBytes scratch, Listener listener) {
    this.index = index;
    this.scratch = scratch;
    this.listener = listener;
  }

  void send(ByteBuf request) {
    Channel open = channel;
    if (open != null) {
      open.writeAndFlush(request, open.voidPromise());
    }
  }

  void close() {
    over = true;
    if (channel != null) {
      channel.close();
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    channel = context.channel();
    listener.connected(index);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object read) {
    int length = scratch.take((ByteBuf) read);
    byte[] bytes = scratch.bytes();
    try {
      int at = parser.feed(bytes, 0, length);
      while (at >= 0 && !over) {
        boolean closes = parser.closes();
        listener.answered(index, parser.status(), closes);
        if (closes) {
          end("connection closed");
          return;
        }
        at = parser.feed(bytes, at, length);
      }
    } catch (BadPeer bad) {
      end(bad.reason());
    }
  }

  @Override
  void end(String reason) {
    if (!over) {
      close();
      listener.broken(index, reason);
    }
  }
}
