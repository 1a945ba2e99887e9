package dev.millrace.bench;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import java.util.ArrayDeque;
import java.util.Deque;

/** The running streams of a {@link FakeNode}, in the order in which their next event is due. */
final class FakeStreams {

  /** One stream; all streams of a node are asked for at the same interval. */
  static final class Stream {
    private final ChannelHandlerContext socket;
    private final String ref;
    private final int tokens;
    private final long intervalNanos;
    private final Fault fault;
    private long due;
    private int seq;
    private int sent;

    Stream(ChannelHandlerContext socket, String ref, int tokens, long intervalNanos, Fault fault) {
      this.socket = socket;
      this.ref = ref;
      this.tokens = tokens;
      this.intervalNanos = intervalNanos;
      this.fault = fault;
      this.due = System.nanoTime();
    }

    private boolean next() {
      if (sent < tokens) {
        token();
        return true;
      }
      if (fault != Fault.NEVER_ENDS) {
        end(seq);
        if (fault == Fault.ENDS_TWICE) {
          end(seq + 1);
        }
      }
      return false;
    }

    private void token() {
      boolean second = sent == 1;
      sent++;
      if (second && fault == Fault.DROPS_A_TOKEN) {
        seq++;
        return;
      }
      // The text tries to be taken for members of the message.
      event(seq, "\"kind\":\"token\",\"text\":\" \\\"seq\\\":99,{\\\\\"");
      if (second && fault == Fault.DOUBLES_A_TOKEN) {
        event(seq, "\"kind\":\"token\",\"text\":\"x\"");
      }
      seq++;
    }

    private void end(int number) {
      String state = fault == Fault.FAILS_TASKS ? "failed" : "succeeded";
      event(
          number,
          "\"kind\":\"end\",\"state\":\""
              + state
              + "\",\"usage\":{\"seq\":7,\"op\":\"ack\"},\"labels\":[]");
    }

    private void event(int number, String members) {
      socket.writeAndFlush(
          new TextWebSocketFrame(
              "{\"op\":\"event\",\"ref\":\""
                  + ref
                  + "\",\"task\":\"tsk_01J0000000000000000000000\",\"seq\":"
                  + number
                  + ","
                  + members
                  + "}"),
          socket.voidPromise());
    }
  }

  private final Deque<Stream> waiting = new ArrayDeque<>();

  void add(Stream stream) {
    waiting.add(stream);
    turn();
  }

  void turn() {
    long now = System.nanoTime();
    for (Stream first = waiting.peek(); first != null && first.due - now <= 0; ) {
      waiting.remove();
      if (first.socket.channel().isActive() && first.next()) {
        first.due += first.intervalNanos;
        waiting.add(first);
      }
      first = waiting.peek();
    }
  }
}
