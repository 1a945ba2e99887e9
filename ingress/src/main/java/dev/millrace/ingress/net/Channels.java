package dev.millrace.ingress.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPipeline;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What Netty can do with a connection and Vert.x does not offer. On the connection's loop. */
public final class Channels {

  /** Vert.x's name of what decides, at the first request, between HTTP/1.1 and HTTP/2. */
  static final String UPGRADE = "h2c";

  /** Vert.x's name of what reads HTTP/1.1. */
  static final String DECODER = "httpDecoder";

  private Channels() {}

  /**
   * Closes a connection whose other side takes nothing. Vert.x closes after what was written has
   * left, which for a reader that is stuck is never.
   */
  public static void cut(HttpConnection connection) {
    if (connection instanceof ConnectionBase base) {
      base.channelHandlerContext().close();
    } else {
      connection.close();
    }
  }

  /** Sends what was written, for a connection that is about to be closed. */
  public static void flush(HttpConnection connection) {
    if (connection instanceof ConnectionBase base) {
      base.channelHandlerContext().flush();
    }
  }

  /** Whether the connection speaks HTTP/1.1 and Vert.x has seen no request of it. */
  static boolean isFresh(Channel channel) {
    return channel.pipeline().context(UPGRADE) != null;
  }

  /** The channel of a connection that is open, or null. */
  public static @Nullable Channel open(HttpConnection connection) {
    return connection instanceof ConnectionBase base && base.channel().isActive()
        ? base.channel()
        : null;
  }

  /**
   * Takes a connection out of Vert.x's hands: this handler is alone in the pipeline from now on,
   * and the first thing it reads is what came behind the request. Vert.x keeps what it counts and
   * closes by, which hangs on the channel; all that it made for the connection can be collected.
   *
   * @param channel open
   * @param hello sent first, after all answers that were given before
   */
  public static void takeOver(Channel channel, ChannelHandler handler, ByteBuf hello) {
    ChannelPipeline pipeline = channel.pipeline();
    pipeline.addLast(handler);
    for (Map.Entry<String, ChannelHandler> entry : pipeline) {
      if (entry.getValue() != handler && !entry.getKey().equals(DECODER)) {
        pipeline.remove(entry.getValue());
      }
    }
    channel.config().setAutoRead(true);
    channel.writeAndFlush(hello, channel.voidPromise());
    // Last: it hands on what it has read and not understood.
    pipeline.remove(DECODER);
  }
}
