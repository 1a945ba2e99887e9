package dev.millrace.routing;

import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.snapshot.ServingSnapshot;
import dev.millrace.domain.snapshot.SnapshotSource;
import dev.millrace.domain.task.Task;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The current snapshot and the few before it that admitted tasks may still name.
 *
 * <p>It remembers what was read through it. So where doors, admission and routing share one of
 * these, the snapshot that a task was admitted under is found again by its number, until 7 newer
 * ones came. Any thread; reading an unchanged snapshot takes no lock and allocates nothing.
 */
public final class RecentSnapshots implements SnapshotSource {

  /** So many snapshots live at most (ARCHITECTURE.md). */
  static final int KEPT = 8;

  private final SnapshotSource source;

  /** Newest first. */
  private volatile List<ServingSnapshot> recent = List.of();

  public RecentSnapshots(SnapshotSource source) {
    this.source = source;
  }

  @Override
  public ServingSnapshot current() {
    ServingSnapshot current = source.current();
    List<ServingSnapshot> known = recent;
    if (known.isEmpty() || known.getFirst().number() < current.number()) {
      remember(current);
    }
    return current;
  }

  /** Only when a new one came: rare, so a lock will do. */
  private synchronized void remember(ServingSnapshot snapshot) {
    List<ServingSnapshot> known = recent;
    if (!known.isEmpty() && known.getFirst().number() >= snapshot.number()) {
      return;
    }
    List<ServingSnapshot> next = new ArrayList<>(KEPT);
    next.add(snapshot);
    next.addAll(known.subList(0, Math.min(known.size(), KEPT - 1)));
    recent = List.copyOf(next);
  }

  /** The snapshot of that number, or null when it was pushed out or never read here. */
  public @Nullable ServingSnapshot numbered(long number) {
    for (ServingSnapshot snapshot : recent) {
      if (snapshot.number() == number) {
        return snapshot;
      }
    }
    return null;
  }

  /**
   * Under which pool the task's place was reserved: the pool of its model in the snapshot that it
   * names; in the current one, where that is gone. Null when that snapshot does not serve the
   * model: then no place was reserved.
   *
   * <p>Who reserves a place must use the same rule, which for a newly admitted task comes to: the
   * pool of the snapshot whose number the task carries.
   */
  public @Nullable String reservedPool(Task task) {
    ServingSnapshot snapshot = numbered(task.snapshot());
    if (snapshot == null) {
      snapshot = current();
    }
    Deployment deployment = snapshot.deployment(task.model());
    return deployment == null ? null : deployment.pool();
  }
}
