package dev.millrace.ingress.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.stream.StreamEvent.Code;
import dev.millrace.domain.task.TaskState;
import dev.millrace.domain.tensor.Tensor;
import dev.millrace.ingress.grpc.wire.InferParameter;
import dev.millrace.ingress.grpc.wire.InferTensorContents;
import dev.millrace.ingress.grpc.wire.ModelInferRequest;
import dev.millrace.ingress.grpc.wire.ModelInferRequest.InferInputTensor;
import dev.millrace.ingress.grpc.wire.ModelInferResponse;
import dev.millrace.ingress.grpc.wire.ModelStreamInferResponse;
import dev.millrace.ingress.grpc.wire.ServerLiveRequest;
import dev.millrace.ingress.grpc.wire.ServerLiveResponse;
import dev.millrace.ingress.testing.Doors;
import dev.millrace.ingress.testing.FakeStream;
import dev.millrace.ingress.testing.GrpcClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StreamInferTest {

  private static final Tensor LABEL = Tensor.ofLongs("label", new long[] {1}, new long[] {1});

  private final Doors doors = new Doors();
  private final GrpcClient client = new GrpcClient(doors.port());

  @AfterEach
  void close() {
    client.close();
    doors.close();
  }

  private GrpcClient.Call open(String... headers) {
    return client.inference("ModelStreamInfer", headers);
  }

  private static ModelInferRequest row(String id) {
    return ModelInferRequest.newBuilder()
        .setModelName("card-fraud")
        .setId(id)
        .addInputs(
            InferInputTensor.newBuilder()
                .setName("features")
                .setDatatype("FP32")
                .addShape(1)
                .addShape(16))
        .addRawInputContents(ByteString.copyFrom(new byte[64]))
        .build();
  }

  private static ModelInferRequest prompt(String id, boolean wantsLast) {
    return ModelInferRequest.newBuilder()
        .setModelName("tale")
        .setId(id)
        .putParameters(
            "triton_enable_empty_final_response",
            InferParameter.newBuilder().setBoolParam(wantsLast).build())
        .addInputs(
            InferInputTensor.newBuilder()
                .setName("prompt")
                .setDatatype("BYTES")
                .addShape(1)
                .setContents(
                    InferTensorContents.newBuilder()
                        .addBytesContents(ByteString.copyFromUtf8("Once"))))
        .build();
  }

  private static ModelStreamInferResponse next(GrpcClient.Call call) {
    return call.next(ModelStreamInferResponse.parser());
  }

  private static ModelInferResponse answer(GrpcClient.Call call) {
    ModelStreamInferResponse next = next(call);
    assertThat(next.getErrorMessage()).isEmpty();
    return next.getInferResponse();
  }

  private static String text(ModelInferResponse answer) {
    return answer.getRawOutputContents(0).substring(4).toStringUtf8();
  }

  @Test
  void each_request_has_its_answer_in_the_order_in_which_they_end() {
    GrpcClient.Call call = open().send(row("a")).send(row("b"));
    FakeStream first = doors.line.next();
    FakeStream second = doors.line.next();
    second.give(LABEL);
    assertThat(answer(call).getId()).isEqualTo("b");
    first.give(LABEL);
    ModelInferResponse last = answer(call);
    assertThat(last.getId()).isEqualTo("a");
    assertThat(last.getRawOutputContents(0).toByteArray()).isEqualTo(LABEL.data());
    assertThat(call.isEnded()).isFalse();
    assertThat(call.end().code()).isZero();
  }

  @Test
  void an_end_of_requests_waits_for_the_last_answer() {
    GrpcClient.Call call = open().send(row("a")).end();
    doors.line.next().give(LABEL);
    assertThat(answer(call).getId()).isEqualTo("a");
    assertThat(call.code()).isZero();
    assertThat(open().end().code()).isZero();
  }

  @Test
  void a_generator_answers_token_by_token_and_says_which_answer_is_the_last() {
    doors.line.behave(stream -> stream.say(" upon", "", " a").succeed("stop"));
    GrpcClient.Call call = open().send(prompt("7", true)).end();
    ModelInferResponse first = answer(call);
    assertThat(first.getId()).isEqualTo("7");
    assertThat(text(first)).isEqualTo(" upon");
    assertThat(first.getParametersMap().get("triton_final_response").getBoolParam()).isFalse();
    assertThat(text(answer(call))).isEqualTo(" a");
    ModelInferResponse last = answer(call);
    assertThat(last.getOutputsList()).isEmpty();
    assertThat(last.getParametersMap().get("triton_final_response").getBoolParam()).isTrue();
    assertThat(last.getParametersMap().get("finish_reason").getStringParam()).isEqualTo("stop");
    assertThat(call.code()).isZero();
    assertThat(call.waiting()).isZero();
  }

  @Test
  void who_does_not_ask_for_an_empty_last_answer_gets_none() {
    doors.line.behave(stream -> stream.say(" upon").succeed("stop"));
    GrpcClient.Call call = open().send(prompt("7", false)).end();
    ModelInferResponse only = answer(call);
    assertThat(only.getParametersMap()).doesNotContainKey("triton_final_response");
    assertThat(call.code()).isZero();
    assertThat(call.waiting()).isZero();
  }

  @Test
  void an_error_is_the_answer_of_its_request_and_harms_no_other() {
    GrpcClient.Call call = open().send(row("a").toBuilder().setModelName("nobody").build());
    ModelStreamInferResponse refused = next(call);
    assertThat(refused.getErrorMessage()).contains("no model");
    assertThat(refused.getInferResponse().getId()).isEqualTo("a");

    call.send(row("b"));
    doors.line.next().fail(TaskState.FAILED, Problem.of(ErrorCode.RUNTIME_FAILED, "it broke"));
    ModelStreamInferResponse failed = next(call);
    assertThat(failed.getErrorMessage()).isEqualTo("it broke");
    assertThat(failed.getInferResponse().getId()).isEqualTo("b");

    doors.line.refuse(Problem.retryAfter(ErrorCode.OVERLOADED, "full", 100));
    call.send(row("c"));
    assertThat(next(call).getErrorMessage()).isEqualTo("full");
    doors.line.refuse(null);
    doors.line.behave(stream -> stream.give(LABEL));
    call.send(row("d"));
    assertThat(answer(call).getId()).isEqualTo("d");
    assertThat(call.end().code()).isZero();
  }

  @Test
  void who_asks_for_it_has_the_first_error_as_the_calls_status() {
    GrpcClient.Call call = open("triton_grpc_error", "true").send(row("a")).send(row("b"));
    FakeStream first = doors.line.next();
    FakeStream second = doors.line.next();
    first.fail(TaskState.FAILED, Problem.of(ErrorCode.UPSTREAM_FAILED, "it broke"));
    assertThat(call.code()).isEqualTo(14);
    assertThat(call.said()).isEqualTo("it broke");
    assertThat(doors.line.nextCancel().id()).isEqualTo(second.task().id());
  }

  @Test
  void a_client_that_cancels_takes_all_its_tasks_with_it() {
    GrpcClient.Call call = open().send(row("a")).send(prompt("b", true));
    List<Object> tasks =
        new ArrayList<>(List.of(doors.line.next().task().id(), doors.line.next().task().id()));
    call.cancel();
    tasks.remove(doors.line.nextCancel().id());
    tasks.remove(doors.line.nextCancel().id());
    assertThat(tasks).isEmpty();
  }

  @Test
  void no_more_requests_are_read_than_a_client_may_have_open() {
    GrpcClient.Call call = open();
    for (int i = 0; i < 7; i++) {
      call.send(row("r" + i));
    }
    List<FakeStream> streams = new ArrayList<>();
    for (int i = 0; i < Doors.LIMITS.tasksPerSocket(); i++) {
      streams.add(doors.line.next());
    }
    // Time for a fifth to come, were it read.
    assertThat(
            client
                .unary(
                    "ServerLive",
                    ServerLiveRequest.getDefaultInstance(),
                    ServerLiveResponse.parser())
                .getLive())
        .isTrue();
    assertThat(doors.line.nothingAccepted()).isTrue();
    doors.line.behave(stream -> stream.give(LABEL));
    streams.forEach(stream -> stream.give(LABEL));
    call.end();
    for (int i = 0; i < 7; i++) {
      answer(call);
    }
    assertThat(call.code()).isZero();
  }

  @Test
  void an_answer_that_begins_anew_cannot_be_streamed_once_it_has_begun() {
    doors.line.behave(stream -> stream.say("x").notice(Code.RESTART));
    GrpcClient.Call call = open().send(prompt("7", true)).end();
    assertThat(text(answer(call))).isEqualTo("x");
    assertThat(next(call).getErrorMessage()).contains("began anew");
    assertThat(call.code()).isZero();
    assertThat(doors.line.nextCancel().id()).isEqualTo(doors.line.next().task().id());
  }

  @Test
  void a_call_past_its_time_is_ended() {
    GrpcClient.Call call = open("grpc-timeout", "9S").send(row("a"));
    assertThat(doors.line.next().task().settings().budgetMillis()).isEqualTo(9_000);
    doors.line.until(call::isEnded, () -> doors.clock.advance(Duration.ofSeconds(10)));
    assertThat(call.code()).isEqualTo(4);
  }

  @Test
  void a_message_that_is_none_ends_the_call() {
    GrpcClient.Call call = open().raw(GrpcClient.framed(new byte[] {-1}, false));
    assertThat(call.code()).isEqualTo(3);
  }

  @Test
  void a_client_that_takes_nothing_is_cut_off_and_loses_its_task() {
    GrpcClient.Call call = open().send(prompt("7", true)).doNotRead();
    FakeStream stream = doors.line.next();
    for (int i = 0; i < 400; i++) {
      stream.say("x".repeat(4_096));
    }
    doors.line.cancelledWhile(() -> doors.clock.advance(Duration.ofSeconds(31)));
    assertThat(call).isNotNull();
  }
}
