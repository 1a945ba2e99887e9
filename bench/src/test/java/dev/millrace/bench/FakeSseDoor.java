package dev.millrace.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.ArrayList;
import java.util.List;

/** The streaming doors of a {@link FakeSseNode}: every stream has three tokens. */
final class FakeSseDoor extends SimpleChannelInboundHandler<FullHttpRequest> {

  private static final String TASK = "/v1/tasks/tsk_01J";

  private final FakeSseNode node;

  FakeSseDoor(FakeSseNode node) {
    this.node = node;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext socket, FullHttpRequest request) {
    node.requests.add(
        request.method() + " " + request.uri() + " " + request.content().toString(UTF_8));
    node.authorizations.add(request.headers().get(HttpHeaderNames.AUTHORIZATION, ""));
    boolean submits = request.uri().equals("/v1/tasks");
    switch (node.fault) {
      case NEVER_ANSWERS -> {}
      case IS_BUSY -> plain(socket, HttpResponseStatus.TOO_MANY_REQUESTS);
      case REFUSES -> plain(socket, HttpResponseStatus.BAD_REQUEST);
      case FORGETS_THE_TASK ->
          plain(socket, submits ? HttpResponseStatus.ACCEPTED : HttpResponseStatus.NOT_FOUND);
      default -> {
        if (submits) {
          plain(socket, HttpResponseStatus.ACCEPTED);
        } else {
          stream(socket, request.uri().startsWith(TASK) ? task() : chat());
        }
      }
    }
  }

  private static void plain(ChannelHandlerContext socket, HttpResponseStatus status) {
    DefaultFullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, status, Unpooled.copiedBuffer("{\"id\":\"tsk_01J\"}", UTF_8));
    response.headers().set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes());
    response.headers().set(HttpHeaderNames.LOCATION, TASK);
    socket.writeAndFlush(response, socket.voidPromise());
  }

  private List<String> task() {
    List<String> frames = new ArrayList<>();
    for (int seq = 0; seq < 3; seq++) {
      if (seq != 1 || node.fault != SseFault.DROPS_A_TOKEN) {
        frames.add(taskEvent(seq, "\"kind\":\"token\",\"text\":\"\\\"seq\\\":9\\n\\ndata: x\""));
      }
      if (seq == 1 && node.fault == SseFault.DOUBLES_A_TOKEN) {
        frames.add(taskEvent(seq, "\"kind\":\"token\",\"text\":\"again\""));
      }
    }
    String state = node.fault == SseFault.FAILS_IN_MID_STREAM ? "failed" : "succeeded";
    String end = taskEvent(3, "\"kind\":\"end\",\"state\":\"" + state + "\",\"usage\":{\"seq\":7}");
    return around(frames, List.of(end), end);
  }

  private String taskEvent(int seq, String members) {
    int id = node.fault == SseFault.MISNUMBERS ? seq + 5 : seq;
    if (node.fault == SseFault.SENDS_NO_JSON) {
      return "id: " + id + "\ndata: no object\n\n";
    }
    if (node.fault == SseFault.SPEAKS_ODDLY) {
      return ": a comment\r\nretry: 5\r\ndata:{\"seq\":"
          + seq
          + ",\r\ndata: "
          + members
          + "}\r\nid:"
          + id
          + "\r\nevent\r\n\r\n: and another\r\n\r\n";
    }
    return "id: " + id + "\nevent: x\ndata: {\"seq\":" + seq + "," + members + "}\n\n";
  }

  private List<String> chat() {
    List<String> frames = new ArrayList<>();
    for (int token = 0; token < 3; token++) {
      String role = token == 0 ? "\"role\":\"assistant\"," : "";
      if (token != 1 || node.fault != SseFault.DROPS_A_TOKEN) {
        frames.add(chunk("{" + role + "\"content\":\"\\\"finish_reason\\\":\"}", "null", token));
      }
      if (token == 1 && node.fault == SseFault.DOUBLES_A_TOKEN) {
        frames.add(chunk("{\"content\":\"again\"}", "null", token));
      }
    }
    if (node.fault == SseFault.SPEAKS_ODDLY) {
      frames.add(chunk("{\"role\":\"assistant\",\"content\":\"\"}", "null", 0));
    }
    if (node.fault == SseFault.FAILS_IN_MID_STREAM) {
      frames.add(
          "data: {\"error\":{\"message\":\"m\",\"x\":[{}],\"code\":\"runtime_failed\"}}\n\n");
      return frames;
    }
    String usage = "data: {\"id\":\"c\",\"choices\":[],\"usage\":{\"finish_reason\":\"x\"}}\n\n";
    List<String> end = List.of(chunk("{}", "\"stop\"", 0), usage, "data: [DONE]\n\n");
    return around(frames, end, chunk("{\"content\":\"more\"}", "null", 0));
  }

  private String chunk(String delta, String reason, int number) {
    String id = node.fault == SseFault.CHANGES_THE_ID && number == 1 ? "d" : "c";
    return node.fault == SseFault.SENDS_NO_JSON
        ? "data: {\"id\":\n\n"
        : "data: {\"id\":\""
            + id
            + "\",\"choices\":[{\"index\":0,\"delta\":"
            + delta
            + ",\"logprobs\":null,\"finish_reason\":"
            + reason
            + "}]}\n\n";
  }

  private List<String> around(List<String> frames, List<String> end, String more) {
    if (node.fault != SseFault.ENDS_WITHOUT_AN_END && !staysOpen()) {
      frames.addAll(end);
    }
    if (node.fault == SseFault.SPEAKS_AFTER_THE_END) {
      frames.add(more);
    }
    return frames;
  }

  private boolean staysOpen() {
    return node.fault == SseFault.NEVER_ENDS || node.fault == SseFault.CUTS_THE_STREAM;
  }

  private void stream(ChannelHandlerContext socket, List<String> frames) {
    HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
    head.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/event-stream");
    HttpUtil.setTransferEncodingChunked(head, true);
    boolean closes = node.fault == SseFault.CLOSES_EVERY_ANSWER;
    if (closes) {
      head.headers().set(HttpHeaderNames.CONNECTION, "close");
    }
    socket.write(head);
    for (String frame : frames) {
      socket.writeAndFlush(new DefaultHttpContent(Unpooled.copiedBuffer(frame, UTF_8)));
    }
    if (node.fault == SseFault.CUTS_THE_STREAM) {
      socket.close();
    } else if (!staysOpen()) {
      socket
          .writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT)
          .addListener(closes ? ChannelFutureListener.CLOSE : done -> {});
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext socket, Throwable cause) {
    socket.close();
  }
}
