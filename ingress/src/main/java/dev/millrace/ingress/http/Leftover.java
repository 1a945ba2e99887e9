package dev.millrace.ingress.http;

import dev.millrace.ingress.http.PendingBodies.Arrival;
import dev.millrace.ingress.net.Channels;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;

/**
 * The rest of a body that was answered before it was whole. It is thrown away as it comes: a client
 * that is cut off while it sends may never read its answer. Who goes on too long is cut off all the
 * same.
 */
final class Leftover extends Arrival {

  static final long LONGEST_MILLIS = 2_000;

  private final HttpServerRequest request;
  private final PendingBodies leftovers;
  private final boolean hangUp;

  private Leftover(HttpServerRequest request, PendingBodies leftovers, boolean hangUp) {
    this.request = request;
    this.leftovers = leftovers;
    this.hangUp = hangUp;
  }

  /**
   * To be called once the answer was given.
   *
   * @param hangUp whether the connection serves nothing after this
   */
  static void discard(HttpServerRequest request, PendingBodies leftovers, boolean hangUp) {
    Leftover leftover = new Leftover(request, leftovers, hangUp);
    leftovers.began(leftover);
    request.handler(_ -> {});
    request.endHandler(_ -> leftover.end());
    request.exceptionHandler(_ -> leftovers.done(leftover));
  }

  /** Whether a body follows the head. */
  static boolean isExpected(HttpServerRequest request) {
    String length = request.getHeader("content-length");
    if (length != null) {
      return !length.equals("0");
    }
    if (request.version() == HttpVersion.HTTP_2) {
      return request.method() != HttpMethod.GET && request.method() != HttpMethod.HEAD;
    }
    return request.getHeader("transfer-encoding") != null;
  }

  private void end() {
    leftovers.done(this);
    if (hangUp && request.version() != HttpVersion.HTTP_2) {
      request.connection().close();
    }
  }

  @Override
  protected void late(long limitMillis) {
    if (request.version() == HttpVersion.HTTP_2) {
      // The answer stands; the rest is not wanted (RFC 9113, 8.1).
      request.response().reset(0);
    } else {
      Channels.cut(request.connection());
    }
  }
}
