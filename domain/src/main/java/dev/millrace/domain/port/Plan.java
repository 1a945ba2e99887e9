package dev.millrace.domain.port;

import dev.millrace.domain.model.Deployment;
import java.util.List;

/**
 * What routing chose for a task: steps to try in order. A step that ends without being accepted is
 * offered again as the next one; nobody but the scheduler's loop re-queues.
 *
 * @param steps at least one
 * @param snapshot the configuration it was chosen under
 */
public record Plan(List<Step> steps, long snapshot) {

  public Plan {
    if (steps.isEmpty()) {
      throw new IllegalArgumentException("a plan without a step");
    }
  }

  /**
   * One step.
   *
   * @param deployment which runs it
   */
  public record Step(Deployment deployment) {}
}
