package dev.millrace.bench;

import dev.millrace.kernel.Clock;
import io.netty.channel.EventLoop;
import java.util.concurrent.TimeUnit;
import java.util.function.LongUnaryOperator;

/**
 * Turns a run on its event loop: when it says it wants to be, not more often than every 100 µs and
 * not more rarely than every 10 ms. A busy run also turns itself whenever a socket is read, so the
 * lower bound is a bound on wake-ups of an idle loop only.
 */
final class Ticker {

  private static final long SHORTEST_NANOS = 100_000;
  private static final long LONGEST_NANOS = 10_000_000;

  private final EventLoop loop;
  private final Clock clock;
  private final LongUnaryOperator turn;
  private boolean stopped;

  /**
   * @param turn does what is due; gives the nanoseconds until it wants to be called again
   */
  Ticker(EventLoop loop, Clock clock, LongUnaryOperator turn) {
    this.loop = loop;
    this.clock = clock;
    this.turn = turn;
  }

  void start() {
    run();
  }

  void stop() {
    stopped = true;
  }

  private void run() {
    long wait = turn.applyAsLong(clock.nanoTime());
    if (!stopped) {
      long bounded = Math.max(SHORTEST_NANOS, Math.min(wait, LONGEST_NANOS));
      loop.schedule(this::run, bounded, TimeUnit.NANOSECONDS);
    }
  }
}
