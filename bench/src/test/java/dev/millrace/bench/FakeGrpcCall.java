package dev.millrace.bench;

import com.google.protobuf.CodedOutputStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** One call at the {@link FakeGrpcNode}. */
final class FakeGrpcCall extends ChannelInboundHandlerAdapter {

  private final FakeGrpcNode node;
  private final ByteBuf arrived = Unpooled.buffer();
  private boolean streamed;
  private boolean begun;

  FakeGrpcCall(FakeGrpcNode node) {
    this.node = node;
  }

  @Override
  public void channelRead(ChannelHandlerContext call, Object frame) {
    if (frame instanceof Http2HeadersFrame head) {
      node.paths.add(head.headers().path().toString());
      node.authorizations.add(String.valueOf(head.headers().get("authorization")));
      streamed = head.headers().path().toString().endsWith("ModelStreamInfer");
    } else if (frame instanceof Http2DataFrame data) {
      arrived.writeBytes(data.content());
      data.release();
      messages(call);
    } else {
      ReferenceCountUtil.release(frame);
    }
  }

  private void messages(ChannelHandlerContext call) {
    while (arrived.readableBytes() >= 5
        && arrived.readableBytes() >= 5 + arrived.getInt(arrived.readerIndex() + 1)) {
      arrived.skipBytes(1);
      byte[] message = new byte[arrived.readInt()];
      arrived.readBytes(message);
      GrpcAsked asked = GrpcAsked.read(message);
      node.asked.add(asked);
      answer(call, asked);
    }
  }

  private void answer(ChannelHandlerContext call, GrpcAsked asked) {
    switch (node.fault) {
      case FAILS -> refuse(call, asked, "invalid_argument", "3");
      case IS_BUSY -> refuse(call, asked, "overloaded", "8");
      case REFUSES_THE_KEY -> end(call, "16");
      case SAYS_NO_STATUS -> {
        begin(call);
        call.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.EMPTY_BUFFER, true));
      }
      case SENDS_NO_MESSAGE -> end(call, "0");
      case RESETS_EVERY_CALL ->
          call.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.INTERNAL_ERROR));
      // From its first handler on, so that the codec does not say goodbye.
      case CUTS_EVERY_CONNECTION -> call.channel().parent().pipeline().firstContext().close();
      case SAYS_GOAWAY ->
          call.channel().parent().writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR));
      case NEVER_ANSWERS -> {}
      case ANSWERS_TWICE -> {
        say(call, response(asked.id(), true), 0);
        succeed(call, asked.id(), true);
      }
      case ANSWERS_ANOTHER_REQUEST -> succeed(call, "another", true);
      case LEAVES_THE_TENSORS_OUT -> succeed(call, asked.id(), false);
      case ANSWERS_NOTHING -> {
        say(call, new byte[] {(byte) 0xff}, 0);
        finish(call);
      }
      case NONE, HAS_NARROW_WINDOWS, PADS_AND_SPLITS -> succeed(call, asked.id(), true);
    }
  }

  private void succeed(ChannelHandlerContext call, String id, boolean tensors) {
    say(call, response(id, tensors), node.fault == GrpcFault.PADS_AND_SPLITS ? 7 : 0);
    finish(call);
  }

  private void refuse(ChannelHandlerContext call, GrpcAsked asked, String code, String status) {
    if (streamed) {
      say(call, error(asked.id(), code), 0);
    } else {
      end(call, status);
    }
  }

  private void finish(ChannelHandlerContext call) {
    if (!streamed) {
      end(call, "0");
    }
  }

  private void begin(ChannelHandlerContext call) {
    if (!begun) {
      begun = true;
      Http2Headers head = new DefaultHttp2Headers().status("200");
      call.write(new DefaultHttp2HeadersFrame(head.add("content-type", "application/grpc")));
    }
  }

  private void end(ChannelHandlerContext call, String status) {
    Http2Headers last = new DefaultHttp2Headers();
    if (!begun) {
      last.status("200").add("content-type", "application/grpc");
    }
    last.add("grpc-status", status).add("grpc-message", "said by the fake, at some length");
    call.writeAndFlush(new DefaultHttp2HeadersFrame(last, true));
  }

  private void say(ChannelHandlerContext call, byte[] message, int padding) {
    begin(call);
    byte[] whole = streamed && message.length > 1 ? within(message) : message;
    ByteBuf framed = Unpooled.buffer().writeByte(0).writeInt(whole.length).writeBytes(whole);
    if (padding > 0) {
      call.write(new DefaultHttp2DataFrame(framed.readRetainedSlice(9), false, padding));
    }
    call.writeAndFlush(new DefaultHttp2DataFrame(framed, false, padding));
  }

  private static byte[] within(byte[] answer) {
    // An error was put together as a whole.
    return answer[0] == 0x0a && answer[2] == 'e'
        ? answer
        : message(out -> out.writeByteArray(2, answer));
  }

  private static byte[] response(String id, boolean tensors) {
    return message(
        out -> {
          out.writeString(1, "card");
          out.writeString(3, id);
          if (tensors) {
            out.writeByteArray(6, new byte[] {0, 0, 0, 63});
          }
        });
  }

  private static byte[] error(String id, String code) {
    byte[] value = message(out -> out.writeString(3, code));
    byte[] entry =
        message(
            out -> {
              out.writeString(1, "code");
              out.writeByteArray(2, value);
            });
    byte[] which =
        message(
            out -> {
              out.writeString(3, id);
              out.writeByteArray(4, entry);
            });
    return message(
        out -> {
          out.writeString(1, "error");
          out.writeByteArray(2, which);
        });
  }

  private interface Fields {
    void write(CodedOutputStream out) throws IOException;
  }

  private static byte[] message(Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      fields.write(out);
      out.flush();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext call, Throwable cause) {
    call.close();
  }
}
