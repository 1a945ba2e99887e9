package dev.millrace.bench;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/** One keep-alive connection with one stream at a time. Lives on the run's event loop. */
final class SseConnection extends Peer implements HttpResponseParser.Body, SseStream.Sink {

  /** Who hears of the connection. All calls come from the event loop. */
  interface Listener {
    void connected(int index);

    /** The request was taken: a task has its place, a chat the head of its answer. */
    void acked(int index);

    void refused(int index, int status);

    void event(int index, Frame frame);

    void violation(Violation kind);

    void error(int index, String code);

    /**
     * The answer is complete.
     *
     * @param done whether the stream in it has said its last word
     * @param closes whether the server closes the connection now: nothing more can be sent on it
     */
    void finished(int index, boolean done, boolean closes);

    /** Told once; this object is of no more use. */
    void broken(int index, String reason);
  }

  private static final int OK = 200;

  private final int index;
  private final SseTarget target;
  private final SseRequests requests;
  private final SocketBytes scratch;
  private final Listener listener;
  private final HttpResponseParser parser = new HttpResponseParser(this);
  private final SseStream stream;
  private final SseEvents events;
  private @Nullable Channel channel;
  private boolean submitting;
  private boolean streaming;
  private boolean over;

  SseConnection(
      int index, SseTarget target, SseRequests requests, SocketBytes scratch, Listener listener) {
    this.index = index;
    this.target = target;
    this.requests = requests;
    this.scratch = scratch;
    this.listener = listener;
    this.stream = new SseStream(target, this);
    this.events = new SseEvents(stream::event);
  }

  /** Begins a stream. */
  void begin(long task) {
    submitting = target == SseTarget.TASKS;
    stream.clear();
    events.clear();
    send(requests.begin(task));
  }

  private void send(ByteBuf request) {
    Channel open = channel;
    if (open == null) {
      request.release();
    } else {
      open.writeAndFlush(request, open.voidPromise());
    }
  }

  @Override
  public void head(int status) {
    streaming = !submitting && status == OK;
    if (streaming && target == SseTarget.CHAT) {
      listener.acked(index);
    }
  }

  @Override
  public void bytes(byte[] bytes, int from, int until) throws BadPeer {
    if (streaming) {
      events.feed(bytes, from, until);
    }
  }

  @Override
  public void frame(Frame frame) {
    listener.event(index, frame);
  }

  @Override
  public void violation(Violation kind) {
    listener.violation(kind);
  }

  @Override
  public void error(String code) {
    listener.error(index, code);
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    channel = context.channel();
    listener.connected(index);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object read) {
    int length = scratch.take((ByteBuf) read);
    byte[] bytes = scratch.bytes();
    try {
      int at = parser.feed(bytes, 0, length);
      while (at >= 0 && !over) {
        complete();
        at = over ? -1 : parser.feed(bytes, at, length);
      }
    } catch (BadPeer bad) {
      end(bad.reason());
    }
  }

  private void complete() throws BadPeer {
    boolean closes = parser.closes();
    String location = parser.location();
    boolean accepted = submitting && StatusKind.HTTP.isOk(parser.status());
    if (location != null && accepted && !closes) {
      submitting = false;
      listener.acked(index);
      send(requests.follow(location));
      return;
    }
    if (!streaming) {
      listener.refused(index, parser.status());
    }
    streaming = false;
    submitting = false;
    listener.finished(index, stream.isDone(), closes);
    if (closes) {
      end("connection closed");
    }
  }

  void close() {
    over = true;
    if (channel != null) {
      channel.close();
    }
  }

  @Override
  void end(String reason) {
    if (!over) {
      close();
      listener.broken(index, reason);
    }
  }
}
