package dev.millrace.ingress.ws;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketFrame;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Puts one socket's text messages together from their frames, within a limit, and knows a message
 * that is no UTF-8 (RFC 6455, 8.1). On the socket's loop.
 */
final class MessageGatherer {

  /** What becomes of a frame. */
  interface Outcome {

    void message(byte[] utf8);

    /** The socket cannot go on. */
    void broken(short status, String reason);
  }

  private static final short UNSUPPORTED_DATA = 1_003;
  private static final short INVALID_PAYLOAD = 1_007;

  private final int limit;
  private final Outcome outcome;
  private @Nullable Buffer begun;

  /**
   * @param limit bytes of a message
   */
  MessageGatherer(int limit, Outcome outcome) {
    this.limit = limit;
    this.outcome = outcome;
  }

  void frame(WebSocketFrame frame) {
    if (frame.isText() || frame.isContinuation()) {
      part(frame);
    } else if (frame.isBinary()) {
      outcome.broken(UNSUPPORTED_DATA, "binary message (expected: JSON text)");
    }
  }

  private void part(WebSocketFrame frame) {
    Buffer before = begun;
    Buffer data = frame.binaryData();
    if (before == null && frame.isFinal()) {
      whole(data.getBytes());
      return;
    }
    Buffer all = before == null ? Buffer.buffer().appendBuffer(data) : before.appendBuffer(data);
    begun = frame.isFinal() ? null : all;
    if (all.length() > limit) {
      begun = null;
      outcome.broken(SocketDoor.TOO_BIG, "a message of more than " + limit + " bytes");
    } else if (frame.isFinal()) {
      whole(all.getBytes());
    }
  }

  private void whole(byte[] bytes) {
    if (isUtf8(bytes)) {
      outcome.message(bytes);
    } else {
      outcome.broken(INVALID_PAYLOAD, "a text that is no UTF-8");
    }
  }

  static boolean isUtf8(byte[] bytes) {
    for (byte each : bytes) {
      if (each < 0) {
        return decodes(bytes);
      }
    }
    return true;
  }

  private static boolean decodes(byte[] bytes) {
    try {
      // A new decoder reports what it cannot decode.
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException malformed) {
      return false;
    }
  }
}
