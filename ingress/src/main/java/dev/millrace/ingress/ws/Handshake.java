package dev.millrace.ingress.ws;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.security.Access;
import dev.millrace.domain.security.Action;
import dev.millrace.domain.security.Gate;
import dev.millrace.domain.security.Principal;
import dev.millrace.domain.security.Tickets;
import dev.millrace.ingress.http.Router;
import dev.millrace.ingress.net.Channels;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpRequest;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets clients in to {@code /v1/ws}, or tells them why not. There are two ways in and one decision:
 * a connection's first request is let in below Vert.x, which then makes nothing for it; whoever is
 * refused there, or has used the connection before, comes as any request does, in its turn. On its
 * loop.
 */
public final class Handshake {

  private final SocketDoor door;
  private final Gate gate;
  private final Tickets tickets;
  private final Set<String> origins;
  private final Router refusals;

  /** What was decided. */
  private sealed interface Decision {}

  private record Admitted(Principal principal) implements Decision {}

  private record Refused(int httpStatus, Problem problem) implements Decision {
    Refused(Problem problem) {
      this(problem.code().httpStatus(), problem);
    }
  }

  /**
   * @param origins that a browser may come from; any other {@code Origin} is refused
   * @param refusals says no, in the dialect of our own doors
   */
  public Handshake(
      SocketDoor door, Gate gate, Tickets tickets, Set<String> origins, Router refusals) {
    this.door = door;
    this.gate = gate;
    this.tickets = tickets;
    this.origins = origins;
    this.refusals = refusals;
  }

  /** Takes the connection if its first request is to be let in. */
  public boolean takes(Channel channel, HttpRequest request) {
    String uri = request.uri();
    int mark = uri.indexOf('?');
    if (request.decoderResult().isFailure()
        || !SocketDoor.PATH.equals(mark < 0 ? uri : uri.substring(0, mark))) {
      return false;
    }
    Opening opening =
        new Opening(
            request.method().name(),
            request.protocolVersion().equals(io.netty.handler.codec.http.HttpVersion.HTTP_1_1),
            mark < 0 ? null : uri.substring(mark + 1),
            request.headers()::getAll);
    if (decide(opening) instanceof Admitted(var principal)) {
      Channels.takeOver(channel, door.opened(principal), opening.answer());
      return true;
    }
    return false;
  }

  /** Whether a request that came the usual way is for this door. */
  public boolean isFor(HttpServerRequest request) {
    return request.version() != null && SocketDoor.PATH.equals(request.path());
  }

  /** Lets a request in that came the usual way, or refuses it. */
  public void handle(HttpServerRequest request) {
    Opening opening =
        new Opening(
            request.method().name(),
            request.version() == HttpVersion.HTTP_1_1,
            request.query(),
            request.headers()::getAll);
    switch (decide(opening)) {
      // Not before the request has ended: Vert.x is still busy with its head.
      case Admitted(var principal) ->
          request.endHandler(_ -> takeOver(request.connection(), opening, principal));
      case Refused(int status, var problem) -> {
        if (status == Opening.METHOD_NOT_ALLOWED) {
          request.response().putHeader("allow", "GET");
        } else if (status == Opening.UPGRADE_REQUIRED && request.version() != HttpVersion.HTTP_2) {
          request.response().putHeader("upgrade", "websocket");
          request.response().putHeader("sec-websocket-version", Opening.VERSION);
        }
        refusals.refuse(request, problem, status);
      }
    }
  }

  private void takeOver(HttpConnection connection, Opening opening, Principal principal) {
    Channel channel = Channels.open(connection);
    if (channel != null) {
      Channels.takeOver(channel, door.opened(principal), opening.answer());
    }
  }

  private Decision decide(Opening opening) {
    Opening.Fault fault = opening.fault();
    if (fault != null) {
      return new Refused(fault.httpStatus(), fault.problem());
    }
    String origin = opening.header("origin");
    if (!opening.headers().all("origin").isEmpty()
        && (origin == null || !origins.contains(origin))) {
      return new Refused(Problem.of(ErrorCode.FORBIDDEN, "this origin may not open a socket"));
    }
    if (door.isDraining()) {
      return new Refused(Problem.retryAfter(ErrorCode.DRAINING, "the node goes down", 1_000));
    }
    return recognise(opening);
  }

  private Decision recognise(Opening opening) {
    String ticket = ticketOf(opening.query());
    if (ticket != null) {
      Principal bearer = tickets.redeem(ticket);
      return bearer != null
          ? new Admitted(bearer)
          : new Refused(Problem.of(ErrorCode.UNAUTHENTICATED, "this ticket is none, or was used"));
    }
    String credential = Router.bearer(opening.header("authorization"));
    return switch (gate.check(credential, Action.OPEN_SOCKET)) {
      case Access.Granted(var principal) -> new Admitted(principal);
      case Access.Denied(var problem) -> new Refused(problem);
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
}
