package dev.millrace.scheduling;

import dev.millrace.kernel.timer.TimerWheel;

/**
 * Holds each runtime to its heartbeats, ten times a lease. One that has sent at least one and then
 * none for a whole lease is taken for lost; when it is heard again it serves again, since it may
 * have been stopped only for a while. Runtimes that never send any (in this process) are not
 * watched. Owned by the pool's thread.
 */
final class HostWatch extends TimerWheel.Timer {

  private static final int LOOKS = 10;

  private final Hosts hosts;
  private final Inbox inbox;
  private final LostHosts lost;
  private final TimerWheel timers;
  private final long leaseNanos;
  private long dueNanos;

  HostWatch(
      Hosts hosts, Inbox inbox, LostHosts lost, TimerWheel timers, long leaseNanos, long nowNanos) {
    this.hosts = hosts;
    this.inbox = inbox;
    this.lost = lost;
    this.timers = timers;
    this.leaseNanos = leaseNanos;
    next(nowNanos);
  }

  private void next(long nowNanos) {
    dueNanos = nowNanos + leaseNanos / LOOKS;
    timers.set(this, dueNanos);
  }

  @Override
  protected void fired(long nowNanos) {
    // We did not look for long (a pause of this process): whoever was silent meanwhile may only
    // not have been heard yet, and gets the time to be.
    boolean wasAway = nowNanos - dueNanos > leaseNanos / 2;
    for (Host host : hosts.all()) {
      hear(host);
      if (wasAway) {
        host.lastBeat = nowNanos;
      }
      if (host.watched && !host.silent && nowNanos - host.lastBeat > leaseNanos) {
        host.silent = true;
        String reason = "no heartbeat for " + (nowNanos - host.lastBeat) / 1_000_000 + " ms";
        lost.fellSilent(host, reason, nowNanos);
      }
    }
    next(nowNanos);
  }

  private void hear(Host host) {
    Long beat = inbox.lastBeat(host.name);
    if (beat != null && beat - host.lastBeat > 0) {
      host.lastBeat = beat;
      host.watched = true;
      host.silent = false;
    }
  }
}
