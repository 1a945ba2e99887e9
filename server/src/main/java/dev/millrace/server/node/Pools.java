package dev.millrace.server.node;

import dev.millrace.control.config.NodeConfig;
import dev.millrace.control.config.PoolConfig;
import dev.millrace.control.snapshot.SnapshotListener;
import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.port.ModelRuntime;
import dev.millrace.kernel.AgentThread;
import dev.millrace.kernel.Clock;
import dev.millrace.kernel.Wakeup;
import dev.millrace.kernel.metrics.Meters;
import dev.millrace.runtime.remote.KeySource;
import dev.millrace.scheduling.PoolScheduler;
import dev.millrace.scheduling.Scheduling;
import dev.millrace.server.worker.LlamaFlags;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The node's pools: a thread and the runtimes of each; loads and unloads as snapshots change. */
final class Pools implements SnapshotListener, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Pools.class);

  private final Map<String, AgentThread> threads = new HashMap<>();
  private final Map<String, PoolRuntimes> runtimes = new HashMap<>();
  private final Clock clock;
  private final AgentThread.FailureHandler onFailure;
  private final Readiness readiness;

  Pools(Clock clock, AgentThread.FailureHandler onFailure, Readiness readiness) {
    this.clock = clock;
    this.onFailure = onFailure;
    this.readiness = readiness;
  }

  /** What wakes the thread of a pool; made by the first call. */
  Wakeup thread(String pool) {
    return threads.computeIfAbsent(pool, _ -> new AgentThread(clock, onFailure));
  }

  /** Opens every configured pool and starts its thread. Before the first snapshot is served. */
  void open(NodeConfig config, Scheduling scheduling, Path folder, Meters meters, KeySource keys) {
    for (PoolConfig pool : config.pools()) {
      PoolScheduler scheduler = scheduling.pool(pool.name());
      runtimes.put(
          pool.name(),
          new PoolRuntimes(
              pool,
              config.leases(),
              config.models().simulatedConcurrency(),
              LlamaFlags.settings(config),
              folder,
              new ReadinessListener(scheduler.listener(), readiness),
              clock,
              meters,
              keys));
      AgentThread thread = threads.get(pool.name());
      if (thread == null) {
        throw new IllegalStateException("the pool " + pool.name() + " has no thread");
      }
      thread.start(scheduler);
    }
  }

  ModelRuntime runtime(Deployment deployment) {
    return runtimesOf(deployment).of(deployment);
  }

  private PoolRuntimes runtimesOf(Deployment deployment) {
    PoolRuntimes found = runtimes.get(deployment.pool());
    if (found == null) {
      throw new IllegalStateException("no pool " + deployment.pool());
    }
    return found;
  }

  @Override
  public void changed(Change change) {
    try {
      for (Deployment added : change.added()) {
        LOG.info(
            "loading {} {} ({}, {}) in pool {}",
            added.model(),
            added.spec().version(),
            added.spec().runtime(),
            added.isolation(),
            added.pool());
        runtimesOf(added).load(added);
      }
      for (Deployment removed : change.removed()) {
        readiness.removed(removed.id());
        runtimesOf(removed).unload(removed);
      }
    } catch (IOException failed) {
      throw new UncheckedIOException("a worker could not be started", failed);
    }
  }

  /** Loads a deployment once more that could not be loaded before. */
  void again(Deployment deployment) {
    try {
      readiness.removed(deployment.id());
      runtimesOf(deployment).unload(deployment);
      runtimesOf(deployment).load(deployment);
    } catch (IOException failed) {
      throw new UncheckedIOException("a worker could not be started", failed);
    }
  }

  /** Pids of all worker processes. */
  List<Long> workerPids() {
    List<Long> pids = new ArrayList<>();
    runtimes.values().forEach(pool -> pids.addAll(pool.workerPids()));
    return pids;
  }

  @Override
  public void close() {
    runtimes.values().forEach(PoolRuntimes::close);
    threads.values().forEach(AgentThread::close);
  }
}
