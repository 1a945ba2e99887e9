package dev.millrace.ingress;

import dev.millrace.ingress.health.HealthDoor;
import dev.millrace.ingress.http.Route;
import dev.millrace.ingress.http.Router;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The operator's port: metrics and, later, administration. One loop. */
final class OperatorDoors extends VerticleBase {

  private final IngressPorts ports;
  private final HttpServerOptions options;
  private @Nullable HttpServer server;
  private List<Route> routes = List.of();

  OperatorDoors(IngressPorts ports, HttpServerOptions options) {
    this.ports = ports;
    this.options = options;
  }

  @Override
  public Future<?> start() {
    List<Route> all = new ArrayList<>(new HealthDoor(ports.notReady()).routes());
    all.add(HealthDoor.metrics(ports.metrics(), ports.background()));
    routes = List.copyOf(all);
    Router router =
        new Router(
            routes,
            ports.gate(),
            ports.line().clock(),
            ports.line().snapshots().current().limits().bodyMillis(),
            ports.random().get());
    vertx.setPeriodic(1_000, _ -> router.sweep());
    HttpServer listening = vertx.createHttpServer(options).requestHandler(router::handle);
    server = listening;
    return listening.listen();
  }

  List<Route> routes() {
    return routes;
  }

  int port() {
    return server == null ? 0 : server.actualPort();
  }
}
