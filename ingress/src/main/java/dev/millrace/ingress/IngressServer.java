package dev.millrace.ingress;

import dev.millrace.domain.security.Action;
import dev.millrace.ingress.IngressSettings.Connections;
import dev.millrace.ingress.IngressSettings.TransportKind;
import dev.millrace.ingress.http.Route;
import dev.millrace.ingress.net.GuardedTransport;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.transport.Transport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All doors of a node: starts them, says where they stand, drains and closes them. */
public final class IngressServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(IngressServer.class);
  private static final int START_SECONDS = 10;
  private static final int HEAD_MILLIS = 10_000;

  static {
    // WebSockets are ours. Told so, Vert.x looks for none, and leaves unknown versions of HTTP to
    // us.
    System.setProperty("vertx.disableWebsockets", "true");
  }

  private final IngressPorts ports;
  private final IngressSettings settings;
  private final GuardedTransport transport;
  private final Vertx vertx;
  private final List<LoopDoors> doors = new ArrayList<>();
  private final OperatorDoors operator;

  public IngressServer(IngressPorts ports, IngressSettings settings) {
    this.ports = ports;
    this.settings = settings;
    this.transport =
        new GuardedTransport(transport(settings.transport()), ports.line().clock(), HEAD_MILLIS);
    this.vertx =
        Vertx.builder()
            .with(
                new VertxOptions()
                    .setEventLoopPoolSize(settings.eventLoops())
                    .setWorkerPoolSize(1)
                    .setInternalBlockingPoolSize(1)
                    .setBlockedThreadCheckInterval(5_000))
            .withTransport(transport)
            .build();
    vertx.setPeriodic(1_000, _ -> transport.sweep());
    this.operator =
        new OperatorDoors(ports, options(settings.operatorHost(), settings.operatorPort()));
    ports
        .meters()
        .gauge(
            "millrace_sockets_open",
            "Open WebSocket sessions.",
            () -> doors.stream().mapToInt(LoopDoors::openSockets).sum());
    ports
        .meters()
        .gauge("millrace_connections_open", "Open connections of users.", transport::open);
  }

  /** Whether this machine has the transport. */
  public static boolean offers(TransportKind kind) {
    return transportOf(kind).available();
  }

  private static Transport transportOf(TransportKind kind) {
    return switch (kind) {
      case IO_URING -> Transport.IO_URING;
      case EPOLL -> Transport.EPOLL;
      case NIO -> Transport.NIO;
    };
  }

  private static Transport transport(TransportKind wanted) {
    for (TransportKind kind : TransportKind.values()) {
      if (kind.compareTo(wanted) >= 0) {
        Transport transport = transportOf(kind);
        if (transport.available()) {
          if (kind != wanted) {
            LOG.info("transport {} is not to be had here, taking {}", wanted, kind);
          }
          return transport;
        }
      }
    }
    return Transport.NIO;
  }

  private HttpServerOptions options(String host, int port) {
    HttpServerOptions options = new HttpServerOptions();
    options.setHost(host).setPort(port).setTcpNoDelay(true).setReuseAddress(true);
    options
        .setAcceptBacklog(4_096)
        .setIdleTimeout(Math.toIntExact(Math.ceilDiv(settings.connections().idleMillis(), 1_000L)));
    options
        .setMaxHeaderSize(GuardedTransport.LONGEST_HEAD)
        .setMaxInitialLineLength(GuardedTransport.LONGEST_LINE);
    options
        .setHttp2RstFloodMaxRstFramePerWindow(settings.connections().resets())
        .setHttp2RstFloodWindowDuration(Connections.RESET_SECONDS)
        .setHttp2RstFloodWindowDurationTimeUnit(TimeUnit.SECONDS);
    options.getInitialSettings().setMaxHeaderListSize(GuardedTransport.LONGEST_HEAD);
    return options;
  }

  /**
   * Listens on both ports.
   *
   * @throws IOException when a port cannot be had, with the port and the reason
   */
  public void start() throws IOException {
    for (int i = 0; i < settings.eventLoops(); i++) {
      LoopDoors loop =
          new LoopDoors(
              ports, options(settings.host(), settings.port()), settings, transport.upgrades());
      doors.add(loop);
      await(vertx.deployVerticle(loop, new DeploymentOptions()), settings.port());
    }
    transport.limit(port(), settings.connections().most());
    await(vertx.deployVerticle(operator, new DeploymentOptions()), settings.operatorPort());
  }

  private static void await(Future<String> deployed, int port) throws IOException {
    try {
      deployed.toCompletionStage().toCompletableFuture().get(START_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException failed) {
      throw new IOException("port " + port + ": " + failed.getCause(), failed);
    } catch (TimeoutException late) {
      throw new IOException("port " + port + ": not listening after " + START_SECONDS + " s", late);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while starting", interrupted);
    }
  }

  public int port() {
    return doors.getFirst().port();
  }

  List<Route> routes() {
    return doors.getFirst().routes();
  }

  Map<String, Action> grpcMethods() {
    return doors.getFirst().grpcMethods();
  }

  List<Route> operatorRoutes() {
    return operator.routes();
  }

  public int operatorPort() {
    return operator.port();
  }

  /** Sends WebSocket clients elsewhere and lets nobody new in there; HTTP goes on until closed. */
  public void drain() {
    doors.forEach(LoopDoors::drain);
  }

  @Override
  public void close() {
    try {
      vertx.close().toCompletionStage().toCompletableFuture().get(START_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException failed) {
      LOG.warn("the doors did not close cleanly", failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
