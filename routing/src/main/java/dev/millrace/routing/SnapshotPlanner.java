package dev.millrace.routing;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.port.Plan;
import dev.millrace.domain.port.Planner;
import dev.millrace.domain.snapshot.ServingSnapshot;
import dev.millrace.domain.snapshot.SnapshotSource;
import dev.millrace.domain.task.Task;
import java.util.List;

/**
 * Plans by name: one step, the deployment that the current snapshot serves under the model's name.
 * The current one, not the one of admission: a roll-back holds for every attempt not yet begun.
 */
public final class SnapshotPlanner implements Planner {

  private final SnapshotSource snapshots;

  public SnapshotPlanner(SnapshotSource snapshots) {
    this.snapshots = snapshots;
  }

  @Override
  public Choice plan(Task task) {
    ServingSnapshot snapshot = snapshots.current();
    Deployment deployment = snapshot.deployment(task.model());
    if (deployment == null) {
      Problem damage = snapshot.whyNot(task.model());
      return new Choice.None(
          damage != null
              ? damage
              : Problem.of(
                  ErrorCode.NOT_FOUND,
                  "the model "
                      + task.model()
                      + " is not served (snapshot "
                      + snapshot.number()
                      + ")"));
    }
    return new Choice.Chosen(new Plan(List.of(new Plan.Step(deployment)), snapshot.number()));
  }
}
