package dev.millrace.ingress.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import org.jspecify.annotations.Nullable;

/**
 * Sends all that is answered on a connection in one turn of its loop together. On HTTP/2 answers to
 * many calls share a connection, and each would be two system calls of its own: the head with the
 * body, and the trailers (docs/performance.md). What fills the buffer is sent at once, and what is
 * left when the connection closes is sent before. So is what ends a stream out of turn: until that
 * is sent Netty counts the stream as open. One connection's, on its loop.
 */
final class JointFlush extends ChannelDuplexHandler {

  private @Nullable Runnable later;
  private boolean waiting;
  private boolean urgent;

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    later = () -> sendWaiting(context);
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    urgent |= message instanceof ByteBuf bytes && endsOutOfTurn(bytes);
    context.write(message, promise);
  }

  /** Netty writes the head of each frame at the beginning of a buffer. */
  private static boolean endsOutOfTurn(ByteBuf bytes) {
    if (bytes.readableBytes() < Http2Frames.HEAD) {
      return false;
    }
    int type = bytes.getUnsignedByte(bytes.readerIndex() + Http2Frames.TYPE_AT);
    return type == Http2Frames.RST_STREAM || type == Http2Frames.GOAWAY;
  }

  @Override
  public void flush(ChannelHandlerContext context) {
    if (urgent || !context.channel().isWritable()) {
      urgent = false;
      waiting = false;
      context.flush();
    } else if (!waiting && later != null) {
      waiting = true;
      context.channel().eventLoop().execute(later);
    }
  }

  private void sendWaiting(ChannelHandlerContext context) {
    if (waiting) {
      waiting = false;
      context.flush();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    waiting = false;
    context.fireChannelInactive();
  }

  @Override
  public void close(ChannelHandlerContext context, ChannelPromise promise) {
    sendWaiting(context);
    context.close(promise);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    sendWaiting(context);
  }
}
