package dev.millrace.bench;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * Speaks just enough of a node's doors on loopback: upgrades, acknowledges, streams, ends; or does
 * one thing wrong. Its framing and its JSON are other people's, so the generator's own is checked.
 */
final class FakeNode implements AutoCloseable {

  final Fault fault;
  final FakeStreams streams = new FakeStreams();
  final List<String> authorizations = new CopyOnWriteArrayList<>();
  final List<String> bodies = new CopyOnWriteArrayList<>();
  private final boolean remembers;
  private final MultiThreadIoEventLoopGroup group;
  private final Channel listener;

  FakeNode(Fault fault) {
    this(fault, 0, true);
  }

  private FakeNode(Fault fault, int port, boolean remembers) {
    this.fault = fault;
    this.remembers = remembers;
    boolean epoll = Epoll.isAvailable();
    IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    group = new MultiThreadIoEventLoopGroup(1, io);
    EventLoop loop = group.next();
    loop.scheduleAtFixedRate(streams::turn, 1, 1, TimeUnit.MILLISECONDS);
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(group)
            .channel(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, 4_096)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    pipeline(channel);
                  }
                });
    listener =
        bootstrap
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
            .syncUninterruptibly()
            .channel();
  }

  private void pipeline(Channel channel) {
    channel
        .pipeline()
        .addLast(new HttpServerCodec(), new HttpObjectAggregator(1 << 20))
        .addLast(new FakeHttpDoor(this))
        .addLast(new WebSocketServerProtocolHandler("/v1/ws", "millrace.v1"))
        .addLast(new FakeSocketDoor(this));
  }

  void saw(String authorization, String body) {
    if (remembers) {
      authorizations.add(authorization);
      bodies.add(body);
    }
  }

  String url() {
    return "http://127.0.0.1:" + ((InetSocketAddress) listener.localAddress()).getPort();
  }

  @Override
  public void close() {
    listener.close().syncUninterruptibly();
    group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS);
  }

  /** By hand: a server to find out how fast the generator is. Argument: the port. */
  public static void main(String[] arguments) {
    FakeNode node = new FakeNode(Fault.NONE, Integer.parseInt(arguments[0]), false);
    System.out.println("ready " + node.url());
    node.listener.closeFuture().awaitUninterruptibly();
  }
}
