package dev.millrace.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;

/** A connection of a generator, whatever it speaks. Lives on the run's event loop. */
abstract class Peer extends ChannelInboundHandlerAdapter {

  /** Ends the connection for a reason that is not ours; told once. */
  abstract void end(String reason);

  /** Connects; a connection that cannot be had ends with the reason. */
  final void connect(Bootstrap bootstrap) {
    bootstrap
        .clone()
        .handler(
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel channel) {
                channel.pipeline().addLast(Peer.this);
              }
            })
        .connect()
        .addListener(
            (ChannelFutureListener)
                opened -> {
                  if (!opened.isSuccess()) {
                    end(SocketFailure.reason(opened.cause()));
                  }
                });
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    end("connection closed");
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    end(SocketFailure.reason(cause));
  }
}
