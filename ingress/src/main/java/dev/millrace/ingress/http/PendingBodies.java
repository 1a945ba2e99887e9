package dev.millrace.ingress.http;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.kernel.Clock;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Bodies that have not arrived whole, in the order of their beginning: one look a second finds
 * those that drip, where a timer a request would cost more than most requests. One loop's own.
 */
final class PendingBodies {

  private final Set<BodyReader> pending = new LinkedHashSet<>();
  private final Clock clock;
  private final long limitNanos;

  PendingBodies(Clock clock, long limitMillis) {
    this.clock = clock;
    this.limitNanos = limitMillis * 1_000_000;
  }

  void began(BodyReader body) {
    body.began(clock.nanoTime());
    pending.add(body);
  }

  void done(BodyReader body) {
    pending.remove(body);
  }

  /** Gives up on every body that has taken too long. */
  void sweep() {
    long now = clock.nanoTime();
    List<BodyReader> late = new ArrayList<>();
    for (BodyReader body : pending) {
      if (now - body.begunNanos() < limitNanos) {
        break;
      }
      late.add(body);
    }
    for (BodyReader body : late) {
      body.giveUp(
          Problem.of(
              ErrorCode.INVALID_ARGUMENT,
              "the body did not arrive within " + limitNanos / 1_000_000 + " ms"));
    }
  }

  int size() {
    return pending.size();
  }
}
