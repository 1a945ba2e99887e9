package dev.millrace.runtime.sim;

import dev.millrace.domain.port.ModelRuntime.Attempt;
import dev.millrace.kernel.timer.TimerWheel;
import java.util.SplittableRandom;

/**
 * One running attempt, which is its own timer: pacing it allocates nothing. The agent owns it; only
 * {@link #ended} is read by others.
 */
final class SimRun extends TimerWheel.Timer {

  private static final int NEVER = -1;
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final SimAgent agent;
  private final long lease;
  private final SimRequest request;
  private final int skipped;
  private final int failAt;
  private int next;
  private long firstDue;
  private boolean paced;
  private volatile boolean ended;

  SimRun(SimAgent agent, Attempt attempt, SimRequest request, long seed) {
    this.agent = agent;
    this.lease = attempt.lease();
    this.request = request;
    this.skipped = Math.min(attempt.recordedIds().length, request.tokens());
    this.next = skipped;
    this.failAt = failAt(new SplittableRandom(seed ^ (lease * 0x9E3779B97F4A7C15L)));
  }

  /** The index in whose place the attempt fails; drawn by seed and lease alone. */
  private int failAt(SplittableRandom random) {
    boolean fails = random.nextDouble() < request.failRate();
    return fails ? skipped + random.nextInt(request.tokens() - skipped + 1) : NEVER;
  }

  long lease() {
    return lease;
  }

  long serviceNanos() {
    return request.serviceMillis() * NANOS_PER_MILLI;
  }

  int tokens() {
    return request.tokens();
  }

  /** Tokens of this attempt alone; earlier ones were counted by theirs. */
  int made() {
    return next - skipped;
  }

  boolean ended() {
    return ended;
  }

  void end() {
    ended = true;
  }

  /** Begins to pace the tokens: the first is due one interval from now. */
  void pace(long nowNanos) {
    paced = true;
    firstDue = nowNanos + request.intervalMillis() * NANOS_PER_MILLI;
    agent.set(this, next < request.tokens() ? firstDue : nowNanos);
  }

  @Override
  protected void fired(long nowNanos) {
    if (!paced) {
      agent.spent(this, nowNanos);
      return;
    }
    // Due times are counted from the first, so that lateness does not add up.
    for (int burst = 0; burst < SimAgent.BURST && next < tokens(); burst++) {
      long due = due();
      if (due > nowNanos) {
        agent.set(this, due);
        return;
      }
      if (next == failAt) {
        agent.fail(this);
        return;
      }
      agent.token(this, next++);
    }
    if (next < tokens()) {
      agent.set(this, due());
    } else if (failAt == next) {
      agent.fail(this);
    } else {
      agent.finish(this);
    }
  }

  private long due() {
    return firstDue + (long) (next - skipped) * request.intervalMillis() * NANOS_PER_MILLI;
  }
}
