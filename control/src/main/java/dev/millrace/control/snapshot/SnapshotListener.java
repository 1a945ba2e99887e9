package dev.millrace.control.snapshot;

import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.snapshot.ServingSnapshot;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Told after each swap, on the thread that reloaded; must not throw. */
@FunctionalInterface
public interface SnapshotListener {

  void changed(Change change);

  /**
   * What a swap changed.
   *
   * @param before the snapshot that was; number 0 and empty at the first
   * @param added deployments to load
   * @param removed deployments to unload once nothing runs on them
   * @param kept deployments that go on as they are
   */
  record Change(
      ServingSnapshot before,
      ServingSnapshot after,
      List<Deployment> added,
      List<Deployment> removed,
      List<Deployment> kept) {

    static Change between(ServingSnapshot before, ServingSnapshot after) {
      Set<Integer> old = ids(before.deployments().values());
      Set<Integer> now = ids(after.deployments().values());
      return new Change(
          before,
          after,
          after.deployments().values().stream().filter(d -> !old.contains(d.id())).toList(),
          before.deployments().values().stream().filter(d -> !now.contains(d.id())).toList(),
          after.deployments().values().stream().filter(d -> old.contains(d.id())).toList());
    }

    private static Set<Integer> ids(Collection<Deployment> deployments) {
      return deployments.stream().map(Deployment::id).collect(Collectors.toSet());
    }
  }
}
