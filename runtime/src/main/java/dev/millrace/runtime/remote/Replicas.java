package dev.millrace.runtime.remote;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Chooses by requests in flight, counted at the moment of the choice; among equals they take turns.
 * Owned by one loop.
 */
final class Replicas {

  private final List<Replica> all;
  private int turn;

  Replicas(List<Base> bases, int connections) {
    all = bases.stream().map(base -> new Replica(base, connections)).toList();
  }

  List<Replica> all() {
    return all;
  }

  /**
   * The least loaded of those that are healthy and have room.
   *
   * @param avoid one that failed this request before; taken only when {@code orSame}
   */
  @Nullable Replica choose(long nowNanos, @Nullable Replica avoid, boolean orSame) {
    Replica best = null;
    int size = all.size();
    for (int i = 0; i < size; i++) {
      Replica each = all.get((turn + i) % size);
      if (each != avoid
          && each.healthy(nowNanos)
          && each.hasRoom()
          && (best == null || each.inFlight() < best.inFlight())) {
        best = each;
      }
    }
    turn = (turn + 1) % size;
    if (best == null && orSame && avoid != null && avoid.healthy(nowNanos) && avoid.hasRoom()) {
      return avoid;
    }
    return best;
  }

  /** Whether some would take a request once they have room. */
  boolean anyHealthy(long nowNanos) {
    return all.stream().anyMatch(each -> each.healthy(nowNanos));
  }

  /** When the first of those put aside may be asked again, in milliseconds. */
  long soonestMillis(long nowNanos) {
    long nanos = all.stream().mapToLong(each -> each.asideFor(nowNanos)).min().orElse(0);
    return Math.max(1, nanos / 1_000_000);
  }
}
