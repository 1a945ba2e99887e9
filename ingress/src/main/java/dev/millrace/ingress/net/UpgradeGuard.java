package dev.millrace.ingress.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;

/**
 * Ignores an upgrade to HTTP/2 that comes with {@code Expect: 100-continue}: the client waits for
 * "go on" before its body, the upgraded connection for the body before "go on" can be said in the
 * old protocol (RFC 9110, 10.1.1), and both wait for ever. The client then speaks HTTP/1.1, as it
 * must be ready to.
 *
 * <p>First handler of a fresh connection. It hands on as few bytes as make Vert.x decide for a
 * protocol, stands in front of the upgrade if that is HTTP/1.1, and is gone after the first
 * request's head.
 */
final class UpgradeGuard extends ChannelInboundHandlerAdapter {

  /** Vert.x's name of the handler that performs the upgrade. */
  private static final String UPGRADE = "h2c";

  /** {@code PRI}: no method of HTTP/1.1 begins so. */
  private static final int DECIDING_BYTES = 3;

  private int handedOn;

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (!(message instanceof ByteBuf bytes)) {
      context.fireChannelRead(message);
      return;
    }
    while (handedOn < DECIDING_BYTES && bytes.isReadable() && !isHttp1(context)) {
      handedOn++;
      context.fireChannelRead(bytes.readRetainedSlice(1));
    }
    if (isHttp1(context)) {
      context.pipeline().addBefore(UPGRADE, null, new FirstRequest());
    } else if (handedOn < DECIDING_BYTES) {
      bytes.release();
      return;
    }
    context.fireChannelRead(bytes);
    context.pipeline().remove(this);
  }

  private static boolean isHttp1(ChannelHandlerContext context) {
    return context.pipeline().context(UPGRADE) != null;
  }

  /** Looks at one head and is gone. */
  private static final class FirstRequest extends ChannelInboundHandlerAdapter {

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof HttpRequest request) {
        if (request.headers().contains(HttpHeaderNames.EXPECT)) {
          request.headers().remove(HttpHeaderNames.UPGRADE);
        }
        context.pipeline().remove(this);
      }
      context.fireChannelRead(message);
    }
  }
}
