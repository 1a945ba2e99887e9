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

  private static final String INPUT = "/input/";

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

  /** As {@link #problem}, with the field to blame as completions and chats name it. */
  static @Nullable Problem ofGeneration(End end) {
    Problem problem = problem(end);
    String field = problem == null ? null : problem.field();
    if (problem == null || field == null || !field.startsWith(INPUT)) {
      return problem;
    }
    String own = field.substring(INPUT.length() - 1);
    return new Problem(problem.code(), problem.message(), own, problem.retryAfterMillis());
  }

  /** As {@link #problem}, with the field to blame as responses name it. */
  static @Nullable Problem ofResponse(End end) {
    Problem problem = ofGeneration(end);
    String field = problem == null ? null : problem.field();
    if (problem == null || field == null) {
      return problem;
    }
    // Which message it was is not said: instructions are one that the input does not count.
    String own =
        field.startsWith("/messages")
            ? "/input"
            : field
                .replaceFirst("^/max_tokens$", "/max_output_tokens")
                .replaceFirst("^/response_format(/json_schema)?", "/text/format");
    return new Problem(problem.code(), problem.message(), own, problem.retryAfterMillis());
  }

  static Problem lost(Task task) {
    return Problem.of(
        ErrorCode.RUNTIME_FAILED,
        "events of " + task.id() + " that you may have read were lost; read it from the start");
  }

  static Problem restarted(Task task) {
    return Problem.of(
        ErrorCode.RUNTIME_FAILED,
        "the answer of " + task.id() + " begins again, which this protocol cannot say; ask again");
  }
}
