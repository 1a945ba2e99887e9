package dev.millrace.ingress.grpc;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.port.StreamView;
import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.domain.stream.StreamEvent.Code;
import dev.millrace.domain.stream.StreamEvent.End;
import dev.millrace.domain.stream.StreamEvent.Notice;
import dev.millrace.domain.stream.StreamEvent.Token;
import dev.millrace.ingress.call.Call;
import dev.millrace.ingress.grpc.wire.ModelInferResponse;
import dev.millrace.ingress.v2.InferOutcome;
import dev.millrace.ingress.v2.InferRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answers to one request of a stream: a generator's text token by token, else one. */
final class StreamAnswer implements Call.Reader {

  private final StreamInfer stream;
  private final InferRequest request;
  private final InferOutcome outcome;
  private final boolean last;
  private @Nullable Call call;
  private boolean begun;

  /**
   * @param last whether the last answer says that it is the last
   */
  StreamAnswer(StreamInfer stream, InferRequest request, boolean last) {
    this.stream = stream;
    this.request = request;
    this.outcome = new InferOutcome(request);
    this.last = last;
  }

  void follow(Call followed) {
    call = followed;
  }

  boolean isFollowed() {
    return call != null;
  }

  void pump() {
    if (call != null) {
      call.pump();
    }
  }

  void clientGone() {
    if (call != null) {
      call.clientGone();
    }
  }

  @Override
  public void acknowledged(StreamView accepted) {
    // The id of the task has no place in these answers.
  }

  @Override
  public void refused(Problem problem) {
    fail(problem);
  }

  @Override
  public boolean ready() {
    return stream.isWritable();
  }

  @Override
  public void event(int number, StreamEvent event) {
    switch (event) {
      case Token(var _, var more) -> {
        if (!more.isEmpty()) {
          begun = true;
          ModelInferResponse.Builder answer = InferMessages.answer(request);
          InferMessages.add(List.of(InferOutcome.text(outcome.textName(), more)), answer);
          mark(answer, /* isLast= */ false);
          stream.answer(answer);
        }
      }
      case Notice(var code, var _) -> notice(code);
      case End end -> end(end);
    }
  }

  private void notice(Code code) {
    if (code == Code.RESTART && begun) {
      fail(
          Problem.of(
              ErrorCode.RUNTIME_FAILED, "the answer began anew, which this stream cannot say"));
      clientGone();
    }
  }

  private void end(End end) {
    Problem problem = InferOutcome.problem(end);
    if (problem != null) {
      fail(problem);
      return;
    }
    try {
      ModelInferResponse.Builder answer = InferMessages.answer(request);
      if (!request.model.spec().generates()) {
        InferMessages.add(outcome.outputs(end), answer);
      }
      if (end.finishReason() != null) {
        answer.putParameters("finish_reason", InferMessages.text(end.finishReason()));
      }
      mark(answer, /* isLast= */ true);
      if (last || !request.model.spec().generates()) {
        stream.answer(answer);
      }
      stream.ended(this);
    } catch (ProblemException missing) {
      fail(missing.problem());
    }
  }

  private void mark(ModelInferResponse.Builder answer, boolean isLast) {
    if (last) {
      answer.putParameters(InferParameters.FINAL, InferMessages.truth(isLast));
    }
  }

  private void fail(Problem problem) {
    stream.fail(request.id == null ? "" : request.id, problem);
    stream.ended(this);
  }
}
