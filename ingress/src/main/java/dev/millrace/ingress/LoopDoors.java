package dev.millrace.ingress;

import dev.millrace.domain.security.Action;
import dev.millrace.domain.task.TaskIds;
import dev.millrace.ingress.call.TaskFactory;
import dev.millrace.ingress.grpc.GrpcDoor;
import dev.millrace.ingress.health.HealthDoor;
import dev.millrace.ingress.http.Loop;
import dev.millrace.ingress.http.Route;
import dev.millrace.ingress.http.Router;
import dev.millrace.ingress.net.Upgrades;
import dev.millrace.ingress.openai.OpenAiDoor;
import dev.millrace.ingress.openapi.OpenApiDoor;
import dev.millrace.ingress.tasks.TasksDoor;
import dev.millrace.ingress.v2.Catalog;
import dev.millrace.ingress.v2.V2Door;
import dev.millrace.ingress.ws.Handshake;
import dev.millrace.ingress.ws.SocketDoor;
import dev.millrace.kernel.Clock;
import io.netty.channel.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One event loop with all the users' doors. */
final class LoopDoors extends VerticleBase {

  private final IngressPorts ports;
  private final HttpServerOptions options;
  private final IngressSettings settings;
  private final Upgrades upgrades;
  private @Nullable HttpServer server;
  private @Nullable SocketDoor sockets;
  private @Nullable GrpcDoor grpc;
  private List<Route> routes = List.of();

  LoopDoors(
      IngressPorts ports, HttpServerOptions options, IngressSettings settings, Upgrades upgrades) {
    this.ports = ports;
    this.options = options;
    this.settings = settings;
    this.upgrades = upgrades;
  }

  @Override
  public Future<?> start() {
    Clock clock = ports.line().clock();
    RandomGenerator random = ports.random().get();
    Loop loop = new Loop(context);
    TaskFactory factory =
        new TaskFactory(
            ports.line(),
            new TaskIds(clock, random, 0),
            settings.taskDurability(),
            settings.callDurability());
    SocketDoor socketDoor =
        new SocketDoor(
            ports.line(), loop, factory, ports.tickets(), settings.connections().pingMillis());
    sockets = socketDoor;
    OpenAiDoor openAi =
        new OpenAiDoor(
            ports.line(), loop, factory, this::after, settings.connections().keepAliveMillis());
    Catalog catalog =
        new Catalog(
            ports.line().snapshots(),
            ports.notReady(),
            ports.modelReady(),
            ports.version(),
            ports.statistics(),
            ports.repository());
    GrpcDoor grpcDoor =
        new GrpcDoor(ports.line(), loop, ports.gate(), factory, catalog, ports.background());
    grpc = grpcDoor;
    V2Door v2 = new V2Door(ports.line(), loop, factory, catalog, ports.background());
    routes = List.copyOf(routes(loop, factory, socketDoor, openAi, v2));
    Router router =
        new Router(
            routes,
            ports.gate(),
            clock,
            ports.line().snapshots().current().limits().bodyMillis(),
            random);
    Handshake handshake =
        new Handshake(socketDoor, ports.gate(), ports.tickets(), settings.origins(), router);
    vertx.setPeriodic(
        1_000,
        _ -> {
          router.sweep();
          socketDoor.sweep();
          openAi.sweep();
          v2.sweep();
          grpcDoor.sweep();
        });
    HttpServer listening =
        vertx
            .createHttpServer(options)
            .requestHandler(
                request -> {
                  if (handshake.isFor(request)) {
                    handshake.handle(request);
                  } else if (GrpcDoor.takes(request)) {
                    grpcDoor.handle(request);
                  } else {
                    router.handle(request);
                  }
                });
    server = listening;
    EventLoop eventLoop = ((ContextInternal) context).nettyEventLoop();
    return listening
        .listen()
        .onSuccess(open -> upgrades.serve(open.actualPort(), eventLoop, handshake::takes));
  }

  private List<Route> routes(
      Loop loop, TaskFactory factory, SocketDoor socketDoor, OpenAiDoor openAi, V2Door v2) {
    List<Route> all = new ArrayList<>();
    all.addAll(new HealthDoor(ports.notReady()).routes());
    all.addAll(
        new TasksDoor(
                ports.line(),
                loop,
                factory,
                this::after,
                ports.background(),
                settings.connections().keepAliveMillis())
            .routes());
    all.addAll(socketDoor.routes());
    all.addAll(openAi.routes());
    all.addAll(v2.routes());
    all.addAll(new OpenApiDoor(this::routes, ports.line().snapshots(), ports.version()).routes());
    return all;
  }

  private void after(long millis, Runnable action) {
    vertx.setTimer(millis, _ -> action.run());
  }

  /** Every route of this port but the WebSocket, which is no route. */
  List<Route> routes() {
    return routes;
  }

  /** Every method of gRPC on this port, with its action. */
  Map<String, Action> grpcMethods() {
    return grpc == null ? Map.of() : grpc.methods();
  }

  int port() {
    return server == null ? 0 : server.actualPort();
  }

  int openSockets() {
    return sockets == null ? 0 : sockets.open();
  }

  void drain() {
    context.runOnContext(
        _ -> {
          if (sockets != null) {
            sockets.drain();
          }
        });
  }
}
