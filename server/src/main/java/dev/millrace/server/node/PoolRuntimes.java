package dev.millrace.server.node;

import dev.millrace.control.config.LeaseConfig;
import dev.millrace.control.config.PoolConfig;
import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.model.ModelSpec.Isolation;
import dev.millrace.domain.model.ModelSpec.RuntimeKind;
import dev.millrace.domain.port.ModelRuntime;
import dev.millrace.kernel.Clock;
import dev.millrace.kernel.metrics.Meters;
import dev.millrace.runtime.engine.InProcessRuntime;
import dev.millrace.runtime.llama.LlamaSettings;
import dev.millrace.runtime.remote.KeySource;
import dev.millrace.runtime.remote.RemoteRuntime;
import dev.millrace.runtime.sim.SimRuntime;
import dev.millrace.runtime.sim.SimSettings;
import dev.millrace.runtime.worker.WorkerRuntime;
import dev.millrace.runtime.worker.WorkerSettings;
import dev.millrace.server.worker.Engines;
import dev.millrace.server.worker.LlamaFlags;
import dev.millrace.server.worker.WorkerProgram;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What runs the deployments of one pool: its worker processes, the engines in the node, the
 * simulated model. Each is started when the first deployment needs it. Loading is the control
 * thread's; {@link #of} is asked by the pool's thread.
 */
final class PoolRuntimes implements AutoCloseable {

  private final PoolConfig config;
  private final LeaseConfig leases;
  private final Path folder;
  private final ModelRuntime.Listener listener;
  private final Clock clock;
  private final Meters meters;
  private final int simulatedCapacity;
  private final LlamaSettings llama;
  private final KeySource keys;
  private final List<WorkerRuntime> workers = new ArrayList<>();
  private @Nullable InProcessRuntime inProcess;
  private @Nullable SimRuntime simulated;
  private @Nullable RemoteRuntime remote;

  /**
   * @param llama for the engines here and in workers
   * @param folder private to this node, for the workers' sockets
   * @param listener the pool's
   * @param keys of other servers
   */
  PoolRuntimes(
      PoolConfig config,
      LeaseConfig leases,
      int simulatedCapacity,
      LlamaSettings llama,
      Path folder,
      ModelRuntime.Listener listener,
      Clock clock,
      Meters meters,
      KeySource keys) {
    this.config = config;
    this.leases = leases;
    this.simulatedCapacity = simulatedCapacity;
    this.llama = llama;
    this.folder = folder;
    this.listener = listener;
    this.clock = clock;
    this.meters = meters;
    this.keys = keys;
  }

  /** Begins to load; readiness is reported. */
  synchronized void load(Deployment deployment) throws IOException {
    if (deployment.spec().runtime() == RuntimeKind.SIM) {
      simulated().load(deployment);
    } else if (deployment.spec().runtime() == RuntimeKind.REMOTE) {
      remote().load(deployment);
    } else if (deployment.isolation() == Isolation.IN_PROCESS) {
      inProcess().load(deployment);
    } else {
      worker(deployment).load(deployment);
    }
  }

  synchronized void unload(Deployment deployment) throws IOException {
    if (deployment.spec().runtime() == RuntimeKind.SIM) {
      simulated().unload(deployment.id());
    } else if (deployment.spec().runtime() == RuntimeKind.REMOTE) {
      remote().unload(deployment.id());
    } else if (deployment.isolation() == Isolation.IN_PROCESS) {
      inProcess().unload(deployment.id());
    } else {
      worker(deployment).unload(deployment.id());
    }
  }

  /** Which runtime runs the deployment. */
  synchronized ModelRuntime of(Deployment deployment) {
    try {
      if (deployment.spec().runtime() == RuntimeKind.SIM) {
        return simulated();
      }
      if (deployment.spec().runtime() == RuntimeKind.REMOTE) {
        return remote();
      }
      return deployment.isolation() == Isolation.IN_PROCESS ? inProcess() : worker(deployment);
    } catch (IOException failed) {
      throw new IllegalStateException("no worker for " + deployment.model(), failed);
    }
  }

  private SimRuntime simulated() {
    SimRuntime runtime = simulated;
    if (runtime == null) {
      int burners = Math.max(1, Runtime.getRuntime().availableProcessors() - 1);
      runtime =
          SimRuntime.start(
              new SimSettings("sim-" + config.name(), 1, simulatedCapacity, burners),
              clock,
              listener);
      simulated = runtime;
    }
    return runtime;
  }

  /** A deployment keeps one loop busy at most; half of the cores are for the others. */
  private RemoteRuntime remote() {
    RemoteRuntime runtime = remote;
    if (runtime == null) {
      int loops = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
      runtime =
          RemoteRuntime.start("remote-" + config.name(), loops, listener, clock, meters, keys);
      remote = runtime;
    }
    return runtime;
  }

  private InProcessRuntime inProcess() {
    InProcessRuntime runtime = inProcess;
    if (runtime == null) {
      runtime =
          new InProcessRuntime("node-" + config.name(), Engines.all(clock, llama), listener, clock);
      inProcess = runtime;
    }
    return runtime;
  }

  /** Deployments are spread over the pool's workers by their number. */
  private WorkerRuntime worker(Deployment deployment) throws IOException {
    while (workers.size() < Math.max(1, config.workers())) {
      workers.add(startWorker(workers.size()));
    }
    return workers.get(deployment.id() % workers.size());
  }

  static String workerName(PoolConfig pool, int number) {
    return pool.name() + "-" + number;
  }

  private WorkerRuntime startWorker(int number) throws IOException {
    String name = workerName(config, number);
    List<String> flags = new ArrayList<>(LlamaFlags.of(llama));
    flags.addAll(WorkerFlags.of(folder));
    WorkerSettings.Jvm jvm =
        new WorkerSettings.Jvm(
            Math.toIntExact(config.heapBytes() >> 20), WorkerSettings.Collector.SERIAL, flags);
    WorkerSettings.Timing timing =
        new WorkerSettings.Timing(
            Duration.ofSeconds(10),
            Duration.ofMillis(leases.heartbeatMillis()),
            Duration.ofMillis(leases.durationMillis()),
            Duration.ofSeconds(10));
    WorkerSettings settings =
        WorkerSettings.of(name, WorkerProgram.class.getName(), folder).with(jvm).with(timing);
    return WorkerRuntime.start(settings, listener, clock, meters);
  }

  /** Worker processes, for tests and people: pids, −1 where there is none at the moment. */
  synchronized List<Long> workerPids() {
    return workers.stream().map(WorkerRuntime::pid).toList();
  }

  @Override
  public synchronized void close() {
    workers.forEach(WorkerRuntime::close);
    if (inProcess != null) {
      inProcess.close();
    }
    if (simulated != null) {
      simulated.close();
    }
    if (remote != null) {
      remote.close();
    }
  }
}
