package dev.millrace.ingress.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads HTTP/1.1 as Vert.x does and refuses what Netty lets pass although another reader of the
 * same bytes might see the request end elsewhere (RFC 9112, 11.2): folded lines, a length or coding
 * told twice or oddly, blanks where none belong, no one Host. Such a request is an invalid one to
 * all who come behind: 400, and the connection is closed.
 */
final class StrictDecoder extends VertxHttpRequestDecoder {

  /** Bytes of a request line. */
  static final int LONGEST_LINE = 8_192;

  /** Bytes of all headers of a request. */
  static final int LONGEST_HEAD = 16_384;

  private static final HttpServerOptions LIMITS =
      new HttpServerOptions().setMaxInitialLineLength(LONGEST_LINE).setMaxHeaderSize(LONGEST_HEAD);

  private final HeadLines lines = new HeadLines();
  private boolean inHead = true;
  private boolean broken;

  // Headers of the request at hand.
  private int hosts;
  private int lengths;
  private int codings;

  StrictDecoder() {
    super(LIMITS);
  }

  @Override
  protected AsciiString splitHeaderName(byte[] line, int start, int length) {
    AsciiString name = super.splitHeaderName(line, start, length);
    if (inHead) {
      count(name);
    }
    return name;
  }

  private void count(AsciiString name) {
    switch (name.length()) {
      case 4 -> hosts += name.contentEqualsIgnoreCase(HttpHeaderNames.HOST) ? 1 : 0;
      case 14 -> lengths += name.contentEqualsIgnoreCase(HttpHeaderNames.CONTENT_LENGTH) ? 1 : 0;
      case 17 -> codings += name.contentEqualsIgnoreCase(HttpHeaderNames.TRANSFER_ENCODING) ? 1 : 0;
      default -> {}
    }
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out)
      throws Exception {
    if (broken) {
      in.skipBytes(in.readableBytes());
      return;
    }
    int before = in.readerIndex();
    int had = out.size();
    super.decode(context, in, out);
    if (inHead) {
      lines.look(in, before, in.readerIndex());
    }
    for (int i = had; i < out.size(); i++) {
      Object message = out.get(i);
      if (message instanceof HttpRequest request) {
        headEnds(request);
      }
      if (message instanceof LastHttpContent) {
        inHead = true;
      }
    }
  }

  private void headEnds(HttpRequest request) {
    inHead = false;
    if (request.decoderResult().isSuccess()) {
      String fault = fault(request);
      if (fault != null) {
        broken = true;
        request.setProtocolVersion(HttpVersion.HTTP_1_1); // the answer would repeat what was said
        request.setDecoderResult(DecoderResult.failure(new DecoderException(fault)));
      }
    }
    lines.begin();
    hosts = 0;
    lengths = 0;
    codings = 0;
  }

  private @Nullable String fault(HttpRequest request) {
    if (lines.fault() != null) {
      return lines.fault();
    }
    boolean modern = request.protocolVersion().compareTo(HttpVersion.HTTP_1_1) >= 0;
    if (hosts > 1 || hosts == 0 && modern) {
      return hosts + " Host headers (expected: one)";
    }
    if (hosts == 1 && !HostNames.isOne(request.headers().get(HttpHeaderNames.HOST))) {
      return "a Host that is none";
    }
    if (lengths > 1) {
      return lengths + " Content-Length headers (expected: at most one)";
    }
    if (codings > 0 && !isChunked(request, modern)) {
      return "a Transfer-Encoding (expected: chunked, in HTTP/1.1)";
    }
    return null;
  }

  /** To the letter: what is trimmed, split or unquoted here may not be elsewhere. */
  private boolean isChunked(HttpRequest request, boolean modern) {
    String coding = request.headers().get(HttpHeaderNames.TRANSFER_ENCODING);
    return modern
        && codings == 1
        && coding != null
        && HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(coding);
  }
}
