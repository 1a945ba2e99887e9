package dev.millrace.scheduling;

import dev.millrace.domain.port.Dispatcher.CancelReason;
import dev.millrace.domain.task.TaskId;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Finds a dispatched task by its id, in whatever pool it is; any thread, no lock.
 *
 * <p>A cancel may overtake the dispatch of its task, which is acknowledged already. So a cancel of
 * an unknown task is remembered for when it comes. Most of these name tasks that ended; only the
 * newest are kept.
 */
final class LiveTasks {

  static final int EARLY_CANCELS = 1_024;

  private final Map<TaskId, TaskRun> runs = new ConcurrentHashMap<>();
  private final Map<TaskId, CancelReason> early = new ConcurrentHashMap<>();
  private final Queue<TaskId> earlyInOrder = new ConcurrentLinkedQueue<>();
  private final AtomicInteger earlyCount = new AtomicInteger();

  void add(TaskRun run) {
    runs.put(run.task.id(), run);
    // After the put: a cancel that comes in between finds the run, or is found here.
    CancelReason reason = early.isEmpty() ? null : early.remove(run.task.id());
    if (reason != null) {
      run.requestCancel(reason);
    }
  }

  void remove(TaskRun run) {
    runs.remove(run.task.id(), run);
  }

  /** The run that must be told of this cancel, or null when there is none or it was told before. */
  @Nullable TaskRun cancel(TaskId id, CancelReason reason) {
    TaskRun run = runs.get(id);
    if (run == null) {
      remember(id, reason);
      run = runs.get(id);
    }
    return run != null && run.requestCancel(reason) ? run : null;
  }

  private void remember(TaskId id, CancelReason reason) {
    if (early.putIfAbsent(id, reason) != null) {
      return;
    }
    earlyInOrder.add(id);
    if (earlyCount.incrementAndGet() > EARLY_CANCELS) {
      TaskId eldest = earlyInOrder.poll();
      if (eldest != null) {
        earlyCount.decrementAndGet();
        early.remove(eldest);
      }
    }
  }

  int size() {
    return runs.size();
  }
}
