package dev.millrace.runtime.sim;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;

/**
 * Burns real processor time on a few threads, measured by each thread's own processor time, so that
 * a crowded machine does not shorten the work. Runs wait here in order; how many is bounded by the
 * agent's capacity.
 */
final class CpuBurner implements Burner {

  private static final int ROUNDS_PER_LOOK = 4_096;

  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private final ExecutorService executor;
  private final Consumer<SimRun> spent;

  /** Where the arithmetic ends up, so that no compiler may leave it out. */
  @SuppressWarnings("unused")
  private volatile long residue;

  CpuBurner(int threadCount, Consumer<SimRun> spent) {
    ThreadFactory factory = Thread.ofPlatform().name("sim-burner-", 0).daemon(true).factory();
    this.executor = Executors.newFixedThreadPool(threadCount, factory);
    this.spent = spent;
  }

  @Override
  public void burn(SimRun run) {
    executor.execute(
        () -> {
          spend(run);
          spent.accept(run);
        });
  }

  private void spend(SimRun run) {
    long until = threads.getCurrentThreadCpuTime() + run.serviceNanos();
    long mixed = run.lease();
    while (!run.ended() && threads.getCurrentThreadCpuTime() < until) {
      for (int i = 0; i < ROUNDS_PER_LOOK; i++) {
        mixed = mixed * 0x9E3779B97F4A7C15L + 1;
      }
    }
    residue = mixed;
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
