package dev.millrace.ingress;

import dev.millrace.domain.port.ModelRepository;
import dev.millrace.domain.port.ModelStatistics;
import dev.millrace.domain.security.Gate;
import dev.millrace.domain.security.Tickets;
import dev.millrace.ingress.call.Line;
import dev.millrace.kernel.metrics.Meters;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * What the doors need of the node.
 *
 * @param notReady why the node is not ready, one sentence a reason; empty when it is
 * @param modelReady whether the model of this name answers now
 * @param version of the product, as shown to clients
 * @param metrics the text that is scraped
 * @param background runs what waits: virtual threads
 * @param random makes one source of randomness a loop
 * @param statistics of every model
 * @param repository takes models out of service and puts them back
 */
public record IngressPorts(
    Line line,
    Gate gate,
    Tickets tickets,
    Meters meters,
    Supplier<List<String>> notReady,
    Predicate<String> modelReady,
    String version,
    Supplier<String> metrics,
    Executor background,
    Supplier<RandomGenerator> random,
    ModelStatistics statistics,
    ModelRepository repository) {}
