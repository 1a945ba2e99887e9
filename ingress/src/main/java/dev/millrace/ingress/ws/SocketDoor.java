package dev.millrace.ingress.ws;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.security.Action;
import dev.millrace.domain.security.Principal;
import dev.millrace.domain.security.Tickets;
import dev.millrace.domain.snapshot.RequestLimits;
import dev.millrace.ingress.call.Line;
import dev.millrace.ingress.call.TaskFactory;
import dev.millrace.ingress.http.Dialect;
import dev.millrace.ingress.http.Exchange;
import dev.millrace.ingress.http.Loop;
import dev.millrace.ingress.http.Route;
import dev.millrace.ingress.json.JsonText;
import io.netty.channel.ChannelHandler;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Keeps the sockets of one loop: pings, slow readers, the drain; and gives out tickets. */
public final class SocketDoor {

  public static final String PATH = "/v1/ws";
  public static final String PROTOCOL = "millrace.v1";

  private final Line line;
  private final Loop loop;
  private final TaskFactory factory;
  private final Tickets tickets;
  private final long pingNanos;
  private final Set<Socket> sockets = new HashSet<>();
  private final Flushes flushes;
  private final JsonText json = new JsonText(512);
  private boolean draining;

  /**
   * @param pingMillis between pings; dead after two without an answer
   */
  public SocketDoor(Line line, Loop loop, TaskFactory factory, Tickets tickets, long pingMillis) {
    this.pingNanos = pingMillis * 1_000_000;
    this.line = line;
    this.loop = loop;
    this.factory = factory;
    this.tickets = tickets;
    this.flushes = new Flushes(loop::afterThis);
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

  /** A socket for somebody who may have one: the handler that its channel is to have. */
  ChannelHandler opened(Principal principal) {
    Socket socket = new Socket(this, principal);
    sockets.add(socket);
    return socket.link();
  }

  boolean isDraining() {
    return draining;
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
      socket.close(CloseStatus.SERVICE_RESTART, "draining; resume each task after its last seq");
    }
  }

  public int open() {
    return sockets.size();
  }

  Line line() {
    return line;
  }

  Flushes flushes() {
    return flushes;
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
