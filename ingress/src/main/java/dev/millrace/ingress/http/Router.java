package dev.millrace.ingress.http;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.security.Access;
import dev.millrace.domain.security.Action;
import dev.millrace.domain.security.Gate;
import dev.millrace.domain.security.Principal;
import dev.millrace.domain.task.TaskClass;
import dev.millrace.ingress.net.Channels;
import dev.millrace.kernel.Clock;
import io.vertx.core.VertxException;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a request to its route: finds it, asks the gate, gathers the body, calls the handler. The
 * gate is asked before a byte of the body is kept, and nothing is reachable around it.
 */
public final class Router {

  private static final Logger LOG = LoggerFactory.getLogger(Router.class);
  private static final int REQUEST_ID_LENGTH = 64;
  private static final int METHOD_NOT_ALLOWED = 405;
  private static final int VERSION_NOT_SUPPORTED = 505;
  private static final Principal NOBODY = new Principal(0, "", false, TaskClass.SHEDDABLE);

  private final PathTree paths;
  private final Gate gate;
  private final PendingBodies bodies;
  private final PendingBodies leftovers;
  private final RandomGenerator random;

  /**
   * @param bodyMillis in which a body must have arrived
   * @param random names requests that bring no id; need not be unguessable
   */
  public Router(
      List<Route> routes, Gate gate, Clock clock, long bodyMillis, RandomGenerator random) {
    this.paths = new PathTree(routes);
    this.gate = gate;
    this.bodies = new PendingBodies(clock, bodyMillis);
    this.leftovers = new PendingBodies(clock, Leftover.LONGEST_MILLIS);
    this.random = random;
  }

  /** To be called about once a second, on the loop. */
  public void sweep() {
    bodies.sweep();
    leftovers.sweep();
  }

  public void handle(HttpServerRequest request) {
    if (request.version() == null) {
      unknownVersion(request);
      return;
    }
    String path = request.path();
    PathTree.Match match = path == null ? null : paths.find(path);
    Route route = match == null ? null : match.byMethod().get(request.method().name());
    if (match == null || route == null) {
      noRoute(request, match);
      return;
    }
    String requestId = requestId(request);
    switch (gate.check(credential(request), route.action())) {
      case Access.Denied(var problem) ->
          refuse(request, new Exchange(request, route, match.values(), NOBODY, requestId), problem);
      case Access.Granted(var principal) ->
          serve(request, new Exchange(request, route, match.values(), principal, requestId), route);
    }
  }

  private void serve(HttpServerRequest request, Exchange exchange, Route route) {
    String coding = request.getHeader("content-encoding");
    if (coding != null && route.bodyLimit() > 0 && !takes(route, coding)) {
      refuse(
          request,
          exchange,
          Problem.invalid(
              "content-encoding",
              coding,
              route.takesCompressed() ? "gzip, deflate or none" : "none: send it plain"));
      return;
    }
    BodyReader body =
        new BodyReader(
            request,
            route.bodyLimit(),
            bodies,
            leftovers,
            whole -> {
              exchange.body(whole);
              handle(exchange, route, coding);
            },
            exchange::problem);
    request.response().closeHandler(_ -> gone(exchange, body));
    request.response().exceptionHandler(failure -> failed(request, exchange, body, failure));
    request.exceptionHandler(failure -> failed(request, exchange, body, failure));
    body.read();
  }

  /** The client is gone, or what it sends is not to be read; Vert.x hangs up after this. */
  private static void failed(
      HttpServerRequest request, Exchange exchange, BodyReader body, Throwable failure) {
    boolean unreadable = !(failure instanceof IOException || failure instanceof VertxException);
    if (unreadable && body.isAwaited() && exchange.isHttp1()) {
      exchange.response().putHeader("connection", "close");
      exchange.problem(Problem.invalid("body", "bytes out of form", "chunks as in RFC 9112"));
      Channels.flush(request.connection());
    }
    gone(exchange, body);
  }

  private static boolean takes(Route route, String coding) {
    return route.takesCompressed() && Inflation.knows(coding);
  }

  private static void gone(Exchange exchange, BodyReader body) {
    body.abandoned();
    if (!exchange.response().ended()) {
      exchange.clientGone();
    }
  }

  private static void handle(Exchange exchange, Route route, @Nullable String coding) {
    try {
      if (coding != null && route.bodyLimit() > 0) {
        exchange.body(Inflation.inflate(exchange.body(), coding, route.bodyLimit()));
      }
      route.handler().accept(exchange);
    } catch (ProblemException refused) {
      exchange.problem(refused.problem());
    } catch (RuntimeException defect) {
      LOG.error("request {} failed on {}", exchange.requestId(), route.template(), defect);
      exchange.problem(
          Problem.of(ErrorCode.INTERNAL, "internal error; request " + exchange.requestId()));
    }
  }

  /** Answers before the body was read. */
  private void refuse(HttpServerRequest request, Exchange exchange, Problem problem) {
    exchange.problem(problem);
    discardBody(request);
  }

  private void discardBody(HttpServerRequest request) {
    if (Leftover.isExpected(request)) {
      Leftover.discard(request, leftovers, false);
    }
  }

  private void noRoute(HttpServerRequest request, PathTree.@Nullable Match match) {
    Dialect dialect =
        match == null ? Dialect.MILLRACE : match.byMethod().values().iterator().next().dialect();
    Route nowhere = Route.get("/", Action.HEALTH, dialect, _ -> {});
    Exchange exchange = new Exchange(request, nowhere, List.of(), NOBODY, requestId(request));
    if (match == null) {
      exchange.problem(Problem.of(ErrorCode.NOT_FOUND, "no such path"));
    } else {
      String allowed = String.join(", ", match.byMethod().keySet());
      request.response().putHeader("allow", allowed);
      exchange.problem(
          Problem.of(
              ErrorCode.UNSUPPORTED,
              request.method() + " is not served here (expected: " + allowed + ")"),
          METHOD_NOT_ALLOWED);
    }
    discardBody(request);
  }

  /** Answers a request that asks for what is no route, in the dialect of our own doors. */
  public void refuse(HttpServerRequest request, Problem problem, int status) {
    Route nowhere = Route.get("/", Action.HEALTH, Dialect.MILLRACE, _ -> {});
    new Exchange(request, nowhere, List.of(), NOBODY, requestId(request)).problem(problem, status);
    discardBody(request);
  }

  private void unknownVersion(HttpServerRequest request) {
    Route nowhere = Route.get("/", Action.HEALTH, Dialect.MILLRACE, _ -> {});
    Exchange exchange = new Exchange(request, nowhere, List.of(), NOBODY, requestId(request));
    request.response().putHeader("connection", "close");
    exchange.problem(
        Problem.of(ErrorCode.UNSUPPORTED, "this version of HTTP (expected: 1.1 or 2)"),
        VERSION_NOT_SUPPORTED);
    exchange.abort();
  }

  /** The caller's own id when it is one that may stand in a log, else a new one. */
  private String requestId(HttpServerRequest request) {
    String given = request.getHeader("x-request-id");
    if (given != null && given.length() <= REQUEST_ID_LENGTH && isPlain(given)) {
      return given;
    }
    return "req_" + Long.toUnsignedString(random.nextLong(), 36);
  }

  private static boolean isPlain(String id) {
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      boolean plain =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '-'
              || c == '_';
      if (!plain) {
        return false;
      }
    }
    return !id.isEmpty();
  }

  private static @Nullable String credential(HttpServerRequest request) {
    return bearer(request.getHeader("authorization"));
  }

  /** The token of an {@code Authorization: Bearer} header, or null. */
  public static @Nullable String bearer(@Nullable String header) {
    if (header == null || !header.regionMatches(true, 0, "Bearer ", 0, 7)) {
      return null;
    }
    return header.substring(7).strip();
  }
}
