package dev.millrace.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import org.jspecify.annotations.Nullable;

/**
 * The head of every call of a connection. All are the same, so the first one fills the peer's table
 * of headers and each later one is a handful of bytes, as with any client of gRPC.
 */
final class GrpcHeads {

  private final byte[] first;
  private final byte[] later;
  private boolean begun;

  /**
   * @param tableSize that the peer keeps at most
   */
  GrpcHeads(String path, String authority, @Nullable String key, long tableSize)
      throws Http2Exception {
    Http2Headers headers =
        new DefaultHttp2Headers(false)
            .method("POST")
            .scheme("http")
            .path(path)
            .authority(authority)
            .add("content-type", "application/grpc")
            .add("te", "trailers")
            .add("user-agent", "millrace-bench");
    if (key != null) {
      headers.add("authorization", "Bearer " + key);
    }
    DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder();
    // More than this is of no use for one head.
    encoder.configuration().maxHeaderTableSize(Math.min(tableSize, 4_096));
    first = encode(encoder, headers);
    later = encode(encoder, headers);
  }

  private static byte[] encode(DefaultHttp2HeadersEncoder encoder, Http2Headers headers)
      throws Http2Exception {
    ByteBuf block = Unpooled.buffer(256);
    encoder.encodeHeaders(1, headers, block);
    return ByteBufUtil.getBytes(block);
  }

  /** The block of the next call's head. */
  byte[] next() {
    byte[] block = begun ? later : first;
    begun = true;
    return block;
  }
}
