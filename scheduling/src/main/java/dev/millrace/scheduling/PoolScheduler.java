package dev.millrace.scheduling;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.port.Dispatcher.CancelReason;
import dev.millrace.domain.port.ModelRuntime;
import dev.millrace.domain.task.Stamp;
import dev.millrace.kernel.Agent;
import dev.millrace.kernel.Clock;
import dev.millrace.kernel.timer.TimerWheel;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Owns the lanes and leases of one pool. A turn takes what came in, fires timers, and gives free
 * slots to whoever waits; it never waits itself.
 *
 * <p>Ownership: one thread turns it; {@link #listener} and the facade are the ways in for others.
 *
 * <p>Reports are taken before timers fire, so an answer that has arrived counts even when the
 * deadline has come; and after commands, so a cancel that has arrived counts before an answer.
 */
public final class PoolScheduler implements Agent {

  /** Two turns of at most so many messages keep the deadline's ±10 ms. */
  private static final int MESSAGES_A_TURN = 2_048;

  // Deadlines of up to half a minute ahead fit into one turn of the wheel, so that looking for the
  // next timer finds no false ones among them; the resolution leaves 8 of the 10 ms to the thread.
  private static final long TICK_NANOS = 2_000_000;
  private static final int WHEEL_SLOTS = 16_384;

  private final String name;
  private final Inbox inbox;
  private final Lanes lanes;
  private final Hosts hosts = new Hosts();
  private final Endings endings;
  private final AttemptReports reports;
  private final LostHosts lostHosts;
  private final Assigner assigner;
  private final Draining draining;
  private final TimerWheel timers;
  private final long wheelStart;
  private final Consumer<Command> takeCommand = this::command;
  private final Consumer<Report> takeReport = this::report;
  private long now;
  private long arrivals;

  PoolScheduler(
      String name,
      SchedulingConfig config,
      Inbox inbox,
      Clock clock,
      Function<Deployment, ModelRuntime> runtimes,
      LeaseTable.Numbers leaseNumbers,
      LiveTasks live,
      WaitEstimate wait,
      SchedulingMeters meters) {
    this.name = name;
    this.inbox = inbox;
    this.wheelStart = clock.nanoTime();
    this.now = wheelStart;
    this.timers = new TimerWheel(TICK_NANOS, WHEEL_SLOTS, wheelStart);
    LeaseTable leases = new LeaseTable(leaseNumbers);
    this.lanes = new Lanes(runtimes, timers, meters, config);
    this.endings = new Endings(name, live, timers, meters);
    this.reports = new AttemptReports(leases, lanes, endings, meters, new Pace(leases, timers));
    this.lostHosts = new LostHosts(leases, lanes, endings, meters, config.quarantineAfter());
    this.assigner = new Assigner(lanes, leases, hosts, endings, timers, meters, wait);
    this.draining = new Draining(lanes, leases, endings, timers);
    new HostWatch(hosts, inbox, lostHosts, timers, config.lease().toNanos(), now);
  }

  @Override
  public String name() {
    return "pool-" + name;
  }

  /** What the pool's runtimes report to; any thread. */
  public ModelRuntime.Listener listener() {
    return inbox;
  }

  @Override
  public int turn(long nowNanos) {
    now = nowNanos;
    int work = inbox.takeCommands(takeCommand, MESSAGES_A_TURN);
    work += inbox.takeReports(takeReport, MESSAGES_A_TURN);
    if (!inbox.overrun().isEmpty()) {
      reports.giveUp(inbox.overrun(), nowNanos);
    }
    work += timers.fire(nowNanos);
    draining.look();
    return work + assigner.assign(nowNanos);
  }

  @Override
  public long nextDeadline() {
    // All ticks up to now have been fired; the wheel may name one of them for a timer that is
    // whole turns away, and the thread would not rest.
    long nextTick = wheelStart + (Math.floorDiv(now - wheelStart, TICK_NANOS) + 1) * TICK_NANOS;
    return Math.max(timers.nextDeadline(), nextTick);
  }

  private void report(Report report) {
    reports.take(report, now);
  }

  private void command(Command command) {
    switch (command) {
      case Command.Arrive(var run) -> arrive(run);
      case Command.Cancel(var run) -> cancel(run);
      case Command.Ready(var deployment, var host) -> hosts.ready(deployment, host, now);
      case Command.Unavailable(var deployment, var host, var problem) ->
          unavailable(deployment, host, problem);
      case Command.Lost(var host, var reason) -> lost(host, reason);
      case Command.Drain drain -> draining.begin(drain);
    }
  }

  private void arrive(TaskRun run) {
    run.arrival = ++arrivals;
    run.laneSince = now;
    run.onTimeUp(endings::timeUp);
    run.resume();
    run.task.stamps().mark(Stamp.QUEUED, now);
    run.task.stamps().mark(Stamp.FEATURES_READY, now);
    CancelReason reason = run.cancelReason();
    Problem problem = hosts.whyUnavailable(run.deployment.id());
    if (reason != null) {
      endings.cancelled(run, reason);
    } else if (run.late(now)) {
      endings.timeUp(run, now);
    } else if (problem != null && forGood(problem)) {
      endings.failed(run, problem);
    } else if (!draining.turnedAway(run)) {
      lanes.enter(run, now);
    }
  }

  private void cancel(TaskRun run) {
    CancelReason reason = run.cancelReason();
    // One that is still to arrive is cancelled when it does.
    boolean here = run.phase == TaskRun.Phase.WAITING || run.phase == TaskRun.Phase.RUNNING;
    if (here && reason != null) {
      endings.cancelled(run, reason);
    }
  }

  private void unavailable(int deployment, String host, Problem problem) {
    if (hosts.unavailable(deployment, host, problem) && forGood(problem)) {
      for (TaskRun run : lanes.waitingFor(deployment)) {
        endings.failed(run, problem);
      }
    }
  }

  /** A model that loads, or an upstream that is away, is waited for; a broken file is not. */
  private static boolean forGood(Problem problem) {
    return problem.code().retry() == ErrorCode.Retry.NEVER;
  }

  private void lost(String hostName, String reason) {
    Host host = hosts.lost(hostName);
    inbox.forgetBeats(hostName);
    if (host != null) {
      lostHosts.died(host, reason, now);
    }
  }
}
