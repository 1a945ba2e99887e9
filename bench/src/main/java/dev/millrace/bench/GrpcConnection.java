package dev.millrace.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/2 connection with some lanes, each for one call at a time. Lives on the run's event
 * loop. What is written goes out at {@link #flush}, so that what is sent together travels together.
 */
final class GrpcConnection extends Peer {

  /** Who hears of the connection. All calls come from the event loop. */
  interface Listener {

    /** The peer has said its settings: calls may be made. */
    void opened(GrpcConnection connection);

    void headers(GrpcLane lane, HeaderBlocks.Said said);

    void message(GrpcLane lane, byte[] bytes, int from, int until);

    /** The call on the lane is over, by the peer's word. */
    void ended(GrpcLane lane);

    /** The call on the lane was broken off. */
    void reset(GrpcLane lane, String reason);

    /** Told once; this object is of no more use. */
    void lost(GrpcConnection connection, String reason);

    /** All that was read was told. */
    void readComplete();
  }

  private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);

  /** What the peer may send unasked: the generator is never what holds it back. */
  private static final int WINDOW = 1 << 30;

  private static final int GIVE_BACK = 1 << 20;
  private static final int DEFAULT_WINDOW = 65_535;

  private final String path;
  private final String authority;
  private final @Nullable String key;
  private final boolean streaming;
  private final SocketBytes scratch;
  private final List<GrpcLane> lanes;
  private final Listener listener;
  private final Http2Frames frames = new Http2Frames(this::frame);
  private final IntObjectMap<GrpcLane> byStream = new IntObjectHashMap<>();
  private final Deque<GrpcLane> waiting = new ArrayDeque<>();
  private final Http2Settings settings = new Http2Settings();
  private final HeaderBlockJoin headers = new HeaderBlockJoin();
  private final HeaderBlocks blocks;
  private @Nullable GrpcHeads heads;
  private @Nullable Channel channel;
  private @Nullable ByteBuf out;
  private long window = DEFAULT_WINDOW;
  private int received;
  private int nextStream = 1;
  private boolean over;

  /**
   * @param lanes that are this connection's
   */
  GrpcConnection(
      GrpcPlan plan,
      String authority,
      @Nullable String key,
      SocketBytes scratch,
      List<GrpcLane> lanes,
      Listener listener)
      throws Http2Exception {
    this.path = plan.path();
    this.streaming = plan.streaming();
    this.authority = authority;
    this.key = key;
    this.scratch = scratch;
    this.lanes = List.copyOf(lanes);
    this.listener = listener;
    this.blocks = new HeaderBlocks();
  }

  List<GrpcLane> lanes() {
    return lanes;
  }

  boolean isReady() {
    return !over && heads != null;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    channel = context.channel();
    ByteBuf buffer = out();
    buffer.writeBytes(PREFACE);
    Http2Settings.writeOwn(buffer, WINDOW);
    Http2Frames.head(buffer, 4, Http2Frames.WINDOW_UPDATE, 0, 0);
    buffer.writeInt(WINDOW - DEFAULT_WINDOW);
    flush();
  }

  private ByteBuf out() {
    ByteBuf buffer = out;
    if (buffer == null) {
      Channel open = channel;
      if (open == null) {
        throw new IllegalStateException("written to before it was open");
      }
      buffer = open.alloc().directBuffer(2_048);
      out = buffer;
    }
    return buffer;
  }

  /** Sends what was written. */
  void flush() {
    ByteBuf buffer = out;
    Channel open = channel;
    if (buffer != null && open != null) {
      out = null;
      open.writeAndFlush(buffer, open.voidPromise());
    }
  }

  /** Begins a call on the lane. */
  void open(GrpcLane lane) {
    GrpcHeads known = heads;
    if (known == null || over) {
      return;
    }
    if (nextStream < 0) {
      end("all numbers of streams are used");
      return;
    }
    lane.open(nextStream, settings.initialWindow());
    nextStream += 2;
    byStream.put(lane.stream, lane);
    byte[] block = known.next();
    ByteBuf buffer = out();
    Http2Frames.head(
        buffer, block.length, Http2Frames.HEADERS, Http2Frames.END_HEADERS, lane.stream);
    buffer.writeBytes(block);
  }

  /** Sends the lane's request on its call, now or when there is room for it. */
  void push(GrpcLane lane) {
    while (lane.left() > 0 && !over) {
      long room = Math.min(Math.min(window, lane.window), settings.maxPayload());
      if (room <= 0) {
        if (!lane.waitsForWindow) {
          lane.waitsForWindow = true;
          waiting.add(lane);
        }
        return;
      }
      int length = (int) Math.min(room, lane.left());
      boolean last = length == lane.left() && !streaming;
      ByteBuf buffer = out();
      Http2Frames.head(
          buffer, length, Http2Frames.DATA, last ? Http2Frames.END_STREAM : 0, lane.stream);
      buffer.writeBytes(lane.request, lane.sent, length);
      lane.sent += length;
      lane.window -= length;
      window -= length;
    }
  }

  private void pushWaiting() {
    for (int left = waiting.size(); left > 0; left--) {
      GrpcLane lane = waiting.remove();
      lane.waitsForWindow = false;
      push(lane);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object read) {
    int length = scratch.take((ByteBuf) read);
    try {
      frames.feed(scratch.bytes(), 0, length);
    } catch (BadPeer bad) {
      end(bad.reason());
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    flush();
    listener.readComplete();
  }

  private void frame(int type, int flags, int stream, byte[] bytes, int from, int until)
      throws BadPeer {
    if (over) {
      return;
    }
    switch (type) {
      case Http2Frames.DATA -> data(flags, stream, bytes, from, until);
      case Http2Frames.HEADERS, Http2Frames.CONTINUATION -> {
        if (headers.take(type, flags, stream, bytes, from, until)) {
          answerHead(stream);
        }
      }
      case Http2Frames.SETTINGS -> settings(flags, bytes, from, until);
      case Http2Frames.WINDOW_UPDATE -> windowUpdate(stream, bytes, from, until);
      case Http2Frames.RST_STREAM -> reset(stream, bytes, from, until);
      case Http2Frames.PING -> ping(flags, bytes, from, until);
      case Http2Frames.GOAWAY -> end("the server said goaway");
      default -> {}
    }
  }

  private void data(int flags, int stream, byte[] bytes, int from, int until) throws BadPeer {
    received += until - from;
    if (received > GIVE_BACK) {
      giveBack(0, received);
      received = 0;
    }
    GrpcLane lane = byStream.get(stream);
    if (lane == null) {
      return;
    }
    lane.received += until - from;
    if (lane.received > GIVE_BACK) {
      giveBack(stream, lane.received);
      lane.received = 0;
    }
    int padding = (flags & Http2Frames.PADDED) == 0 ? 0 : 1 + (bytes[from] & 0xff);
    if (padding > until - from) {
      throw new BadPeer("found more padding than data, expected less");
    }
    int start = padding == 0 ? from : from + 1;
    lane.messages.feed(lane, bytes, start, start + until - from - padding, listener::message);
    if ((flags & Http2Frames.END_STREAM) != 0) {
      ended(lane);
    }
  }

  private void giveBack(int stream, int length) {
    Http2Frames.head(out(), 4, Http2Frames.WINDOW_UPDATE, 0, stream);
    out().writeInt(length);
  }

  private void answerHead(int stream) throws BadPeer {
    // Read whether or not anybody waits: blocks are read in order.
    HeaderBlocks.Said said = blocks.read(headers.block(), headers.from(), headers.until());
    GrpcLane lane = byStream.get(stream);
    if (lane != null) {
      listener.headers(lane, said);
      if (headers.endsStream()) {
        ended(lane);
      }
    }
  }

  private void ended(GrpcLane lane) {
    byStream.remove(lane.stream);
    lane.stream = 0;
    listener.ended(lane);
  }

  private void settings(int flags, byte[] bytes, int from, int until) throws BadPeer {
    if ((flags & Http2Frames.ACK) != 0) {
      return;
    }
    long change = settings.read(bytes, from, until);
    for (GrpcLane lane : byStream.values()) {
      lane.window += change;
    }
    Http2Frames.head(out(), 0, Http2Frames.SETTINGS, Http2Frames.ACK, 0);
    if (heads == null) {
      try {
        heads = new GrpcHeads(path, authority, key, settings.tableSize());
      } catch (Http2Exception refused) {
        throw new BadPeer("found settings that leave no room: " + refused.getMessage());
      }
      listener.opened(this);
    }
    pushWaiting();
  }

  private void windowUpdate(int stream, byte[] bytes, int from, int until) throws BadPeer {
    if (until - from != 4) {
      throw new BadPeer("found a window update of " + (until - from) + " bytes, expected 4");
    }
    int more = Http2Frames.number(bytes, from) & Integer.MAX_VALUE;
    GrpcLane lane = byStream.get(stream);
    if (stream == 0) {
      window += more;
    } else if (lane != null) {
      lane.window += more;
    }
    pushWaiting();
  }

  private void reset(int stream, byte[] bytes, int from, int until) throws BadPeer {
    GrpcLane lane = byStream.remove(stream);
    if (until - from != 4) {
      throw new BadPeer("found a reset of " + (until - from) + " bytes, expected 4");
    }
    if (lane != null) {
      lane.stream = 0;
      listener.reset(lane, "reset by the server, code " + Http2Frames.number(bytes, from));
    }
  }

  private void ping(int flags, byte[] bytes, int from, int until) {
    if ((flags & Http2Frames.ACK) == 0) {
      Http2Frames.head(out(), until - from, Http2Frames.PING, Http2Frames.ACK, 0);
      out().writeBytes(bytes, from, until - from);
    }
  }

  void close() {
    over = true;
    ByteBuf buffer = out;
    if (buffer != null) {
      out = null;
      buffer.release();
    }
    if (channel != null) {
      channel.close();
    }
  }

  @Override
  void end(String reason) {
    if (!over) {
      close();
      listener.lost(this, reason);
    }
  }
}
