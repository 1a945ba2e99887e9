package dev.millrace.scheduling;

import java.util.ArrayList;
import java.util.List;

/**
 * What becomes of tasks whose worker died or fell silent: its leases are void at once, and each
 * task is tried again, alone and before all others of its lane. A death counts towards quarantine
 * only where the worker held one lease and no other, since else nobody knows whose fault it was.
 * Owned by the pool's thread.
 */
final class LostHosts {

  private final LeaseTable leases;
  private final Lanes lanes;
  private final Endings endings;
  private final SchedulingMeters meters;
  private final int quarantineAfter;

  LostHosts(
      LeaseTable leases,
      Lanes lanes,
      Endings endings,
      SchedulingMeters meters,
      int quarantineAfter) {
    this.leases = leases;
    this.lanes = lanes;
    this.endings = endings;
    this.meters = meters;
    this.quarantineAfter = quarantineAfter;
  }

  void died(Host host, String reason, long nowNanos) {
    voidLeases(host, reason, false, nowNanos);
  }

  /** It may be alive and only slow: what it still does is stopped, and what it tells is fenced. */
  void fellSilent(Host host, String reason, long nowNanos) {
    voidLeases(host, reason, true, nowNanos);
  }

  private void voidLeases(Host host, String reason, boolean stop, long nowNanos) {
    meters.lostRuntimes.increment();
    List<Lease> held = leases.of(host);
    boolean lone = held.size() == 1;
    List<TaskRun> again = new ArrayList<>(held.size());
    for (Lease lease : held) {
      leases.close(lease);
      if (stop) {
        lease.queue.runtime.cancel(lease.number);
      }
      TaskRun run = lease.run;
      if (run != null) {
        lease.run = null;
        run.lease = null;
        judge(run, lone, reason, again);
      }
    }
    lanes.giveBack(again, nowNanos);
  }

  private void judge(TaskRun run, boolean lone, String reason, List<TaskRun> again) {
    run.diedWithWorker(lone);
    if (run.loneDeaths() >= quarantineAfter) {
      endings.quarantined(run, reason);
    } else {
      again.add(run);
    }
  }
}
