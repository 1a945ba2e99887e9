package dev.millrace.ingress.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;

/**
 * First handler of a connection that speaks HTTP/2. Netty bounds resets, continuations and empty
 * data; this bounds what is left for a client to keep a loop busy with and ask for nothing: pings,
 * settings, priorities, window updates, frames of unknown types. They are paid from a purse that
 * fills with time and with what the node sends, because who is sent tokens has windows to open and
 * round trips to measure. Who has spent it all is told to calm down and is cut off.
 *
 * <p>It also notes heads that have begun and are not whole, as a {@link HeadWatch} does for
 * HTTP/1.1.
 */
final class Http2Watch extends ChannelDuplexHandler implements Http2Frames.Sink {

  /** Idle frames that a client may send at once. */
  static final int MOST = 2_000;

  /** How many more each second. */
  static final int A_SECOND = 20;

  /** How many more for each frame of an answer. */
  private static final int A_FRAME_SENT = 4;

  private static final long NANOS_EACH = 1_000_000_000L / A_SECOND;
  private static final int ENHANCE_YOUR_CALM = 11;

  private final SlowHeads heads;
  private final Http2Frames frames;
  private int purse = MOST;
  private long filledNanos;
  private boolean awaited = true;
  private boolean deaf;

  /**
   * @param handedOn bytes of the preface that were handed on before
   */
  Http2Watch(SlowHeads heads, int handedOn) {
    this.heads = heads;
    this.filledNanos = heads.clock().nanoTime();
    this.frames = new Http2Frames(handedOn, this);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    heads.began(context.channel()); // the preface
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (deaf || !(message instanceof ByteBuf bytes)) {
      ReferenceCountUtil.release(message);
      return;
    }
    frames.look(bytes);
    if (purse < 0 && !filled()) {
      deaf = true;
      bytes.release();
      calmDown(context);
      return;
    }
    boolean within = frames.isWithinHead();
    if (within != awaited) {
      awaited = within;
      if (within) {
        heads.began(context.channel());
      } else {
        heads.done(context.channel());
      }
    }
    context.fireChannelRead(bytes);
  }

  @Override
  public void frame(int type, int flags) {
    switch (type) {
      case Http2Frames.DATA,
          Http2Frames.HEADERS,
          Http2Frames.RST_STREAM,
          Http2Frames.PUSH_PROMISE,
          Http2Frames.GOAWAY,
          Http2Frames.CONTINUATION -> {}
      case Http2Frames.PING, Http2Frames.SETTINGS -> purse -= (flags & Http2Frames.ACK) ^ 1;
      default -> purse--;
    }
  }

  /** Whether time has put something into the purse that was empty. */
  private boolean filled() {
    long now = heads.clock().nanoTime();
    long due = (now - filledNanos) / NANOS_EACH;
    filledNanos = now;
    purse = (int) Math.min(MOST, purse + due);
    return purse >= 0;
  }

  private static void calmDown(ChannelHandlerContext context) {
    ByteBuf goodbye = context.alloc().buffer(Http2Frames.HEAD + 8);
    goodbye.writeMedium(8).writeByte(Http2Frames.GOAWAY).writeByte(0).writeInt(0);
    goodbye.writeInt(Integer.MAX_VALUE).writeInt(ENHANCE_YOUR_CALM);
    context.writeAndFlush(goodbye, context.voidPromise());
    context.close(); // at once: who floods may not read either
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (purse < MOST && message instanceof ByteBuf bytes && isAnswer(bytes)) {
      purse += A_FRAME_SENT;
    }
    context.write(message, promise);
  }

  /** Netty writes the head of each frame at the beginning of a buffer. */
  private static boolean isAnswer(ByteBuf bytes) {
    return bytes.readableBytes() >= Http2Frames.HEAD
        && bytes.getUnsignedByte(bytes.readerIndex() + Http2Frames.TYPE_AT) <= Http2Frames.HEADERS;
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    heads.done(context.channel());
    context.fireChannelInactive();
  }
}
