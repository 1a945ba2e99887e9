package dev.millrace.bench;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The WebSocket door of a {@link FakeNode}. */
final class FakeSocketDoor extends SimpleChannelInboundHandler<TextWebSocketFrame> {

  private static final JsonMapper JSON = new JsonMapper();

  private final FakeNode node;

  FakeSocketDoor(FakeNode node) {
    this.node = node;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext socket, TextWebSocketFrame frame) {
    String text = frame.text();
    node.saw("", text);
    JsonNode submit = JSON.readTree(text);
    String ref = submit.get("ref").asString();
    switch (node.fault) {
      case NEVER_ACKS -> ping(socket);
      case IS_BUSY ->
          say(
              socket,
              "{\"op\":\"busy\",\"ref\":\""
                  + ref
                  + "\",\"code\":\"overloaded\",\"retry_after_ms\":9}");
      case REPORTS_ERRORS ->
          say(socket, "{\"op\":\"error\",\"ref\":\"" + ref + "\",\"code\":\"invalid_argument\"}");
      case SPEAKS_OF_OTHERS -> {
        ack(socket, ref);
        say(socket, "{\"op\":\"event\",\"ref\":\"987654321\",\"seq\":0,\"kind\":\"token\"}");
        stream(socket, submit, ref);
      }
      case SENDS_NO_JSON -> {
        ack(socket, ref);
        say(socket, "{\"op\":\"event\",");
        stream(socket, submit, ref);
      }
      case CLOSES_AFTER_THE_FIRST_TASK -> {
        ack(socket, ref);
        socket.writeAndFlush(new CloseWebSocketFrame(1012, "drain"));
      }
      case ACKS_AFTER_THE_STREAM -> {
        stream(socket, submit, ref);
        ack(socket, ref);
      }
      default -> {
        ack(socket, ref);
        stream(socket, submit, ref);
      }
    }
  }

  private void stream(ChannelHandlerContext socket, JsonNode submit, String ref) {
    if (submit.get("stream").asBoolean()) {
      JsonNode input = submit.get("input");
      long interval = input.get("interval_ms").asLong() * 1_000_000;
      node.streams.add(
          new FakeStreams.Stream(socket, ref, input.get("tokens").asInt(), interval, node.fault));
    }
  }

  private static void ack(ChannelHandlerContext socket, String ref) {
    say(
        socket,
        "{\"op\":\"ack\",\"ref\":\"" + ref + "\",\"task\":\"tsk_01J\",\"durability\":\"memory\"}");
  }

  private static void ping(ChannelHandlerContext socket) {
    socket.writeAndFlush(
        new PingWebSocketFrame(Unpooled.copiedBuffer("still there?", StandardCharsets.UTF_8)));
  }

  private static void say(ChannelHandlerContext socket, String text) {
    socket.writeAndFlush(new TextWebSocketFrame(text), socket.voidPromise());
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext socket, Throwable cause) {
    socket.close();
  }
}
