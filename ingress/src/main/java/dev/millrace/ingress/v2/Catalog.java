package dev.millrace.ingress.v2;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.model.ModelSpec;
import dev.millrace.domain.model.ModelSpec.RuntimeKind;
import dev.millrace.domain.port.ModelRepository;
import dev.millrace.domain.port.ModelStatistics;
import dev.millrace.domain.snapshot.ServingSnapshot;
import dev.millrace.domain.snapshot.SnapshotSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The server and its models as the protocol knows them, whatever it travels on. One a loop. */
public final class Catalog {

  public static final String SERVER = "millrace";

  /** What of the protocol's extensions is served; nothing stands here that is not. */
  public static final List<String> EXTENSIONS =
      List.of(
          "binary_tensor_data",
          "parameters",
          "model_repository",
          "schedule_policy",
          "statistics",
          "model_configuration",
          "generate");

  /**
   * A model that is served.
   *
   * @param platform as other servers of the protocol name it
   */
  public record Model(Deployment deployment, Signature signature, String platform) {

    public ModelSpec spec() {
      return deployment.spec();
    }
  }

  private final SnapshotSource snapshots;
  private final Supplier<List<String>> notReady;
  private final Predicate<String> modelReady;
  private final String version;
  private final ModelStatistics statistics;
  private final ModelRepository repository;

  /** By model name; an entry holds as long as the snapshot shows the same deployment. */
  private final Map<String, Model> known = new HashMap<>();

  /**
   * @param notReady why the node is not ready; empty when it is
   * @param modelReady whether a model of this name answers now
   * @param version of the server
   */
  public Catalog(
      SnapshotSource snapshots,
      Supplier<List<String>> notReady,
      Predicate<String> modelReady,
      String version,
      ModelStatistics statistics,
      ModelRepository repository) {
    this.snapshots = snapshots;
    this.notReady = notReady;
    this.modelReady = modelReady;
    this.version = version;
    this.statistics = statistics;
    this.repository = repository;
  }

  public String version() {
    return version;
  }

  public boolean ready() {
    return notReady.get().isEmpty();
  }

  public boolean ready(Model model) {
    return modelReady.test(model.spec().name());
  }

  /** Whether a model of that name is configured and cannot be served as it is. */
  boolean isDamaged(String name) {
    return snapshots.current().whyNot(name) != null;
  }

  public ModelStatistics.Counts counts(Model model) {
    return statistics.of(model.spec().name());
  }

  public ModelRepository repository() {
    return repository;
  }

  /**
   * The model of that name.
   *
   * @param version null or empty for whichever is served
   * @throws ProblemException when there is none
   */
  public Model model(String name, @Nullable String version) {
    ServingSnapshot snapshot = snapshots.current();
    Deployment deployment = snapshot.deployment(name);
    if (deployment == null) {
      Problem damage = snapshot.whyNot(name);
      if (damage != null) {
        throw new ProblemException(damage);
      }
      throw unknown("no model has this name (the list of models shows them)");
    }
    String served = deployment.spec().version();
    if (version != null && !version.isEmpty() && !version.equals(served)) {
      throw unknown(name + " has no such version here (expected: " + served + ")");
    }
    Model model = known.get(name);
    if (model == null || model.deployment != deployment) {
      model = new Model(deployment, Signature.of(deployment.spec()), platform(deployment.spec()));
      known.put(name, model);
    }
    return model;
  }

  /** The model of that name; of all models when the name is empty. */
  public List<Model> models(String name, @Nullable String version) {
    if (!name.isEmpty()) {
      return List.of(model(name, version));
    }
    List<Model> all = new ArrayList<>();
    for (String each : names()) {
      all.add(model(each, null));
    }
    return all;
  }

  Set<String> names() {
    return new TreeSet<>(snapshots.current().deployments().keySet());
  }

  private static ProblemException unknown(String message) {
    return new ProblemException(Problem.of(ErrorCode.NOT_FOUND, message));
  }

  private static String platform(ModelSpec spec) {
    return spec.runtime() == RuntimeKind.ONNX
        ? "onnxruntime_onnx"
        : "millrace_" + spec.runtime().name().toLowerCase(Locale.ROOT);
  }
}
