package dev.millrace.ingress.grpc;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.ingress.grpc.wire.ModelInferRequest;
import dev.millrace.ingress.grpc.wire.ModelInferResponse;
import dev.millrace.ingress.grpc.wire.ModelStreamInferResponse;
import dev.millrace.ingress.v2.InferRequest;
import dev.millrace.kernel.Clock;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * {@code ModelStreamInfer}: many requests and their answers on one call. Answers come as they are
 * ready; each carries its request's id. What is wrong with one request is told in its answer and
 * harms no other, unless the client asked for the first error to end the call.
 *
 * <p>While as many requests are open as a client may have, no more are read; while the client takes
 * nothing, nothing is taken from the tasks' streams.
 */
final class StreamInfer implements GrpcCall.Receiver {

  /** A header by which errors end the call. */
  private static final String ERRORS_END = "triton_grpc_error";

  private final GrpcCall call;
  private final InferCalls infer;
  private final Deadline deadline;
  private final Clock clock;
  private final int mostOpen;
  private final boolean errorsEnd;
  private final Set<StreamAnswer> open = new LinkedHashSet<>();
  private boolean complete;
  private long blockedSinceNanos;

  /**
   * @param mostOpen requests without their last answer
   */
  StreamInfer(GrpcCall call, InferCalls infer, Clock clock, int mostOpen) {
    this.call = call;
    this.infer = infer;
    this.clock = clock;
    this.deadline = Deadline.of(call, clock);
    this.mostOpen = mostOpen;
    this.errorsEnd = "true".equalsIgnoreCase(call.header(ERRORS_END));
    call.onGone(this::gone);
    call.onWritable(this::drained);
  }

  @Override
  public void message(byte[] bytes) {
    ModelInferRequest message = Messages.parse(ModelInferRequest.parser(), bytes);
    try {
      InferRequest request = infer.request(call, deadline, message);
      request.task.stream = request.model.spec().generates();
      boolean last = wantsLast(message);
      StreamAnswer answer = new StreamAnswer(this, request, last);
      // Open before it begins: it may be refused before this returns.
      open.add(answer);
      answer.follow(infer.begin(call, request, answer));
    } catch (ProblemException refused) {
      open.removeIf(answer -> !answer.isFollowed());
      fail(message.getId(), refused.problem());
    }
    if (open.size() >= mostOpen) {
      call.pause();
    }
  }

  private static boolean wantsLast(ModelInferRequest message) {
    var wanted = message.getParametersMap().get(InferParameters.FINAL_WANTED);
    return wanted != null && wanted.getBoolParam();
  }

  @Override
  public void complete() {
    complete = true;
    endWhenDone();
  }

  private void endWhenDone() {
    if (complete && open.isEmpty()) {
      call.end();
    }
  }

  boolean isWritable() {
    if (call.isWritable()) {
      return true;
    }
    if (blockedSinceNanos == 0) {
      blockedSinceNanos = clock.nanoTime();
    }
    return false;
  }

  private void drained() {
    blockedSinceNanos = 0;
    for (StreamAnswer answer : List.copyOf(open)) {
      answer.pump();
    }
  }

  void answer(ModelInferResponse.Builder answer) {
    call.send(ModelStreamInferResponse.newBuilder().setInferResponse(answer).build());
  }

  /** One request has had its last answer. */
  void ended(StreamAnswer answer) {
    if (open.remove(answer)) {
      if (open.size() < mostOpen) {
        call.resume();
      }
      endWhenDone();
    }
  }

  void fail(String id, Problem problem) {
    if (errorsEnd) {
      call.fail(problem);
      return;
    }
    ModelInferResponse.Builder which = ModelInferResponse.newBuilder().setId(id);
    which.putParameters("code", InferMessages.text(problem.code().wireName()));
    call.send(
        ModelStreamInferResponse.newBuilder()
            .setErrorMessage(problem.message())
            .setInferResponse(which)
            .build());
  }

  private void gone() {
    List<StreamAnswer> left = List.copyOf(open);
    open.clear();
    left.forEach(StreamAnswer::clientGone);
  }

  /** Ends what is past its time, and cuts off who takes nothing. */
  void sweep(long nowNanos, long stuckNanos) {
    if (deadline.isPast()) {
      call.fail(Problem.of(ErrorCode.DEADLINE_EXCEEDED, "the call's deadline came"));
    } else if (blockedSinceNanos != 0 && nowNanos - blockedSinceNanos > stuckNanos) {
      call.cut();
    }
  }

  boolean isOver() {
    return call.isOver();
  }
}
