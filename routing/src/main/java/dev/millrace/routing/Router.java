package dev.millrace.routing;

import dev.millrace.domain.error.Problem;
import dev.millrace.domain.port.Dispatcher;
import dev.millrace.domain.port.LaneSpace;
import dev.millrace.domain.port.Planner;
import dev.millrace.domain.port.StreamWriter;
import dev.millrace.domain.port.TaskSink;
import dev.millrace.domain.stream.StreamEvent.End;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskState;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Takes an acknowledged task to the dispatcher with its plan.
 *
 * <p>A task without a plan (its model was withdrawn after admission) ends here as failed, and the
 * place that admission reserved is given back where it was taken: under the pool that {@code
 * reservedPool} names, which is told by the task's own snapshot number and not by the current
 * snapshot, where the model may be gone or moved. A task with a plan keeps its place, even when the
 * plan leads to another pool: the scheduler gives it back by the same rule.
 */
public final class Router implements TaskSink {

  private final Planner planner;
  private final Dispatcher dispatcher;
  private final LaneSpace lanes;
  private final Function<Task, @Nullable String> reservedPool;

  /**
   * @param reservedPool under which pool a task's place was reserved, or null for none; see {@link
   *     RecentSnapshots#reservedPool}
   */
  public Router(
      Planner planner,
      Dispatcher dispatcher,
      LaneSpace lanes,
      Function<Task, @Nullable String> reservedPool) {
    this.planner = planner;
    this.dispatcher = dispatcher;
    this.lanes = lanes;
    this.reservedPool = reservedPool;
  }

  @Override
  public void accept(Task task, StreamWriter stream) {
    switch (planner.plan(task)) {
      case Planner.Choice.Chosen(var plan) -> dispatcher.dispatch(task, plan, stream);
      case Planner.Choice.None(var problem) -> endUnplanned(task, stream, problem);
    }
  }

  private void endUnplanned(Task task, StreamWriter stream, Problem problem) {
    String pool = reservedPool.apply(task);
    if (pool != null) {
      lanes.release(pool, task.taskClass(), task.input().size());
    }
    stream.append(End.failed(TaskState.FAILED, problem));
  }
}
