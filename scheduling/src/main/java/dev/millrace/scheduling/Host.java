package dev.millrace.scheduling;

import org.jspecify.annotations.Nullable;

/**
 * A named runtime as the pool knows it: a worker process, or the node itself. What it serves and
 * how many leases it holds; its death is the death of all of them. Owned by the pool's thread.
 */
final class Host {

  final String name;
  private int leases;

  /** The newest heartbeat, or when it became ready. */
  long lastBeat;

  /** Whether its silence means anything: only after its first heartbeat. */
  boolean watched;

  /** It missed its heartbeats and holds no lease; it serves again when it is heard again. */
  boolean silent;

  /** A task that must be the only one here waits for the others to end. */
  private @Nullable TaskRun heldFor;

  /** A task that must be the only one here runs. */
  private boolean takenWhole;

  Host(String name, long nowNanos) {
    this.name = name;
    this.lastBeat = nowNanos;
  }

  int leases() {
    return leases;
  }

  void leaseOpened() {
    leases++;
  }

  void leaseClosed() {
    if (--leases == 0) {
      takenWhole = false;
    }
  }

  /** Nothing more is assigned here until the others ended and this task had its turn. */
  void holdFor(TaskRun run) {
    heldFor = run;
  }

  void takeWhole() {
    takenWhole = true;
    heldFor = null;
  }

  /** Whom the host is held for, or null; a task that ended while it waited holds nothing. */
  @Nullable TaskRun heldFor() {
    TaskRun held = heldFor;
    if (held != null && held.phase != TaskRun.Phase.WAITING) {
      heldFor = null;
      return null;
    }
    return held;
  }

  boolean takesWork() {
    return !silent && !takenWhole;
  }
}
