package dev.millrace.server.node;

import dev.millrace.control.snapshot.SnapshotHolder;
import dev.millrace.control.yaml.InvalidDocument;
import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.port.ModelRepository;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The deployments of this node, in service and out of it. */
final class NodeModels implements ModelRepository {

  private static final Logger LOG = LoggerFactory.getLogger(NodeModels.class);
  private static final long LONGEST_LOAD_MILLIS = 60_000;

  private final SnapshotHolder snapshots;
  private final Readiness readiness;

  NodeModels(SnapshotHolder snapshots, Readiness readiness) {
    this.snapshots = snapshots;
    this.readiness = readiness;
  }

  @Override
  public List<Entry> index() {
    List<Entry> entries = new ArrayList<>();
    snapshots.current().deployments().values().forEach(each -> entries.add(served(each)));
    for (Deployment each : snapshots.outOfService().values()) {
      entries.add(entry(each, State.UNLOADED, "unloaded"));
    }
    entries.sort(Comparator.comparing(Entry::name));
    return entries;
  }

  private Entry served(Deployment deployment) {
    Problem problem = readiness.problem(deployment.id());
    if (problem != null) {
      return entry(deployment, State.UNAVAILABLE, problem.message());
    }
    return readiness.isReady(deployment.model())
        ? entry(deployment, State.READY, "")
        : entry(deployment, State.LOADING, "loading");
  }

  private static Entry entry(Deployment deployment, State state, String reason) {
    return new Entry(deployment.model(), deployment.spec().version(), state, reason);
  }

  @Override
  public void load(String model) {
    serve(model, /* inService= */ true);
    Deployment deployment = snapshots.current().deployment(model);
    if (deployment == null) {
      throw refused(ErrorCode.NOT_FOUND, "unloaded again while it was loaded");
    }
    try {
      if (!readiness.awaitSettled(deployment.id(), LONGEST_LOAD_MILLIS)) {
        throw refused(
            ErrorCode.MODEL_LOADING,
            "not loaded after " + LONGEST_LOAD_MILLIS + " ms; it goes on in the background");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw refused(ErrorCode.DRAINING, "the node is going down");
    }
    Problem problem = readiness.problem(deployment.id());
    if (problem != null) {
      throw new ProblemException(problem);
    }
  }

  @Override
  public void unload(String model) {
    serve(model, /* inService= */ false);
  }

  private void serve(String model, boolean inService) {
    try {
      if (!snapshots.serve(model, inService)) {
        throw refused(
            ErrorCode.NOT_FOUND, "no deployment of this name is configured (the index lists them)");
      }
      LOG.info("{} is {} service", model, inService ? "in" : "out of");
    } catch (InvalidDocument invalid) {
      throw refused(ErrorCode.RUNTIME_FAILED, invalid.findings().getFirst().toString());
    } catch (IOException unreadable) {
      LOG.error("{} could not be put {} service", model, inService ? "in" : "out of", unreadable);
      throw refused(ErrorCode.RUNTIME_FAILED, "the model's files could not be read");
    }
  }

  private static ProblemException refused(ErrorCode code, String message) {
    return new ProblemException(Problem.of(code, message));
  }
}
