package dev.millrace.ingress.ws;

import dev.millrace.ingress.json.Utf8;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketFrame;
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
    if (Utf8.isWellFormed(bytes)) {
      outcome.message(bytes);
    } else {
      outcome.broken(INVALID_PAYLOAD, "a text that is no UTF-8");
    }
  }
}
