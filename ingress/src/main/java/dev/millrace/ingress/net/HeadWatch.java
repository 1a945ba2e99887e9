package dev.millrace.ingress.net;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;

/**
 * Stands between the decoder of HTTP/1.1 and Vert.x: notes heads that have begun and are not whole,
 * and takes an upgrade to HTTP/2 out of a request that comes with {@code Expect: 100-continue}. The
 * client would wait for "go on" before its body, and the upgraded connection for the body before
 * "go on" can be said in the old protocol (RFC 9110, 10.1.1), both for ever; so it goes on in
 * HTTP/1.1, as it must be ready to.
 *
 * <p>It offers a first request that asks for a WebSocket to the {@link Upgrades}, and leaves with
 * the protocol.
 */
final class HeadWatch extends ChannelInboundHandlerAdapter {

  private final SlowHeads heads;
  private final Upgrades upgrades;
  private boolean betweenRequests = true;
  private boolean heardNothing = true;

  HeadWatch(SlowHeads heads, Upgrades upgrades) {
    this.heads = heads;
    this.upgrades = upgrades;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    heardNothing = false;
    if (message instanceof HttpRequest request) {
      heads.done(context.channel());
      betweenRequests = false;
      if (request.headers().contains(HttpHeaderNames.EXPECT)) {
        request.headers().remove(HttpHeaderNames.UPGRADE);
      }
      if (request.headers().contains(HttpHeaderNames.SEC_WEBSOCKET_KEY)
          && upgrades.taken(context, request)) {
        return;
      }
    }
    if (message instanceof LastHttpContent) {
      betweenRequests = true;
    } else if (!(message instanceof HttpObject)) {
      // The connection speaks HTTP/2 now: its preface is what comes next.
      context.pipeline().addAfter(context.name(), null, new Http2Watch(heads, 0));
      context.pipeline().remove(this);
    }
    context.fireChannelRead(message);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    // Bytes came, and no message came of them: a head has begun.
    if (betweenRequests && heardNothing) {
      heads.began(context.channel());
    }
    heardNothing = true;
    context.fireChannelReadComplete();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    heads.done(context.channel());
    context.fireChannelInactive();
  }
}
