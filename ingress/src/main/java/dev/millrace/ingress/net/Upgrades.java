package dev.millrace.ingress.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpRequest;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who takes a connection over when its first request asks for a WebSocket, before Vert.x has made
 * anything for it. Any thread; each taker is called on its own loop.
 */
public final class Upgrades {

  /** Decides on a connection, and takes it or leaves it. On the connection's loop. */
  @FunctionalInterface
  public interface Taker {

    /**
     * @return whether the connection was {@linkplain Channels#takeOver taken over}; if not, the
     *     request goes on its usual way
     */
    boolean takes(Channel channel, HttpRequest request);
  }

  private final Map<EventLoop, Taker> takers = new ConcurrentHashMap<>();
  private volatile int port = -1;

  /** From now on this loop's connections of this port are offered to the taker. */
  public void serve(int served, EventLoop loop, Taker taker) {
    port = served;
    takers.put(loop, taker);
  }

  /** Offers a connection that has answered nothing yet. */
  boolean taken(ChannelHandlerContext context, HttpRequest request) {
    Channel channel = context.channel();
    Taker taker = takers.get(channel.eventLoop());
    return taker != null
        && channel.isActive()
        && Channels.isFresh(channel)
        && channel.localAddress() instanceof InetSocketAddress local
        && local.getPort() == port
        && taker.takes(channel, request);
  }
}
