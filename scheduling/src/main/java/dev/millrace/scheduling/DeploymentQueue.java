package dev.millrace.scheduling;

import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.port.ModelRuntime;
import dev.millrace.domain.task.TaskClass;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The part of a pool's lanes that waits for one deployment, and that deployment's slots. Each
 * deployment has its own, so that one which is busy or not ready holds up nobody else. Owned by the
 * pool's thread.
 */
final class DeploymentQueue {

  private static final int CLASSES = TaskClass.values().length;

  final Deployment deployment;
  final ModelRuntime runtime;
  final ModelMeters meters;
  private final OrderPolicy[] orders = new OrderPolicy[CLASSES];
  private final int[] waiting = new int[CLASSES];
  private final ClassRotation rotation;
  private int waitingAll;
  private int inFlight;

  DeploymentQueue(
      Deployment deployment,
      ModelRuntime runtime,
      ModelMeters meters,
      int classShare,
      Supplier<OrderPolicy> order) {
    this.deployment = deployment;
    this.runtime = runtime;
    this.meters = meters;
    this.rotation = new ClassRotation(classShare);
    for (int at = 0; at < CLASSES; at++) {
      orders[at] = order.get();
    }
  }

  void add(TaskRun run) {
    orderOf(run).add(run);
    entered(run);
  }

  /** Back to the front, after its attempt was lost. */
  void addFirst(TaskRun run) {
    orderOf(run).addFirst(run);
    entered(run);
  }

  private void entered(TaskRun run) {
    run.queue = this;
    waiting[run.taskClass().ordinal()]++;
    waitingAll++;
  }

  /** Whose turn it is, or null when nobody waits. */
  @Nullable TaskRun next() {
    int taskClass = rotation.next(waiting);
    return taskClass < 0 ? null : orders[taskClass].first();
  }

  /** Takes it out to be run. */
  void take(TaskRun run) {
    remove(run);
    rotation.taken(run.taskClass().ordinal(), waiting);
  }

  /** Takes it out because it ended. */
  void remove(TaskRun run) {
    orderOf(run).remove(run);
    waiting[run.taskClass().ordinal()]--;
    waitingAll--;
  }

  private OrderPolicy orderOf(TaskRun run) {
    return orders[run.taskClass().ordinal()];
  }

  /** Everybody who waits here, by class. */
  List<TaskRun> waitingRuns() {
    List<TaskRun> all = new ArrayList<>(waitingAll);
    for (OrderPolicy order : orders) {
      order.forEach(all::add);
    }
    return all;
  }

  int waiting() {
    return waitingAll;
  }

  int freeSlots() {
    return deployment.concurrency() - inFlight;
  }

  void slotTaken() {
    inFlight++;
  }

  void slotFreed() {
    inFlight--;
  }

  boolean idle() {
    return waitingAll == 0 && inFlight == 0;
  }
}
