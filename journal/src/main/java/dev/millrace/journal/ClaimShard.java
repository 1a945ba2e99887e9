package dev.millrace.journal;

import dev.millrace.domain.port.TaskIntake;
import dev.millrace.domain.task.TaskId;
import dev.millrace.kernel.metrics.Meters;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A part of the {@link IdempotencyTable}, oldest first. Its lock is held for a look, no more. */
final class ClaimShard {

  private final Map<Fingerprint, Claim> claims = new LinkedHashMap<>();
  private final int capacity;
  private final Meters.Count evicted;

  ClaimShard(int capacity, Meters.Count evicted) {
    this.capacity = capacity;
    this.evicted = evicted;
  }

  /** What became of a claim. */
  sealed interface Entered {
    /** Nobody had the key. */
    record First() implements Entered {}

    /** The same request is in flight; the listener hears when that is decided. */
    record Waits() implements Entered {}

    /** The same request was accepted as this task. */
    record Known(TaskId original) implements Entered {}

    /** Another request has the key. */
    record Differs() implements Entered {}
  }

  synchronized Entered enter(Claim fresh, TaskIntake.Listener listener, long nowNanos) {
    dropExpired(nowNanos);
    Claim known = claims.get(fresh.keys.key());
    if (known == null || known.isExpired(nowNanos)) {
      put(fresh);
      return new Entered.First();
    }
    if (!known.keys.meaning().equals(fresh.keys.meaning())) {
      return new Entered.Differs();
    }
    if (known.isSettled()) {
      return new Entered.Known(known.id);
    }
    known.await(listener);
    return new Entered.Waits();
  }

  synchronized void restore(Claim settled, long nowNanos) {
    if (!settled.isExpired(nowNanos)) {
      put(settled);
    }
  }

  private void put(Claim claim) {
    claims.remove(claim.keys.key()); // to stand last
    if (claims.size() >= capacity) {
      evictOldest();
    }
    claims.put(claim.keys.key(), claim);
  }

  private void evictOldest() {
    for (Iterator<Claim> oldest = claims.values().iterator(); oldest.hasNext(); ) {
      if (oldest.next().isSettled()) {
        oldest.remove();
        evicted.increment();
        return;
      }
    }
  }

  private void dropExpired(long nowNanos) {
    for (Iterator<Claim> oldest = claims.values().iterator();
        oldest.hasNext() && oldest.next().isExpired(nowNanos); ) {
      oldest.remove();
    }
  }

  synchronized List<TaskIntake.Listener> settle(Claim claim) {
    return claim.settle();
  }

  synchronized List<TaskIntake.Listener> release(Claim claim) {
    claims.remove(claim.keys.key(), claim);
    return claim.settle();
  }

  /** Those whose record stands at or before a position, oldest first. */
  synchronized List<Claim> recordedUpTo(long position) {
    List<Claim> recorded = new ArrayList<>(claims.size());
    for (Claim claim : claims.values()) {
      long at = claim.position;
      if (at != Claim.IN_MEMORY && at <= position) {
        recorded.add(claim);
      }
    }
    return recorded;
  }

  synchronized int size() {
    return claims.size();
  }
}
