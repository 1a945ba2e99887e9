package dev.millrace.ingress.http;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.security.Principal;
import dev.millrace.ingress.json.JsonText;
import dev.millrace.ingress.net.Channels;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One authorized request with its whole body, and the one answer it gets. On its event loop only.
 */
public final class Exchange {

  private static final byte[] NO_BODY = {};
  private static final long LAST_WORDS_MILLIS = 50;
  private static final long LONGEST_RETRY_AFTER_MILLIS = 8_000;

  private final HttpServerRequest request;
  private final Route route;
  private final List<String> pathValues;
  private final Principal principal;
  private final String requestId;
  private final Context loop = Vertx.currentContext();
  private byte[] body = NO_BODY;
  private boolean gone;
  private @Nullable Runnable onGone;

  Exchange(
      HttpServerRequest request,
      Route route,
      List<String> pathValues,
      Principal principal,
      String requestId) {
    this.request = request;
    this.route = route;
    this.pathValues = pathValues;
    this.principal = principal;
    this.requestId = requestId;
  }

  public Principal principal() {
    return principal;
  }

  public String requestId() {
    return requestId;
  }

  /** The bytes of the body; owned by the handler. */
  public byte[] body() {
    return body;
  }

  void body(byte[] whole) {
    this.body = whole;
  }

  /** The value of the route's n-th segment in braces. */
  public String pathValue(int n) {
    return pathValues.get(n);
  }

  /** How many segments in braces the route has. */
  public int pathValues() {
    return pathValues.size();
  }

  public @Nullable String query(String name) {
    return request.getParam(name);
  }

  public @Nullable String header(String name) {
    return request.getHeader(name);
  }

  /** The response, for streaming; plain answers go through the methods below. */
  public HttpServerResponse response() {
    return request.response();
  }

  public boolean isHttp1() {
    return request.version() != HttpVersion.HTTP_2;
  }

  /** Whether the answer was begun, or can no longer be given. */
  public boolean isAnswered() {
    return gone || request.response().headWritten() || request.response().ended();
  }

  public void answer(int status, String contentType, String text) {
    answer(status, contentType, Buffer.buffer(text));
  }

  public void answer(int status, String contentType, Buffer bytes) {
    if (isAnswered()) {
      return;
    }
    HttpServerResponse response = request.response();
    response.setStatusCode(status);
    response.putHeader("content-type", contentType);
    response.putHeader("x-request-id", requestId);
    response.end(bytes);
  }

  public void json(int status, JsonText json) {
    answer(status, "application/json", Buffer.buffer(json.toUtf8()));
  }

  public void empty(int status) {
    if (!isAnswered()) {
      request.response().setStatusCode(status).putHeader("x-request-id", requestId).end();
    }
  }

  /** The error, as the route's dialect says it, with what WIRE.md asks of its headers. */
  public void problem(Problem problem) {
    problem(problem, route.dialect().status(problem));
  }

  void problem(Problem problem, int status) {
    if (isAnswered()) {
      return;
    }
    JsonText json = new JsonText();
    route.dialect().render(problem, status, requestId, json);
    retryHeaders(problem);
    answer(status, route.dialect().contentType(), Buffer.buffer(json.toUtf8()));
  }

  private void retryHeaders(Problem problem) {
    HttpServerResponse response = request.response();
    if (problem.code() == ErrorCode.UNAUTHENTICATED) {
      response.putHeader("www-authenticate", "Bearer");
    }
    switch (problem.code().retry()) {
      case SOON, LATER -> {
        long millis = Math.clamp(problem.retryAfterMillis(), 50, LONGEST_RETRY_AFTER_MILLIS);
        response.putHeader("retry-after", Long.toString(Math.ceilDiv(millis, 1_000)));
        response.putHeader("retry-after-ms", Long.toString(millis));
        response.putHeader("x-should-retry", "true");
      }
      case NEVER -> response.putHeader("x-should-retry", "false");
    }
  }

  /** Ends the connection (HTTP/1) or the stream (HTTP/2) so that no client takes it for success. */
  public void abort() {
    if (isHttp1()) {
      request.connection().close();
    } else {
      // A reset that arrives in one read with the last words makes some clients forget the words.
      loop.owner().setTimer(LAST_WORDS_MILLIS, _ -> request.response().reset(2));
    }
  }

  /** As {@link #abort}, for a client that takes nothing any more: what was written is given up. */
  public void cut() {
    if (isHttp1()) {
      Channels.cut(request.connection());
    } else {
      request.response().reset(2);
    }
  }

  /** What to do when the client goes before the answer ended. */
  public void onGone(Runnable action) {
    if (gone) {
      action.run();
    } else {
      onGone = action;
    }
  }

  void clientGone() {
    if (!gone) {
      gone = true;
      if (onGone != null) {
        onGone.run();
      }
    }
  }

  /** Runs the action on this exchange's loop. Any thread. */
  public void onLoop(Runnable action) {
    loop.runOnContext(_ -> action.run());
  }

  public boolean isGone() {
    return gone;
  }
}
