package dev.millrace.server.node;

import dev.millrace.domain.error.Problem;
import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.snapshot.ServingSnapshot;
import dev.millrace.domain.snapshot.SnapshotSource;
import dev.millrace.kernel.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Which deployments have answered their sample, and what else the node waits for. Any thread: told
 * by runtimes, asked by doors.
 */
final class Readiness {

  private record Condition(String reason, BooleanSupplier holds) {}

  private final SnapshotSource snapshots;
  private final Clock clock;
  private final Map<Integer, String> readyOn = new ConcurrentHashMap<>();
  private final Map<Integer, Problem> unavailable = new ConcurrentHashMap<>();
  private final List<Condition> conditions = new ArrayList<>();

  Readiness(SnapshotSource snapshots, Clock clock) {
    this.clock = clock;
    this.snapshots = snapshots;
  }

  /** Adds a condition; before the first question. */
  void require(String otherwise, BooleanSupplier holds) {
    conditions.add(new Condition(otherwise, holds));
  }

  void ready(int deployment, String runtimeName) {
    unavailable.remove(deployment);
    readyOn.put(deployment, runtimeName);
    wakeWaiters();
  }

  void unavailable(int deployment, Problem problem) {
    readyOn.remove(deployment);
    unavailable.put(deployment, problem);
    wakeWaiters();
  }

  private synchronized void wakeWaiters() {
    notifyAll();
  }

  /** Waits until the deployment is ready or cannot be served; false when it takes longer. */
  synchronized boolean awaitSettled(int deployment, long millis) throws InterruptedException {
    long until = clock.nanoTime() + millis * 1_000_000;
    while (!readyOn.containsKey(deployment) && !unavailable.containsKey(deployment)) {
      long left = (until - clock.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }

  /** Why the deployment cannot be served, or null when it can or is still loading. */
  @Nullable Problem problem(int deployment) {
    return unavailable.get(deployment);
  }

  void lost(String runtimeName) {
    readyOn.values().removeIf(runtimeName::equals);
  }

  void removed(int deployment) {
    readyOn.remove(deployment);
    unavailable.remove(deployment);
  }

  /** Whether the model of that name takes work now. */
  boolean isReady(String model) {
    Deployment deployment = snapshots.current().deployment(model);
    return deployment != null && readyOn.containsKey(deployment.id());
  }

  /** Why the node is not ready, one sentence a reason; empty when it is. */
  List<String> waitingFor() {
    List<String> reasons = new ArrayList<>();
    for (Condition condition : conditions) {
      if (!condition.holds.getAsBoolean()) {
        reasons.add(condition.reason);
      }
    }
    ServingSnapshot snapshot = snapshots.current();
    for (ServingSnapshot.Refused refused : snapshot.refused().values()) {
      if (refused.required()) {
        reasons.add(refused.problem().message());
      }
    }
    for (Deployment deployment : snapshot.deployments().values()) {
      if (deployment.required() && !readyOn.containsKey(deployment.id())) {
        reasons.add(reason(deployment));
      }
    }
    return reasons;
  }

  private String reason(Deployment deployment) {
    Problem problem = unavailable.get(deployment.id());
    return deployment.model()
        + (problem == null ? " is loading" : " cannot be served: " + problem.message());
  }

  /** Whether every deployment has come to something: it is ready, or it was refused. */
  boolean settled() {
    return snapshots.current().deployments().values().stream()
        .map(Deployment::id)
        .allMatch(id -> readyOn.containsKey(id) || unavailable.containsKey(id));
  }

  /** Models that will not become ready by themselves, each with the reason. */
  List<String> refused() {
    List<String> refused = new ArrayList<>();
    ServingSnapshot snapshot = snapshots.current();
    snapshot.refused().values().forEach(left -> refused.add(left.problem().message()));
    for (Deployment deployment : snapshot.deployments().values()) {
      Problem problem = unavailable.get(deployment.id());
      if (problem != null) {
        refused.add(reason(deployment));
      }
    }
    return refused;
  }
}
