package dev.millrace.server.node;

import dev.millrace.admission.KeyGate;
import dev.millrace.admission.TicketOffice;
import dev.millrace.control.config.NodeConfig;
import dev.millrace.domain.port.ModelRepository;
import dev.millrace.domain.port.ModelStatistics;
import dev.millrace.ingress.IngressPorts;
import dev.millrace.ingress.IngressServer;
import dev.millrace.ingress.call.Line;
import dev.millrace.kernel.Clock;
import dev.millrace.server.metrics.PrometheusMeters;
import java.security.SecureRandom;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** The doors with what they need of the node. */
final class NodeDoors {

  private static final int MOST_TICKETS = 16_384;

  private NodeDoors() {}

  static IngressServer open(
      NodeConfig config,
      Line line,
      KeyGate gate,
      Readiness readiness,
      PrometheusMeters meters,
      Executor background,
      String version,
      Clock clock,
      ModelStatistics statistics,
      ModelRepository repository) {
    SecureRandom secure = new SecureRandom();
    IngressPorts ports =
        new IngressPorts(
            line,
            gate,
            new TicketOffice(clock, secure, MOST_TICKETS),
            meters,
            readiness::waitingFor,
            readiness::isReady,
            version,
            meters::scrape,
            background,
            () -> seeded(secure),
            statistics,
            repository);
    return new IngressServer(ports, NodeSettings.ingress(config));
  }

  /** A fast source for one loop, unguessably seeded: ids are no secrets, but must not collide. */
  private static RandomGenerator seeded(SecureRandom secure) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(secure.nextLong());
  }
}
