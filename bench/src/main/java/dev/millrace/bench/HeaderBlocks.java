package dev.millrace.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.Arrays;

/**
 * Reads the header blocks of answers. The peer is told to keep no table of headers, so blocks of
 * equal bytes say the same: those of answers that went well are read once and known again.
 */
final class HeaderBlocks {

  /** More kinds of block than this are read anew each time. */
  private static final int KNOWN = 8;

  private static final int ABSENT = -1;

  /**
   * What a block says.
   *
   * @param http the status of HTTP; −1 when it does not say
   * @param grpc the status of gRPC; −1 when it does not say
   */
  record Said(int http, int grpc) {}

  private record Known(byte[] block, Said said) {
    boolean is(byte[] bytes, int from, int until) {
      return Arrays.equals(bytes, from, until, block, 0, block.length);
    }
  }

  private final Known[] known = new Known[KNOWN];
  private int count;
  private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);

  HeaderBlocks() throws Http2Exception {
    decoder.configuration().maxHeaderTableSize(0);
  }

  Said read(byte[] bytes, int from, int until) throws BadPeer {
    for (int i = 0; i < count; i++) {
      if (known[i].is(bytes, from, until)) {
        return known[i].said();
      }
    }
    Said said = decode(Unpooled.wrappedBuffer(bytes, from, until - from));
    if (count < KNOWN && said.grpc <= 0) {
      known[count++] = new Known(Arrays.copyOfRange(bytes, from, until), said);
    }
    return said;
  }

  private Said decode(ByteBuf block) throws BadPeer {
    try {
      Http2Headers headers = decoder.decodeHeaders(1, block);
      CharSequence http = headers.status();
      CharSequence grpc = headers.get("grpc-status");
      return new Said(
          http == null ? ABSENT : status(http),
          grpc == null ? ABSENT : GrpcStatus.parse(grpc).ordinal());
    } catch (Http2Exception unreadable) {
      throw new BadPeer("found headers that cannot be read: " + unreadable.getMessage());
    }
  }

  private static int status(CharSequence text) throws BadPeer {
    if (text.length() != 3 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new BadPeer("found status \"" + text + "\", expected three digits");
    }
    return Integer.parseInt(text, 0, 3, 10);
  }
}
