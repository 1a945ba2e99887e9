package dev.millrace.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/** One WebSocket: upgrades, hands messages on, answers pings. Lives on the run's event loop. */
final class WsSession extends Peer implements WsDecoder.Frames {

  /** Who hears of the session. All calls come from the event loop. */
  interface Listener {
    void opened(WsSession session);

    /** Before it was open: it never will be. */
    void refused(WsSession session, String reason);

    void message(WsSession session, byte[] bytes, int from, int length);

    void closed(WsSession session, String reason);
  }

  private enum Stage {
    OPENING,
    OPEN,
    CLOSED
  }

  private static final int NORMAL_CLOSE = 1_000;

  private final Upgrade upgrade;
  private final SocketBytes scratch;
  private final Listener listener;
  private final long startedNanos;
  private final WsDecoder decoder = new WsDecoder();

  /** Only while opening: it is larger than all the rest of the session. */
  private @Nullable HttpResponseParser handshake = new HttpResponseParser();

  private Stage stage = Stage.OPENING;
  private @Nullable Channel channel;
  private int index = -1;

  WsSession(Upgrade upgrade, SocketBytes scratch, Listener listener, long startedNanos) {
    this.upgrade = upgrade;
    this.scratch = scratch;
    this.listener = listener;
    this.startedNanos = startedNanos;
  }

  long startedNanos() {
    return startedNanos;
  }

  int index() {
    return index;
  }

  void index(int position) {
    index = position;
  }

  /** False when the session is closed or the peer does not read. */
  boolean send(SubmitMessage message, long task) {
    Channel open = channel;
    if (open == null || stage != Stage.OPEN || !open.isWritable()) {
      return false;
    }
    open.writeAndFlush(message.frame(open.alloc(), task), open.voidPromise());
    return true;
  }

  void close() {
    Channel open = channel;
    if (open == null) {
      return;
    }
    if (stage == Stage.OPEN) {
      ByteBuf goodbye = open.alloc().directBuffer(WsFrames.MAX_HEADER + 2);
      WsFrames.header(goodbye, WsFrames.CLOSE, 2);
      open.write(goodbye.writeShort(NORMAL_CLOSE), open.voidPromise());
      open.flush();
    }
    stage = Stage.CLOSED;
    open.close();
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    channel = context.channel();
    context.writeAndFlush(upgrade.request(), context.voidPromise());
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object read) {
    int length = scratch.take((ByteBuf) read);
    byte[] bytes = scratch.bytes();
    try {
      int from = handshake == null ? 0 : handshake(handshake, bytes, length);
      if (stage == Stage.OPEN && from < length) {
        decoder.feed(bytes, from, length, this);
      }
    } catch (BadPeer bad) {
      end(bad.reason());
    }
  }

  /** Gives where the frames begin behind the answer to the upgrade. */
  private int handshake(HttpResponseParser parser, byte[] bytes, int length) throws BadPeer {
    int after = parser.feed(bytes, 0, length);
    if (after < 0) {
      return length;
    }
    handshake = null;
    String refusal = upgrade.refusal(parser);
    if (refusal == null) {
      stage = Stage.OPEN;
      listener.opened(this);
    } else {
      end(refusal);
    }
    return after;
  }

  @Override
  public void frame(int opcode, byte[] bytes, int from, int length) {
    if (stage != Stage.OPEN) {
      return;
    }
    switch (opcode) {
      case WsFrames.TEXT -> listener.message(this, bytes, from, length);
      case WsFrames.PING -> pong(bytes, from, length);
      case WsFrames.PONG -> {}
      case WsFrames.CLOSE -> end("close " + closeCode(bytes, from, length));
      default -> end("opcode " + opcode);
    }
  }

  private static String closeCode(byte[] bytes, int from, int length) {
    return length < 2
        ? "without a code"
        : Integer.toString((bytes[from] & 0xff) << 8 | (bytes[from + 1] & 0xff));
  }

  private void pong(byte[] bytes, int from, int length) {
    Channel open = channel;
    if (open != null) {
      ByteBuf answer = Unpooled.directBuffer(WsFrames.MAX_HEADER + length);
      WsFrames.header(answer, WsFrames.PONG, length);
      open.writeAndFlush(answer.writeBytes(bytes, from, length), open.voidPromise());
    }
  }

  @Override
  void end(String reason) {
    Stage before = stage;
    stage = Stage.CLOSED;
    if (channel != null) {
      channel.close();
    }
    if (before == Stage.OPENING) {
      listener.refused(this, reason);
    } else if (before == Stage.OPEN) {
      listener.closed(this, reason);
    }
  }
}
