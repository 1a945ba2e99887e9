package dev.millrace.ingress.ws;

import dev.millrace.ingress.json.JsonText;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.net.impl.ShutdownEvent;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One socket's frames, both ways, and its goodbye: the only handler in its channel's pipeline. A
 * sent frame is one pooled buffer, and those of one turn of the loop are flushed together. On its
 * loop.
 */
final class FrameLink extends ChannelInboundHandlerAdapter implements FrameReader.Outcome {

  /** Who speaks through the link. */
  interface User {

    void message(byte[] utf8);

    /** The client has answered a ping. */
    void heard();

    /** The network takes as much as it is given, or it takes no more for now. */
    void writable(boolean takes);

    /** The goodbye was said, by either side; nothing is said after it. Once. */
    void closing();

    /** The node goes down. */
    void shutdown();

    /** The channel is gone. Once, and the last call. */
    void gone();
  }

  private static final Logger LOG = LoggerFactory.getLogger(FrameLink.class);
  private static final byte[] NOTHING = {};

  private final User user;
  private final FrameReader reader;
  private final Flushes flushes;

  @SuppressWarnings("NullAway.Init") // set before anything else happens to a handler
  private ChannelHandlerContext context;

  private boolean unflushed;
  private boolean closing;

  /**
   * @param limit bytes of a message from the client
   */
  FrameLink(User user, int limit, Flushes flushes) {
    this.user = user;
    this.reader = new FrameReader(limit, this);
    this.flushes = flushes;
  }

  /** Sends a text, unless the goodbye was said or the channel is down. */
  void text(JsonText json) {
    if (!isClosing()) {
      send(Frames.text(context.alloc(), json.utf8(), json.size()));
    }
  }

  void sendPing() {
    if (!isClosing()) {
      send(Frames.control(context.alloc(), Opcode.PING, NOTHING));
    }
  }

  /** Whether what was sent waits for the client to read. */
  boolean isFull() {
    return !context.channel().isWritable();
  }

  boolean isClosing() {
    return closing || !context.channel().isActive();
  }

  /** Says goodbye, once; the client's answer closes the channel. */
  void close(int status, String reason) {
    if (!isClosing()) {
      saidGoodbye();
      context.writeAndFlush(Frames.goodbye(context.alloc(), status, reason), context.voidPromise());
    }
  }

  /** Before it is sent: the channel may be down when that returns. */
  private void saidGoodbye() {
    closing = true;
    user.closing();
  }

  /** Closes the channel, whatever waits to be sent. */
  void cut() {
    context.close();
  }

  private void send(ByteBuf frame) {
    context.write(frame, context.voidPromise());
    if (!unflushed) {
      unflushed = true;
      flushes.add(this);
    }
  }

  void flush() {
    unflushed = false;
    context.flush();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
  }

  @Override
  public void channelRead(ChannelHandlerContext from, Object message) {
    try {
      if (message instanceof ByteBuf bytes) {
        reader.read(bytes);
      }
    } finally {
      ReferenceCountUtil.release(message); // also the end of the request that began it all
    }
  }

  @Override
  public void message(byte[] utf8) {
    if (!closing) {
      user.message(utf8);
    }
  }

  @Override
  public void ping(byte[] payload) {
    // Who does not read needs no more of them: the last one is answered enough (RFC 6455, 5.5.3).
    if (!isClosing() && !isFull()) {
      send(Frames.control(context.alloc(), Opcode.PONG, payload));
    }
  }

  @Override
  public void pong() {
    user.heard();
  }

  @Override
  public void goodbye(int status) {
    if (closing) {
      context.close();
      return;
    }
    saidGoodbye();
    context
        .writeAndFlush(Frames.goodbye(context.alloc(), status, ""))
        .addListener(ChannelFutureListener.CLOSE);
  }

  @Override
  public void broken(int status, String reason) {
    close(status, reason);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext from) {
    user.writable(!isFull());
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext from, Object event) {
    if (event instanceof ShutdownEvent) {
      user.shutdown();
    }
    ReferenceCountUtil.release(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext from) {
    user.gone();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext from, Throwable failure) {
    if (!(failure instanceof IOException)) { // a network that fails is no news
      LOG.error("a socket failed", failure);
    }
    context.close();
  }
}
