package dev.millrace.scheduling;

import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.port.ModelRuntime;
import dev.millrace.kernel.timer.TimerWheel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Who waits in a pool: a queue for each deployment, and the clock on every stay. Owned by the
 * pool's thread.
 */
final class Lanes {

  /** Beyond so many, queues of deployments that have nothing to do are forgotten. */
  private static final int KEPT = 64;

  private final Map<Integer, DeploymentQueue> byDeployment = new LinkedHashMap<>();
  private final Function<Deployment, ModelRuntime> runtimes;
  private final TimerWheel timers;
  private final SchedulingMeters meters;
  private final int classShare;
  private final long laneWaitNanos;

  Lanes(
      Function<Deployment, ModelRuntime> runtimes,
      TimerWheel timers,
      SchedulingMeters meters,
      SchedulingConfig config) {
    this.runtimes = runtimes;
    this.timers = timers;
    this.meters = meters;
    this.classShare = config.classShare();
    this.laneWaitNanos = config.laneWait().toNanos();
  }

  /** A newcomer goes to the end. */
  void enter(TaskRun run, long nowNanos) {
    queueOf(run.deployment).add(run);
    begunToWait(run, nowNanos);
  }

  /** Tasks whose attempts were lost go before all others, in the order in which they came. */
  void giveBack(List<TaskRun> runs, long nowNanos) {
    List<TaskRun> latestFirst = new ArrayList<>(runs);
    latestFirst.sort(Comparator.comparingLong((TaskRun run) -> run.arrival).reversed());
    for (TaskRun run : latestFirst) {
      meters.unleased(run.taskClass());
      queueOf(run.deployment).addFirst(run);
      begunToWait(run, nowNanos);
    }
  }

  private void begunToWait(TaskRun run, long nowNanos) {
    run.phase = TaskRun.Phase.WAITING;
    run.laneSince = nowNanos;
    meters.enqueued(run.taskClass());
    timers.cancel(run);
    long untilDeadline = run.task.deadlineNanos() - nowNanos;
    timers.set(run, nowNanos + Math.min(untilDeadline, laneWaitNanos));
  }

  private DeploymentQueue queueOf(Deployment deployment) {
    DeploymentQueue known = byDeployment.get(deployment.id());
    if (known != null) {
      return known;
    }
    if (byDeployment.size() >= KEPT) {
      byDeployment.values().removeIf(DeploymentQueue::idle);
    }
    DeploymentQueue fresh =
        new DeploymentQueue(
            deployment,
            runtimes.apply(deployment),
            meters.ofModel(deployment.model()),
            classShare,
            ArrivalOrder::new);
    byDeployment.put(deployment.id(), fresh);
    return fresh;
  }

  /** Everybody who waits for a deployment, those before others first. */
  List<TaskRun> waitingFor(int deployment) {
    DeploymentQueue queue = byDeployment.get(deployment);
    return queue == null ? List.of() : queue.waitingRuns();
  }

  /** Everybody who waits. */
  List<TaskRun> waitingRuns() {
    List<TaskRun> all = new ArrayList<>();
    for (DeploymentQueue queue : byDeployment.values()) {
      all.addAll(queue.waitingRuns());
    }
    return all;
  }

  Collection<DeploymentQueue> queues() {
    return byDeployment.values();
  }

  int waiting() {
    int sum = 0;
    for (DeploymentQueue queue : byDeployment.values()) {
      sum += queue.waiting();
    }
    return sum;
  }
}
