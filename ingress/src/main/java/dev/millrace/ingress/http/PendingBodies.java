package dev.millrace.ingress.http;

import dev.millrace.kernel.Clock;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Bodies that have not arrived whole, in the order of their beginning: one look a second finds
 * those that drip, where a timer a request would cost more than most requests. One loop's own.
 */
public final class PendingBodies {

  /** A body on its way. */
  public abstract static class Arrival {
    private long begunNanos;

    /** It has taken longer than it may; it is pending no more. */
    protected abstract void late(long limitMillis);
  }

  private final Set<Arrival> pending = new LinkedHashSet<>();
  private final Clock clock;
  private final long limitMillis;

  public PendingBodies(Clock clock, long limitMillis) {
    this.clock = clock;
    this.limitMillis = limitMillis;
  }

  public void began(Arrival body) {
    body.begunNanos = clock.nanoTime();
    pending.add(body);
  }

  public void done(Arrival body) {
    pending.remove(body);
  }

  /** Gives up on every body that has taken too long. */
  public void sweep() {
    long now = clock.nanoTime();
    List<Arrival> late = new ArrayList<>(0);
    for (Arrival body : pending) {
      if (now - body.begunNanos < limitMillis * 1_000_000) {
        break;
      }
      late.add(body);
    }
    for (Arrival body : late) {
      pending.remove(body);
      body.late(limitMillis);
    }
  }

  int size() {
    return pending.size();
  }
}
