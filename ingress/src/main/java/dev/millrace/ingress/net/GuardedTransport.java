package dev.millrace.ingress.net;

import dev.millrace.kernel.Clock;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.InternetProtocolFamily;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.net.ClientOptionsBase;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.spi.transport.Transport;
import java.net.SocketAddress;
import java.util.concurrent.ThreadFactory;

/**
 * A transport that is another one in all but this: each accepted connection begins with an {@link
 * ProtocolWatch}.
 */
public final class GuardedTransport implements io.vertx.core.transport.Transport {

  /** Bytes of a request line of HTTP/1.1. */
  public static final int LONGEST_LINE = StrictDecoder.LONGEST_LINE;

  /** Bytes of all headers of a request. */
  public static final int LONGEST_HEAD = StrictDecoder.LONGEST_HEAD;

  private final io.vertx.core.transport.Transport inner;
  private final SlowHeads heads;
  private final OpenConnections open = new OpenConnections();
  private final Upgrades upgrades = new Upgrades();

  /**
   * @param headMillis in which a request's head must be whole once it has begun, and the first one
   *     from the opening of the connection on
   */
  public GuardedTransport(io.vertx.core.transport.Transport inner, Clock clock, long headMillis) {
    this.inner = inner;
    this.heads = new SlowHeads(clock, headMillis);
  }

  /**
   * Counts a port's connections from now on.
   *
   * @param most at once; more are closed at once
   */
  public void limit(int port, int most) {
    open.limit(port, most);
  }

  /** Open connections of the port that is counted. */
  public int open() {
    return open.count();
  }

  /** Who is offered connections that ask for another protocol. */
  public Upgrades upgrades() {
    return upgrades;
  }

  /** Closes connections whose heads drip. To be called about once a second. */
  public void sweep() {
    heads.sweep();
  }

  @Override
  public String name() {
    return inner.name();
  }

  @Override
  public boolean available() {
    return inner.available();
  }

  @Override
  public Throwable unavailabilityCause() {
    return inner.unavailabilityCause();
  }

  @Override
  public Transport implementation() {
    return new Guarded(inner.implementation(), new Accepting(heads, open, upgrades));
  }

  /** Sees each connection before Vert.x does. */
  @Sharable
  private static final class Accepting extends ChannelInboundHandlerAdapter {
    private final SlowHeads heads;
    private final OpenConnections open;
    private final Upgrades upgrades;

    Accepting(SlowHeads heads, OpenConnections open, Upgrades upgrades) {
      this.heads = heads;
      this.open = open;
      this.upgrades = upgrades;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof Channel accepted) {
        if (!open.admits(accepted)) {
          accepted.unsafe().closeForcibly();
          return;
        }
        accepted.pipeline().addFirst(new ProtocolWatch(heads, upgrades));
      }
      context.fireChannelRead(message);
    }
  }

  private record Guarded(Transport inner, Accepting accepting) implements Transport {

    @Override
    public void configure(NetServerOptions options, boolean domain, ServerBootstrap bootstrap) {
      inner.configure(options, domain, bootstrap);
      bootstrap.handler(accepting);
    }

    @Override
    public void configure(
        ClientOptionsBase options,
        int connectTimeout,
        boolean domain,
        io.netty.bootstrap.Bootstrap bootstrap) {
      inner.configure(options, connectTimeout, domain, bootstrap);
    }

    @Override
    public void configure(DatagramChannel channel, DatagramSocketOptions options) {
      inner.configure(channel, options);
    }

    @Override
    public boolean supportsDomainSockets() {
      return inner.supportsDomainSockets();
    }

    @Override
    public boolean supportFileRegion() {
      return inner.supportFileRegion();
    }

    @Override
    public boolean isAvailable() {
      return inner.isAvailable();
    }

    @Override
    public Throwable unavailabilityCause() {
      return inner.unavailabilityCause();
    }

    @Override
    public SocketAddress convert(io.vertx.core.net.SocketAddress address) {
      return inner.convert(address);
    }

    @Override
    public io.vertx.core.net.SocketAddress convert(SocketAddress address) {
      return inner.convert(address);
    }

    @Override
    public IoHandlerFactory ioHandlerFactory() {
      return inner.ioHandlerFactory();
    }

    @Override
    public EventLoopGroup eventLoopGroup(
        int type, int threads, ThreadFactory threadFactory, int ioRatio) {
      return inner.eventLoopGroup(type, threads, threadFactory, ioRatio);
    }

    @Override
    public DatagramChannel datagramChannel() {
      return inner.datagramChannel();
    }

    @Override
    @SuppressWarnings("deprecation")
    public DatagramChannel datagramChannel(InternetProtocolFamily family) {
      return inner.datagramChannel(family);
    }

    @Override
    public ChannelFactory<? extends Channel> channelFactory(boolean domain) {
      return inner.channelFactory(domain);
    }

    @Override
    public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domain) {
      return inner.serverChannelFactory(domain);
    }
  }
}
