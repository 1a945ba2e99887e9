package dev.millrace.domain.stream;

import dev.millrace.domain.error.Problem;
import dev.millrace.domain.task.TaskState;
import dev.millrace.domain.task.Usage;
import dev.millrace.domain.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One event of a stream. */
public sealed interface StreamEvent {

  /**
   * One token of a generator.
   *
   * @param id the token's number in the model's vocabulary; −1 where the model has none
   * @param text what it adds to the answer; empty while a character is incomplete
   */
  record Token(int id, String text) implements StreamEvent {}

  /**
   * Something a reader must know about the stream itself.
   *
   * @param attempt which attempt goes on from here
   */
  record Notice(Code code, int attempt) implements StreamEvent {}

  /** What a notice says. */
  enum Code {
    /** The answer begins again: the runtime could not extend what was recorded. */
    RESTART,
    /**
     * A loss of power took events that somebody may have read under the numbers from here on. What
     * is recorded is whole and goes on: only who comes back for a later number missed something.
     */
    GAP,
    /** The answer goes on in a cheaper way. */
    DEGRADED
  }

  /**
   * The last event: how the task ended.
   *
   * @param state terminal
   * @param finishReason of a generator: {@code stop} or {@code length}; null otherwise
   * @param usage tokens
   * @param labels what makes this not the plain answer, such as {@code truncated:tokens}
   * @param outputs of a function, by name, after the model's steps; of a generator its {@link
   *     ToolCalls}, if there are some
   * @param problem why, when the state is not {@code succeeded}
   */
  record End(
      TaskState state,
      @Nullable String finishReason,
      Usage usage,
      List<String> labels,
      List<Tensor> outputs,
      @Nullable Problem problem)
      implements StreamEvent {

    public End {
      if (!state.isTerminal()) {
        throw new IllegalArgumentException("an end in state " + state);
      }
    }

    public static End failed(TaskState state, Problem problem) {
      return new End(state, null, Usage.NONE, List.of(), List.of(), problem);
    }
  }
}
