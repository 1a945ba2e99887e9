package dev.millrace.ingress.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * First handler of a fresh connection. It hands on as few bytes as make Vert.x decide for a
 * protocol, sets a {@link StrictDecoder} and a {@link HeadWatch} where that is HTTP/1.1, a {@link
 * JointFlush} and a {@link Http2Watch} where it is HTTP/2, and is gone.
 */
final class ProtocolWatch extends ChannelInboundHandlerAdapter {

  /** {@code PRI}: no method of HTTP/1.1 begins so. */
  private static final int DECIDING_BYTES = 3;

  private final SlowHeads heads;
  private final Upgrades upgrades;
  private int handedOn;

  ProtocolWatch(SlowHeads heads, Upgrades upgrades) {
    this.heads = heads;
    this.upgrades = upgrades;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    heads.began(context.channel());
    context.fireChannelActive();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    heads.done(context.channel());
    context.fireChannelInactive();
  }

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
      // What the other one has read, a byte or two, it hands on.
      context.pipeline().replace(Channels.DECODER, Channels.DECODER, new StrictDecoder());
      context.pipeline().addBefore(Channels.UPGRADE, null, new HeadWatch(heads, upgrades));
    } else if (handedOn < DECIDING_BYTES) {
      bytes.release();
      return;
    } else {
      // The preface is still awaited, as a head is.
      context.pipeline().addAfter(context.name(), null, new Http2Watch(heads, handedOn));
      context.pipeline().addFirst(new JointFlush());
    }
    context.fireChannelRead(bytes);
    if (!context.isRemoved()) { // whoever took the connection over has removed everybody
      context.pipeline().remove(this);
    }
  }

  private static boolean isHttp1(ChannelHandlerContext context) {
    return Channels.isFresh(context.channel());
  }
}
