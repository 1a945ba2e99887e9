package dev.millrace.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;

/** The HTTP doors of a {@link FakeNode}; leaves the upgrade to the next handler. */
final class FakeHttpDoor extends SimpleChannelInboundHandler<FullHttpRequest> {

  private static final byte[] BODY =
      "{\"task\":\"tsk_01J\",\"state\":\"queued\"}".getBytes(StandardCharsets.UTF_8);

  private final FakeNode node;

  FakeHttpDoor(FakeNode node) {
    super(false);
    this.node = node;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext socket, FullHttpRequest request) {
    String authorization = request.headers().get(HttpHeaderNames.AUTHORIZATION, "");
    if (request.uri().equals("/v1/ws") && node.fault != Fault.REFUSES_UPGRADES) {
      node.saw(authorization, "");
      socket.fireChannelRead(request);
      return;
    }
    node.saw(
        authorization, request.uri() + " " + request.content().toString(StandardCharsets.UTF_8));
    request.release();
    answer(socket);
  }

  private void answer(ChannelHandlerContext socket) {
    switch (node.fault) {
      case REFUSES_UPGRADES -> respond(socket, HttpResponseStatus.UNAUTHORIZED);
      case ANSWERS_500 -> respond(socket, HttpResponseStatus.INTERNAL_SERVER_ERROR);
      case IS_BUSY -> respond(socket, HttpResponseStatus.TOO_MANY_REQUESTS);
      case CUTS_EVERY_CONNECTION -> socket.close();
      case NEVER_ACKS -> {}
      default -> respond(socket, HttpResponseStatus.ACCEPTED);
    }
  }

  private void respond(ChannelHandlerContext socket, HttpResponseStatus status) {
    ByteBuf body = Unpooled.wrappedBuffer(BODY);
    DefaultFullHttpResponse response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body);
    response.headers().set(HttpHeaderNames.CONTENT_LENGTH, BODY.length);
    response.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/json");
    response.headers().set(HttpHeaderNames.LOCATION, "/v1/tasks/tsk_01J");
    if (node.fault == Fault.CLOSES_EVERY_ANSWER) {
      response.headers().set(HttpHeaderNames.CONNECTION, "close");
      socket.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    } else {
      socket.writeAndFlush(response, socket.voidPromise());
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext socket, Throwable cause) {
    socket.close();
  }
}
