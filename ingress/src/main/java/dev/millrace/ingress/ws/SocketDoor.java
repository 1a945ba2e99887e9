package dev.millrace.ingress.ws;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.security.Access;
import dev.millrace.domain.security.Action;
import dev.millrace.domain.security.Gate;
import dev.millrace.domain.security.Principal;
import dev.millrace.domain.security.Tickets;
import dev.millrace.domain.snapshot.RequestLimits;
import dev.millrace.ingress.call.Line;
import dev.millrace.ingress.call.TaskFactory;
import dev.millrace.ingress.http.Dialect;
import dev.millrace.ingress.http.Exchange;
import dev.millrace.ingress.http.Loop;
import dev.millrace.ingress.http.Route;
import dev.millrace.ingress.http.Router;
import dev.millrace.ingress.json.JsonText;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.ServerWebSocketHandshake;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets clients in to {@code /v1/ws} and keeps the sockets of one loop: pings, slow readers, the
 * drain.
 */
public final class SocketDoor {

  public static final String PATH = "/v1/ws";
  public static final String PROTOCOL = "millrace.v1";
  static final Buffer NOTHING = Buffer.buffer();
  private static final short SERVICE_RESTART = 1_012;
  static final short TOO_BIG = 1_009;

  private final Line line;
  private final Loop loop;
  private final TaskFactory factory;
  private final Gate gate;
  private final Tickets tickets;
  private final Set<String> origins;
  private final long pingNanos;
  private final Set<Socket> sockets = new HashSet<>();
  private final JsonText json = new JsonText(512);
  private boolean draining;

  /**
   * @param pingMillis between pings; dead after two without an answer
   * @param origins that a browser may come from; any other {@code Origin} is refused
   */
  public SocketDoor(
      Line line,
      Loop loop,
      TaskFactory factory,
      Gate gate,
      Tickets tickets,
      Set<String> origins,
      long pingMillis) {
    this.pingNanos = pingMillis * 1_000_000;
    this.line = line;
    this.loop = loop;
    this.factory = factory;
    this.gate = gate;
    this.tickets = tickets;
    this.origins = origins;
  }

  public List<Route> routes() {
    return List.of(
        Route.post("/v1/ws/ticket", Action.OPEN_SOCKET, Dialect.MILLRACE, 1_024, this::ticket));
  }

  private void ticket(Exchange exchange) {
    String ticket = tickets.issue(exchange.principal());
    if (ticket == null) {
      exchange.problem(
          Problem.retryAfter(ErrorCode.OVERLOADED, "too many unused tickets are out", 1_000));
      return;
    }
    JsonText answer = new JsonText();
    answer.beginObject().field("ticket", ticket).field("expires_in_s", 30).endObject();
    exchange.response().putHeader("cache-control", "no-store");
    exchange.json(200, answer);
  }

  /** Decides on an upgrade: the path, the origin, the key or ticket. */
  public void handshake(ServerWebSocketHandshake handshake) {
    String origin = handshake.headers().get("origin");
    if (!PATH.equals(handshake.path())) {
      handshake.reject(404);
    } else if (origin != null && !origins.contains(origin)) {
      handshake.reject(403);
    } else if (draining) {
      handshake.reject(503);
    } else {
      Principal principal = recognise(handshake);
      if (principal == null) {
        handshake.reject(401);
      } else {
        handshake.accept().onSuccess(socket -> opened(socket, principal));
      }
    }
  }

  private @Nullable Principal recognise(ServerWebSocketHandshake handshake) {
    String ticket = ticketOf(handshake.query());
    if (ticket != null) {
      return tickets.redeem(ticket);
    }
    String credential = Router.bearer(handshake.headers().get("authorization"));
    return switch (gate.check(credential, Action.OPEN_SOCKET)) {
      case Access.Granted(var principal) -> principal;
      case Access.Denied(Problem _) -> null;
    };
  }

  private static @Nullable String ticketOf(@Nullable String query) {
    if (query == null) {
      return null;
    }
    for (String pair : query.split("&", 8)) {
      if (pair.startsWith("ticket=")) {
        try {
          return URLDecoder.decode(pair.substring(7), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
          return "";
        }
      }
    }
    return null;
  }

  private void opened(ServerWebSocket accepted, Principal principal) {
    Socket socket = new Socket(accepted, this, principal, nanoTime());
    sockets.add(socket);
    socket.start();
  }

  void gone(Socket socket) {
    sockets.remove(socket);
  }

  /** To be called every few seconds, on the loop. */
  public void sweep() {
    long now = nanoTime();
    for (Socket socket : List.copyOf(sockets)) {
      socket.sweep(now);
    }
  }

  /** Sends everybody elsewhere: closes with 1012; tasks go on, to be resumed by number. */
  public void drain() {
    draining = true;
    for (Socket socket : List.copyOf(sockets)) {
      socket.close(SERVICE_RESTART, "draining; resume each task after its last seq");
    }
  }

  public int open() {
    return sockets.size();
  }

  Line line() {
    return line;
  }

  Loop loop() {
    return loop;
  }

  TaskFactory factory() {
    return factory;
  }

  RequestLimits limits() {
    return line.snapshots().current().limits();
  }

  long pingNanos() {
    return pingNanos;
  }

  /** Two pings and the time for an answer. */
  long deadNanos() {
    return pingNanos * 12 / 5;
  }

  long nanoTime() {
    return line.clock().nanoTime();
  }

  /** An empty text to write the next frame in; one loop, one frame at a time. */
  JsonText json() {
    return json.clear();
  }
}
