package dev.millrace.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;

/** The one event loop of a run: epoll where it is to be had, else NIO. */
final class Transport implements AutoCloseable {

  /** One read holds a few dozen events or a whole small response. */
  static final int READ_BYTES = 8_192;

  private static final int CONNECT_MILLIS = 10_000;

  private final boolean epoll;
  private final MultiThreadIoEventLoopGroup group;
  private final EventLoop loop;

  Transport() {
    this(Epoll.isAvailable());
  }

  Transport(boolean epoll) {
    this.epoll = epoll;
    IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    group = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("bench", true), io);
    loop = group.next();
  }

  EventLoop loop() {
    return loop;
  }

  boolean usesEpoll() {
    return epoll;
  }

  Bootstrap bootstrap(SocketAddress address) {
    Class<? extends Channel> channel = epoll ? EpollSocketChannel.class : NioSocketChannel.class;
    return new Bootstrap()
        .group(loop)
        .channel(channel)
        .remoteAddress(address)
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
        .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
        .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(READ_BYTES));
  }

  @Override
  public void close() {
    // Waits for the loop's last turn; the sockets are closed with it.
    group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly(6, TimeUnit.SECONDS);
  }
}
