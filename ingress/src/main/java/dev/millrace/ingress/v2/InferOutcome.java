package dev.millrace.ingress.v2;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.domain.stream.StreamEvent.Code;
import dev.millrace.domain.stream.StreamEvent.End;
import dev.millrace.domain.stream.StreamEvent.Notice;
import dev.millrace.domain.stream.StreamEvent.Token;
import dev.millrace.domain.task.TaskState;
import dev.millrace.domain.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a task's events come to on this door: outputs, or a problem. A generator's text is gathered
 * here and becomes its one output.
 */
public final class InferOutcome {

  private static final long[] ONE = {1};

  private final InferRequest request;
  private final @Nullable StringBuilder text;

  public InferOutcome(InferRequest request) {
    this.request = request;
    this.text = request.model.spec().generates() ? new StringBuilder() : null;
  }

  /** Takes an event that is not the last. */
  public void take(StreamEvent event) {
    if (text == null) {
      return;
    }
    if (event instanceof Token(var _, var more)) {
      text.append(more);
    } else if (event instanceof Notice(var code, var _) && code == Code.RESTART) {
      text.setLength(0);
    }
  }

  /** Why there are no outputs, or null when there are. */
  public static @Nullable Problem problem(End end) {
    if (end.problem() != null) {
      return end.problem();
    }
    return end.state() == TaskState.SUCCEEDED
        ? null
        : Problem.of(ErrorCode.CANCELLED, "the task ended " + end.state().wireName());
  }

  /** The name under which a generator's text goes out. */
  public String textName() {
    return request.outputs.isEmpty()
        ? request.model.signature().outputs().getFirst().name()
        : request.outputs.getFirst().name();
  }

  /** Text as the one output of a generator. */
  public static Tensor text(String name, String text) {
    return Tensor.ofTexts(name, ONE.clone(), List.of(text));
  }

  /**
   * The outputs that were asked for, in the order in which they were.
   *
   * @throws ProblemException when one of them did not come
   */
  public List<Tensor> outputs(End end) {
    List<Tensor> all =
        text != null && end.outputs().isEmpty()
            ? List.of(text(textName(), text.toString()))
            : end.outputs();
    if (request.outputs.isEmpty()) {
      return all;
    }
    List<Tensor> chosen = new ArrayList<>(request.outputs.size());
    for (InferRequest.Wanted wanted : request.outputs) {
      chosen.add(find(all, wanted.name()));
    }
    return chosen;
  }

  private static Tensor find(List<Tensor> outputs, String name) {
    for (Tensor output : outputs) {
      if (output.name().equals(name)) {
        return output;
      }
    }
    throw InferRequest.invalid(
        "/outputs",
        "'" + name + "'",
        String.join(", ", outputs.stream().map(Tensor::name).toList()));
  }
}
