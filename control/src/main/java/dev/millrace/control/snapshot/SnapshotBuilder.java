package dev.millrace.control.snapshot;

import dev.millrace.control.config.DeploymentConfig;
import dev.millrace.control.config.DeploymentConfig.Where;
import dev.millrace.control.config.NodeConfig;
import dev.millrace.control.config.PoolConfig;
import dev.millrace.control.config.RemoteConfig;
import dev.millrace.control.registry.DamagedModel;
import dev.millrace.control.registry.ModelRegistry;
import dev.millrace.control.yaml.Finding;
import dev.millrace.control.yaml.Findings;
import dev.millrace.control.yaml.InvalidDocument;
import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.model.ModelSpec;
import dev.millrace.domain.model.ModelSpec.Isolation;
import dev.millrace.domain.model.ModelSpec.RuntimeKind;
import dev.millrace.domain.snapshot.ServingSnapshot;
import dev.millrace.domain.snapshot.ServingSnapshot.Refused;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Builds snapshots aside. A deployment that means the same as before keeps its id, so nothing is
 * loaded again for a change elsewhere. One thread at a time.
 */
public final class SnapshotBuilder {

  private static final int GENERATOR_CONCURRENCY = 8;
  private static final int MOST_TOLD = 8;

  private final ModelRegistry registry;
  private final List<String> fetched;
  private int lastId;

  public SnapshotBuilder(ModelRegistry registry) {
    this(registry, List.of());
  }

  /**
   * @param fetched models that are served without being asked for as soon as the registry has them
   */
  public SnapshotBuilder(ModelRegistry registry, List<String> fetched) {
    this.registry = registry;
    this.fetched = List.copyOf(fetched);
  }

  /** What becomes of damaged models. */
  enum Damage {
    /** They are left out and named in the snapshot; the others are served. */
    LEFT_OUT,
    /** They refuse the whole configuration. */
    REFUSES
  }

  /**
   * @param damage at a start nothing better runs already, so the damaged are left out
   * @param before whose deployments keep their ids where nothing changed
   * @throws InvalidDocument with everything that is wrong; {@code before} is still good then
   */
  ServingSnapshot build(NodeConfig config, Damage damage, ServingSnapshot before, long wallMillis)
      throws IOException {
    Findings findings = new Findings();
    Map<String, Deployment> deployments = new LinkedHashMap<>();
    Map<String, Refused> refused = new HashMap<>();
    for (DeploymentConfig wanted : wanted(config)) {
      try {
        Deployment deployment = deployment(wanted, config, before, findings);
        if (deployment != null) {
          deployments.put(wanted.model(), deployment);
        }
      } catch (DamagedModel damaged) {
        if (damage == Damage.LEFT_OUT) {
          refused.put(wanted.model(), refused(wanted, damaged));
        } else {
          addAll(damaged, wanted, findings);
        }
      }
    }
    if (config.models().simulated()) {
      deployments.put(SimulatedModel.NAME, simulated(config, before));
    }
    for (RemoteConfig remote : config.remotes()) {
      if (deployments.containsKey(remote.name())) {
        findings.add(
            remote.place(), remote.name(), "the name of another model", "a name of its own");
      }
      deployments.put(remote.name(), numbered(RemoteModel.deployment(remote), before));
    }
    findings.throwIfAny();
    return new ServingSnapshot(
        before.number() + 1,
        Map.copyOf(deployments),
        Map.copyOf(refused),
        config.limits(),
        wallMillis);
  }

  private static Refused refused(DeploymentConfig wanted, DamagedModel damaged) {
    String why =
        damaged.findings().stream()
            .limit(MOST_TOLD)
            .map(Finding::toString)
            .collect(Collectors.joining("; "));
    String message = wanted.model() + " cannot be served: " + why;
    return new Refused(Problem.of(ErrorCode.RUNTIME_FAILED, message), wanted.required());
  }

  private static void addAll(InvalidDocument wrong, DeploymentConfig wanted, Findings findings) {
    for (Finding finding : wrong.findings()) {
      findings.add(new Finding(wanted.place(), wanted.model(), finding.toString()));
    }
  }

  private List<DeploymentConfig> wanted(NodeConfig config) throws IOException {
    List<DeploymentConfig> wanted = new ArrayList<>(config.deployments());
    if (config.models().bundled()) {
      List<String> named = wanted.stream().map(DeploymentConfig::model).toList();
      registry.bundledNames().stream()
          .filter(name -> !named.contains(name))
          .map(DeploymentConfig::bundled)
          .forEach(wanted::add);
      for (String name : fetched) {
        if (!named.contains(name) && registry.has(name)) {
          wanted.add(DeploymentConfig.fetched(name));
        }
      }
    }
    return wanted;
  }

  private @Nullable Deployment deployment(
      DeploymentConfig wanted, NodeConfig config, ServingSnapshot before, Findings findings)
      throws IOException {
    ModelSpec spec;
    try {
      spec = registry.spec(wanted.model(), orNull(wanted.version()), orNull(wanted.variant()));
    } catch (DamagedModel damaged) {
      throw damaged;
    } catch (InvalidDocument e) {
      addAll(e, wanted, findings);
      return null;
    }
    Isolation isolation = isolation(wanted, spec, findings);
    requireWorkers(wanted, isolation, config, findings);
    return numbered(
        new Deployment(
            0,
            spec,
            wanted.pool(),
            isolation,
            wanted.maxBatch() == 0 ? spec.defaults().maxBatch() : wanted.maxBatch(),
            concurrency(wanted, spec, config),
            wanted.required()),
        before);
  }

  private static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }

  private static int concurrency(DeploymentConfig wanted, ModelSpec spec, NodeConfig config) {
    if (wanted.concurrency() != 0) {
      return wanted.concurrency();
    }
    if (spec.runtime() == RuntimeKind.REMOTE) {
      return RemoteModel.connections(spec);
    }
    return spec.generates() ? GENERATOR_CONCURRENCY : functionRuns(wanted, config);
  }

  private static int functionRuns(DeploymentConfig wanted, NodeConfig config) {
    for (PoolConfig pool : config.pools()) {
      if (pool.name().equals(wanted.pool()) && pool.threads() != 0) {
        return pool.threads();
      }
    }
    return Runtime.getRuntime().availableProcessors();
  }

  private Isolation isolation(DeploymentConfig wanted, ModelSpec spec, Findings findings)
      throws IOException {
    if (spec.runtime() == RuntimeKind.SIM || spec.runtime() == RuntimeKind.REMOTE) {
      return Isolation.IN_PROCESS;
    }
    boolean approved = registry.mayRunInProcess(spec.digest());
    if (wanted.isolation() == Where.IN_PROCESS && !approved) {
      findings.add(
          wanted.place(),
          wanted.model(),
          "isolation in-process, digest " + spec.digest() + " not approved",
          "worker, or `millrace models add --isolation in-process` first");
    }
    boolean inProcess =
        wanted.isolation() == Where.IN_PROCESS
            || wanted.isolation() == Where.MANIFEST && spec.isolation() == Isolation.IN_PROCESS;
    return inProcess && approved ? Isolation.IN_PROCESS : Isolation.WORKER;
  }

  private static void requireWorkers(
      DeploymentConfig wanted, Isolation isolation, NodeConfig config, Findings findings) {
    for (PoolConfig pool : config.pools()) {
      if (pool.name().equals(wanted.pool())
          && pool.workers() == 0
          && isolation == Isolation.WORKER) {
        findings.add(
            wanted.place(),
            wanted.model(),
            "isolation worker in pool " + pool.name() + " with 0 workers",
            "a pool with workers");
      }
    }
  }

  private Deployment simulated(NodeConfig config, ServingSnapshot before) {
    return numbered(
        new Deployment(
            0,
            SimulatedModel.spec(),
            PoolConfig.DEFAULT_NAME,
            Isolation.IN_PROCESS,
            1,
            config.models().simulatedConcurrency(),
            true),
        before);
  }

  private Deployment numbered(Deployment wanted, ServingSnapshot before) {
    Deployment old = before.deployment(wanted.model());
    // Whether it is required changes nothing about what is loaded.
    boolean same = old != null && wanted.equals(copy(old, 0, wanted.required()));
    return copy(wanted, same && old != null ? old.id() : ++lastId, wanted.required());
  }

  private static Deployment copy(Deployment from, int id, boolean required) {
    return new Deployment(
        id,
        from.spec(),
        from.pool(),
        from.isolation(),
        from.maxBatch(),
        from.concurrency(),
        required);
  }
}
