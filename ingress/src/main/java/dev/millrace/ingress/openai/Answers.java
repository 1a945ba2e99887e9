package dev.millrace.ingress.openai;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.stream.StreamEvent.End;
import dev.millrace.domain.task.Stamp;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskState;
import dev.millrace.ingress.http.Exchange;
import dev.millrace.kernel.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What all answers of this door carry, and how an end becomes a problem. */
final class Answers {

  private Answers() {}

  /** Names the task and the time spent so far; to be called before the head is written. */
  static void headers(Exchange exchange, Task task, Clock clock) {
    long nanos = clock.nanoTime() - task.stamps().at(Stamp.ACCEPTED);
    exchange
        .response()
        .putHeader("x-millrace-task", task.id().toString())
        .putHeader("openai-processing-ms", Long.toString(Math.max(0, nanos / 1_000_000)));
  }

  static void labels(Exchange exchange, List<String> labels) {
    if (!labels.isEmpty()) {
      exchange.response().putHeader("x-millrace-labels", String.join(",", labels));
    }
  }

  /** Why there is no answer, or null when there is one. */
  static @Nullable Problem problem(End end) {
    if (end.problem() != null || end.state() == TaskState.SUCCEEDED) {
      return end.problem();
    }
    return Problem.of(ErrorCode.CANCELLED, "the task ended " + end.state().wireName());
  }

  static Problem lost(Task task) {
    return Problem.of(
        ErrorCode.RUNTIME_FAILED, "events of " + task.id() + " were lost; the answer has a hole");
  }

  static Problem restarted(Task task) {
    return Problem.of(
        ErrorCode.RUNTIME_FAILED,
        "the answer of " + task.id() + " begins again, which this protocol cannot say; ask again");
  }
}
