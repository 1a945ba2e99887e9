package dev.millrace.server.node;

import dev.millrace.admission.Admission;
import dev.millrace.admission.KeyGate;
import dev.millrace.control.config.ConfigReader;
import dev.millrace.control.config.NodeConfig;
import dev.millrace.control.registry.BundledModels;
import dev.millrace.control.registry.ModelRegistry;
import dev.millrace.control.snapshot.Reload;
import dev.millrace.control.snapshot.SnapshotBuilder;
import dev.millrace.control.snapshot.SnapshotHolder;
import dev.millrace.control.yaml.InvalidDocument;
import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.model.ModelSpec.RuntimeKind;
import dev.millrace.domain.snapshot.ServingSnapshot;
import dev.millrace.ingress.IngressServer;
import dev.millrace.ingress.call.Line;
import dev.millrace.journal.Journal;
import dev.millrace.kernel.Clock;
import dev.millrace.kernel.disk.Disk;
import dev.millrace.routing.RecentSnapshots;
import dev.millrace.routing.Router;
import dev.millrace.routing.SnapshotPlanner;
import dev.millrace.runtime.fetch.SmolLm;
import dev.millrace.runtime.ort.OrtLibrary;
import dev.millrace.scheduling.Scheduling;
import dev.millrace.server.metrics.PrometheusMeters;
import dev.millrace.server.worker.LlamaFlags;
import dev.millrace.streams.TaskStreams;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node: all stages, joined. Started and stopped by its owner's thread; what runs in between
 * runs on the threads that docs/architecture.md lists.
 *
 * <p>Start: read what is kept, begin to write, put back what lived, open the doors. Stop: let
 * nobody in, let what runs end or hand it back, close the doors, write the last record.
 */
public final class Node implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Node.class);

  // The launcher unpacks beside the jars, once for all nodes that it starts.
  private static final String UNPACKED = "millrace.unpacked";
  private static final Set<RuntimeKind> RUNNABLE = Set.of(RuntimeKind.values());

  private final NodeOptions options;
  private final NodeConfig config;
  private final Clock clock = Clock.system();
  private final PrometheusMeters meters;
  private final ExecutorService background =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("background-", 0).factory());
  private final KeyGate gate;
  private final ModelRegistry registry;
  private final SnapshotHolder snapshots;
  private final Readiness readiness;
  private final SocketFolder sockets;
  private final Pools pools;
  private final Journal journal;
  private final Scheduling scheduling;
  private final Admission admission;
  private final IngressServer ingress;

  /** How a node ends that cannot go on. */
  @FunctionalInterface
  public interface FatalHandler {
    void fatal(String what, Throwable cause);
  }

  /**
   * Starts a node; when this returns it listens, and its models load.
   *
   * @throws InvalidDocument when the configuration is refused, with all findings
   * @throws IOException when the data folder or a port cannot be had
   */
  public static Node start(NodeOptions options, String version, FatalHandler fatal)
      throws IOException {
    return new Node(options, version, fatal);
  }

  private Node(NodeOptions options, String version, FatalHandler fatal) throws IOException {
    this.options = options;
    this.config = ConfigReader.read(options.config(), options.overrides());
    this.meters = new PrometheusMeters(version);
    Path data = Files.createDirectories(Path.of(config.dataFolder()).toAbsolutePath());
    this.gate = KeyGate.open(data.resolve("keys"), options.adminKey(), new SecureRandom());
    this.journal =
        Journal.open(
            Disk.local(),
            data.resolve("journal"),
            NodeSettings.journal(config),
            clock,
            background,
            meters,
            cause -> fatal.fatal("the log failed", cause));
    this.registry = registry(data);
    this.snapshots = new SnapshotHolder(new SnapshotBuilder(registry, List.of(SmolLm.NAME)), clock);
    RecentSnapshots recent = new RecentSnapshots(snapshots);
    this.readiness = new Readiness(snapshots, clock);
    this.pools = new Pools(clock, fatal::fatal, readiness);
    TaskStreams streams =
        new TaskStreams(journal, clock, NodeSettings.streams(config), background, meters);
    journal.start();
    this.scheduling =
        new Scheduling(
            NodeSettings.scheduling(config),
            journal.epoch() & 0x7F_FFFF,
            clock,
            meters,
            pools::runtime,
            recent::reservedPool,
            pools::thread);
    this.admission = new Admission(recent, scheduling, journal, clock, meters);
    OrtLibrary.provide(
        Path.of(System.getProperty(UNPACKED, LlamaFlags.libraries(config).toString())));
    this.sockets = SocketFolder.open(data, Path.of(System.getProperty("java.io.tmpdir")));
    pools.open(config, scheduling, sockets.path(), meters, new UpstreamSecrets(data));
    snapshots.listen(pools);
    requireSwapped(snapshots.start(this::read));
    Router router =
        new Router(new SnapshotPlanner(recent), scheduling, scheduling, recent::reservedPool);
    recover(streams, router, recent);
    readiness.require("the log takes no new tasks", journal::isWritable);
    readiness.require("the node is draining", () -> !admission.draining());
    Line line = new Line(admission, streams, scheduling, recent, clock);
    this.ingress =
        NodeDoors.open(
            config,
            line,
            gate,
            readiness,
            meters,
            background,
            version,
            clock,
            scheduling,
            new NodeModels(snapshots, readiness));
    ingress.start();
  }

  private ModelRegistry registry(Path data) throws IOException {
    BundledModels bundled =
        config.models().bundled()
            ? BundledModels.install(options.home().resolve("models"), data.resolve("bundled"))
            : BundledModels.NONE;
    bundled.problems().forEach(problem -> LOG.error("bundled model left out: {}", problem));
    return ModelRegistry.open(data, bundled, RUNNABLE);
  }

  private void recover(TaskStreams streams, Router router, RecentSnapshots recent) {
    Journal.Recovered recovered =
        journal.recover(
            streams,
            streams,
            (task, stream) -> {
              String pool = recent.reservedPool(task);
              if (pool != null) {
                scheduling.occupy(pool, task.taskClass(), task.input().size());
              }
              router.accept(task, stream);
            },
            router);
    if (recovered.tasks() > 0 || recovered.ended() > 0) {
      LOG.info(
          "found {} unfinished tasks and {} ended ones in the log",
          recovered.tasks(),
          recovered.ended());
    }
  }

  /** Reads the configuration anew: all of it is taken, or nothing. */
  public Reload reload() {
    return snapshots.reload(this::read);
  }

  private NodeConfig read() throws IOException {
    return ConfigReader.read(options.config(), options.overrides());
  }

  /** The node's versions of models. */
  public ModelRegistry registry() {
    return registry;
  }

  /** Loads what waits for llama.cpp once more: its library came after the models. */
  public void llamaArrived() {
    for (Deployment deployment : snapshots.current().deployments().values()) {
      if (deployment.spec().runtime() == RuntimeKind.LLAMA && !isReady(deployment.model())) {
        pools.again(deployment);
      }
    }
  }

  /** Whether the model of that name takes work now. */
  public boolean isReady(String model) {
    return readiness.isReady(model);
  }

  private static void requireSwapped(Reload reload) {
    if (reload instanceof Reload.Refused(var findings)) {
      throw new InvalidDocument(findings);
    }
  }

  public int port() {
    return ingress.port();
  }

  public int operatorPort() {
    return ingress.operatorPort();
  }

  public NodeConfig config() {
    return config;
  }

  public ServingSnapshot snapshot() {
    return snapshots.current();
  }

  /** The admin key that was made at this start, to be shown once; null when there was one. */
  public @Nullable String generatedKey() {
    return gate.generatedKey();
  }

  /** Why the node is not ready; empty when it is. */
  public List<String> waitingFor() {
    return readiness.waitingFor();
  }

  /** Whether nothing loads any more: every model is ready or was refused. */
  public boolean settled() {
    return readiness.settled();
  }

  /** Models that were refused, each with the reason. */
  public List<String> refused() {
    return readiness.refused();
  }

  /** Worker processes of all pools. */
  public List<Long> workerPids() {
    return pools.workerPids();
  }

  /**
   * Drains and stops: nobody new is let in, running tasks may end within the configured time,
   * durable ones that wait stay in the log for the next start.
   */
  @Override
  public void close() {
    admission.drain();
    ingress.drain();
    long budget = Duration.ofMillis(config.drainMillis()).toNanos();
    try {
      scheduling
          .drain(clock.nanoTime() + budget)
          .get(config.drainMillis() + 1_000, TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException late) {
      LOG.warn("not everything ended while draining", late);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    ingress.close();
    pools.close();
    sockets.close();
    try {
      journal.close();
    } catch (IOException failed) {
      LOG.error("the log could not be closed in good order; the next start reads it all", failed);
    }
    background.close();
    meters.close();
  }
}
