package dev.millrace.ingress.grpc;

import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.port.StreamView;
import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.domain.stream.StreamEvent.End;
import dev.millrace.domain.task.Task;
import dev.millrace.ingress.call.Call;
import dev.millrace.ingress.call.CallHeaders;
import dev.millrace.ingress.call.Line;
import dev.millrace.ingress.call.TaskFactory;
import dev.millrace.ingress.call.TaskRequest;
import dev.millrace.ingress.grpc.wire.ModelInferRequest;
import dev.millrace.ingress.grpc.wire.ModelInferResponse;
import dev.millrace.ingress.http.Loop;
import dev.millrace.ingress.v2.Catalog;
import dev.millrace.ingress.v2.InferOutcome;
import dev.millrace.ingress.v2.InferRequest;

/** {@code ModelInfer}, and what it shares with {@code ModelStreamInfer}. One a loop. */
final class InferCalls {

  private final Line line;
  private final Loop loop;
  private final TaskFactory factory;
  private final Catalog catalog;

  InferCalls(Line line, Loop loop, TaskFactory factory, Catalog catalog) {
    this.line = line;
    this.loop = loop;
    this.factory = factory;
    this.catalog = catalog;
  }

  /** {@code ModelInfer}. */
  void infer(GrpcCall call) {
    Unary.serve(call, ModelInferRequest.parser(), this::infer);
  }

  private void infer(GrpcCall call, ModelInferRequest message) {
    InferRequest request = request(call, Deadline.of(call, line.clock()), message);
    Task task = factory.make(call.principal(), request.task).task();
    submit(call, task, new Answer(call, request));
  }

  private void submit(GrpcCall call, Task task, Call.Reader reader) {
    Call followed = new Call(line, loop, reader);
    call.onGone(followed::clientGone);
    followed.submit(task);
  }

  /** Begins a task for one of many messages. */
  Call begin(GrpcCall call, InferRequest request, Call.Reader reader) {
    Task task = factory.make(call.principal(), request.task).task();
    Call followed = new Call(line, loop, reader);
    followed.submit(task);
    return followed;
  }

  /** What a message asks for, under the call's headers. */
  InferRequest request(GrpcCall call, Deadline deadline, ModelInferRequest message) {
    Catalog.Model model = catalog.model(message.getModelName(), message.getModelVersion());
    TaskRequest task = TaskRequest.call("v2");
    CallHeaders.read(call::header, task);
    InferRequest request = new InferRequest(model, call.principal().highestClass(), task);
    InferMessages.read(message, request);
    deadline.limit(task, line.snapshots().current().limits().deadlineMillis());
    return request;
  }

  /** Answers with all outputs at once. */
  private static final class Answer implements Call.Reader {

    private final GrpcCall call;
    private final InferRequest request;
    private final InferOutcome outcome;

    Answer(GrpcCall call, InferRequest request) {
      this.call = call;
      this.request = request;
      this.outcome = new InferOutcome(request);
    }

    @Override
    public void acknowledged(StreamView stream) {
      call.metadata("x-millrace-task", stream.task().id().toString());
    }

    @Override
    public void refused(Problem problem) {
      call.fail(problem);
    }

    @Override
    public boolean ready() {
      return true;
    }

    @Override
    public void event(int number, StreamEvent event) {
      if (!(event instanceof End end)) {
        outcome.take(event);
        return;
      }
      if (!end.labels().isEmpty()) {
        call.metadata("x-millrace-labels", String.join(",", end.labels()));
      }
      Problem problem = InferOutcome.problem(end);
      if (problem != null) {
        call.fail(problem);
        return;
      }
      try {
        ModelInferResponse.Builder answer = InferMessages.answer(request);
        InferMessages.add(outcome.outputs(end), answer);
        if (end.finishReason() != null) {
          answer.putParameters("finish_reason", InferMessages.text(end.finishReason()));
        }
        call.end(answer.build());
      } catch (ProblemException missing) {
        call.fail(missing.problem());
      }
    }
  }
}
