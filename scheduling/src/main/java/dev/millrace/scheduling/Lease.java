package dev.millrace.scheduling;

import org.jspecify.annotations.Nullable;

/** The right of one attempt to report. Owned by the pool's thread. */
final class Lease {

  final long number;
  final DeploymentQueue queue;
  final Host host;
  final Slot slot;

  /** Whose attempt; null once the task ended or was given back while the runtime still winds up. */
  @Nullable TaskRun run;

  /** Whether the model began with it. */
  boolean started;

  /** Whether it was asked to wait for its reader. */
  boolean paused;

  Lease(long number, DeploymentQueue queue, Host host, Slot slot, TaskRun run) {
    this.number = number;
    this.queue = queue;
    this.host = host;
    this.slot = slot;
    this.run = run;
  }

  /**
   * One of a deployment's runs in flight: a batch of a function, which is over when its last lease
   * is, or one sequence of a generator.
   */
  static final class Slot {
    private int open;

    void opened() {
      open++;
    }

    /** True when that was the last. */
    boolean closed() {
      return --open == 0;
    }
  }
}
