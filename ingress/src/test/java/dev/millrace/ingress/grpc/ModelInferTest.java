package dev.millrace.ingress.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.port.Dispatcher.CancelReason;
import dev.millrace.domain.task.Input;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskClass;
import dev.millrace.domain.task.TaskState;
import dev.millrace.domain.tensor.DataType;
import dev.millrace.domain.tensor.Tensor;
import dev.millrace.ingress.grpc.wire.InferParameter;
import dev.millrace.ingress.grpc.wire.InferTensorContents;
import dev.millrace.ingress.grpc.wire.ModelInferRequest;
import dev.millrace.ingress.grpc.wire.ModelInferRequest.InferInputTensor;
import dev.millrace.ingress.grpc.wire.ModelInferRequest.InferRequestedOutputTensor;
import dev.millrace.ingress.grpc.wire.ModelInferResponse;
import dev.millrace.ingress.testing.Doors;
import dev.millrace.ingress.testing.GrpcClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelInferTest {

  private static final Tensor ROW = Tensor.ofFloats("features", new long[] {1, 16}, new float[16]);
  private static final Tensor LABEL = Tensor.ofLongs("label", new long[] {1}, new long[] {1});
  private static final Tensor PROBABILITIES =
      Tensor.ofFloats("probabilities", new long[] {1, 2}, new float[] {0.1f, 0.9f});

  private final Doors doors = new Doors();
  private final GrpcClient client = new GrpcClient(doors.port());

  @AfterEach
  void close() {
    client.close();
    doors.close();
  }

  private static InferInputTensor.Builder input(String name, String type, long... shape) {
    InferInputTensor.Builder input = InferInputTensor.newBuilder().setName(name).setDatatype(type);
    for (long size : shape) {
      input.addShape(size);
    }
    return input;
  }

  private static ModelInferRequest.Builder row() {
    return ModelInferRequest.newBuilder()
        .setModelName("card-fraud")
        .addInputs(input("features", "FP32", 1, 16))
        .addRawInputContents(ByteString.copyFrom(ROW.data()));
  }

  private GrpcClient.Call infer(ModelInferRequest.Builder request, String... headers) {
    return client.inference("ModelInfer", headers).send(request.build()).end();
  }

  private List<Tensor> taken() {
    return ((Input.Tensors) doors.line.next().task().input()).tensors();
  }

  @Test
  void raw_bytes_go_in_and_raw_bytes_come_out() {
    doors.line.behave(stream -> stream.give(LABEL, PROBABILITIES));
    GrpcClient.Call call = infer(row().setId("call 7").setModelVersion("1"));
    assertThat(call.code()).as(call.said()).isZero();
    ModelInferResponse answer = call.next(ModelInferResponse.parser());
    assertThat(answer.getModelName()).isEqualTo("card-fraud");
    assertThat(answer.getModelVersion()).isEqualTo("1");
    assertThat(answer.getId()).isEqualTo("call 7");
    assertThat(answer.getOutputsList()).hasSize(2);
    assertThat(answer.getOutputs(1).getName()).isEqualTo("probabilities");
    assertThat(answer.getOutputs(1).getDatatype()).isEqualTo("FP32");
    assertThat(answer.getOutputs(1).getShapeList()).containsExactly(1L, 2L);
    assertThat(answer.getRawOutputContents(0).toByteArray()).isEqualTo(LABEL.data());
    assertThat(answer.getRawOutputContents(1).toByteArray()).isEqualTo(PROBABILITIES.data());
    Task task = doors.line.next().task();
    assertThat(((Input.Tensors) task.input()).tensors()).containsExactly(ROW);
    assertThat(call.status()).containsEntry("x-millrace-task", task.id().toString());
    assertThat(task.settings().door()).isEqualTo("v2");
  }

  @ParameterizedTest
  @CsvSource({
    "bool, BOOL, 0100",
    "uint8, UINT8, 00ff",
    "uint16, UINT16, 0000ffff",
    "uint32, UINT32, 00000000ffffffff",
    "uint64, UINT64, 0000000000000000ffffffffffffffff",
    "int8, INT8, 807f",
    "int16, INT16, 0080ff7f",
    "int32, INT32, 00000080ffffff7f",
    "int64, INT64, 0000000000000080ffffffffffffff7f",
    "float32, FP32, 000080bf000080ff",
    "float64, FP64, 000000000000f87f000000000000f03f",
    "text, BYTES, 0000000006000000e4bda0e5a5bd",
  })
  void typed_contents_are_the_same_as_raw_ones(String name, DataType type, String hex) {
    doors.line.behave(stream -> stream.give(LABEL));
    InferTensorContents.Builder contents = InferTensorContents.newBuilder();
    switch (type) {
      case BOOL -> contents.addAllBoolContents(List.of(true, false));
      case UINT8 -> contents.addAllUintContents(List.of(0, 255));
      case UINT16 -> contents.addAllUintContents(List.of(0, 65_535));
      case UINT32 -> contents.addAllUintContents(List.of(0, -1));
      case UINT64 -> contents.addAllUint64Contents(List.of(0L, -1L));
      case INT8 -> contents.addAllIntContents(List.of(-128, 127));
      case INT16 -> contents.addAllIntContents(List.of(-32_768, 32_767));
      case INT32 -> contents.addAllIntContents(List.of(Integer.MIN_VALUE, Integer.MAX_VALUE));
      case INT64 -> contents.addAllInt64Contents(List.of(Long.MIN_VALUE, Long.MAX_VALUE));
      case FP32 -> contents.addAllFp32Contents(List.of(-1f, Float.NEGATIVE_INFINITY));
      case FP64 -> contents.addAllFp64Contents(List.of(Double.NaN, 1d));
      default ->
          contents.addAllBytesContents(List.of(ByteString.EMPTY, ByteString.copyFromUtf8("你好")));
    }
    ModelInferRequest.Builder request = ModelInferRequest.newBuilder().setModelName("echo");
    request.addInputs(input(name, type.name(), 1, 2).setContents(contents));
    GrpcClient.Call call = infer(request);
    assertThat(call.code()).as(call.said()).isZero();
    assertThat(taken().getFirst().data()).isEqualTo(HexFormat.of().parseHex(hex));
  }

  @ParameterizedTest
  @CsvSource({
    "float16, FP16, 003c007c",
    "bfloat16, BF16, 803fc07f",
    "text, BYTES, 0100000041010000007a"
  })
  void what_has_no_field_of_its_own_comes_raw(String name, String type, String hex) {
    doors.line.behave(
        stream -> {
          Tensor in = ((Input.Tensors) stream.task().input()).tensors().getFirst();
          stream.give(new Tensor("out", in.type(), in.shape(), in.data()));
        });
    byte[] data = HexFormat.of().parseHex(hex);
    GrpcClient.Call call =
        infer(
            ModelInferRequest.newBuilder()
                .setModelName("echo")
                .addInputs(input(name, type, 1, 2))
                .addRawInputContents(ByteString.copyFrom(data)));
    assertThat(call.code()).as(call.said()).isZero();
    assertThat(call.next(ModelInferResponse.parser()).getRawOutputContents(0).toByteArray())
        .isEqualTo(data);
  }

  private void refused(ModelInferRequest.Builder request, int code, String expected) {
    GrpcClient.Call call = infer(request);
    assertThat(call.code()).as(call.said()).isEqualTo(code);
    assertThat(call.said()).contains(expected);
    assertThat(call.waiting()).isZero();
    assertThat(doors.line.nothingAccepted()).isTrue();
  }

  @Test
  void contents_that_are_not_what_the_shape_says_are_refused() {
    refused(row().setInputs(0, input("features", "FP32", 2, 16)), 3, "64 bytes (expected: 32");
    refused(row().setInputs(0, input("features", "FP32", 1, 15)), 3, "[N, 16]");
    refused(row().setInputs(0, input("features", "FP32", -1, 16)), 3, "/inputs/0/shape");
    refused(row().setInputs(0, input("features", "FP32", 1L << 62, 16)), 3, "64 bits");
    refused(row().setInputs(0, input("features", "FP32", 1, 1, 1, 1, 1, 1, 1, 1, 1)), 3, "9 sizes");
    refused(row().setInputs(0, input("features", "FP64", 1, 16)), 3, "FP64 (expected: FP32");
    refused(row().setInputs(0, input("features", "FP31", 1, 16)), 3, "/inputs/0/datatype");
    refused(row().setInputs(0, input("x", "FP32", 1, 16)), 3, "expected: features");
    refused(row().clearRawInputContents(), 3, "0 bytes (expected: 16");
    refused(row().clearInputs().clearRawInputContents(), 3, "no features");
  }

  @Test
  void raw_and_typed_contents_are_not_mixed() {
    InferTensorContents one = InferTensorContents.newBuilder().addFp32Contents(1).build();
    refused(
        row().setInputs(0, input("features", "FP32", 1, 16).setContents(one)),
        3,
        "beside raw_input_contents");
    refused(row().addRawInputContents(ByteString.EMPTY), 3, "2 contents (expected: 1");
  }

  @Test
  void elements_outside_their_type_are_refused() {
    ModelInferRequest.Builder request = ModelInferRequest.newBuilder().setModelName("echo");
    InferTensorContents big =
        InferTensorContents.newBuilder().addIntContents(128).addUintContents(256).build();
    refused(
        request.addInputs(input("int8", "INT8", 1, 1).setContents(big)), 3, "128 (expected: whole");
    refused(
        request.setInputs(0, input("uint8", "UINT8", 1, 1).setContents(big)), 3, "256 (expected");
    refused(request.setInputs(0, input("float16", "FP16", 1, 1).setContents(big)), 12, "raw");
  }

  @Test
  void only_the_outputs_that_are_asked_for_come_in_their_order() {
    doors.line.behave(stream -> stream.give(LABEL, PROBABILITIES));
    InferRequestedOutputTensor wanted =
        InferRequestedOutputTensor.newBuilder().setName("probabilities").build();
    ModelInferResponse answer = infer(row().addOutputs(wanted)).next(ModelInferResponse.parser());
    assertThat(answer.getOutputsList()).hasSize(1);
    assertThat(answer.getRawOutputContentsList()).hasSize(1);
    refused0(row().addOutputs(wanted.toBuilder().setName("nothing")), "unknown output");
    refused0(
        row()
            .addOutputs(
                wanted.toBuilder()
                    .putParameters(
                        "classification", InferParameter.newBuilder().setInt64Param(3).build())),
        "not supported");
  }

  private void refused0(ModelInferRequest.Builder request, String expected) {
    GrpcClient.Call call = infer(request);
    assertThat(call.code()).isIn(3, 12);
    assertThat(call.said()).contains(expected);
  }

  @Test
  void parameters_and_headers_say_how_urgent_it_is() {
    doors.line.behave(stream -> stream.give(LABEL));
    InferParameter two = InferParameter.newBuilder().setUint64Param(3).build();
    InferParameter micros = InferParameter.newBuilder().setInt64Param(1_500_001).build();
    infer(row().putParameters("priority", two).putParameters("timeout", micros)).code();
    Task task = doors.line.next().task();
    assertThat(task.taskClass()).isEqualTo(TaskClass.SHEDDABLE);
    assertThat(task.settings().budgetMillis()).isEqualTo(1_501);
    infer(row(), "x-millrace-class", "critical", "x-millrace-deadline-ms", "700").code();
    task = doors.line.next().task();
    assertThat(task.taskClass()).isEqualTo(TaskClass.CRITICAL);
    assertThat(task.settings().budgetMillis()).isEqualTo(700);
  }

  @ParameterizedTest
  @CsvSource({
    "250m, 250",
    "2S, 2000",
    "1M, 60000",
    "1H, 3600000",
    "99999999H, 3600000",
    "1500u, 2",
    "1n, 1",
  })
  void the_calls_time_is_the_tasks_deadline(String timeout, long budget) {
    doors.line.behave(stream -> stream.give(LABEL));
    assertThat(infer(row(), "grpc-timeout", timeout).code()).isZero();
    assertThat(doors.line.next().task().settings().budgetMillis()).isEqualTo(budget);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "S", "-1S", "123456789S", "1x", "1.5S", "１S"})
  void a_time_that_is_none_is_refused(String timeout) {
    assertThat(infer(row(), "grpc-timeout", timeout).code()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({
    "OVERLOADED, 8",
    "RATE_LIMITED, 8",
    "MODEL_LOADING, 14",
    "DRAINING, 14",
    "STORAGE_FULL, 8",
    "FORBIDDEN, 7",
    "IDEMPOTENCY_MISMATCH, 9",
    "INTERNAL, 13",
  })
  void refusals_have_the_tables_status(ErrorCode code, int status) {
    doors.line.refuse(Problem.retryAfter(code, "not now: 100% ü\n", 120));
    GrpcClient.Call call = infer(row());
    assertThat(call.code()).isEqualTo(status);
    assertThat(call.said()).isEqualTo("not now: 100% %C3%BC%0A");
    assertThat(call.status()).containsEntry("x-millrace-code", code.wireName());
    assertThat(call.status().containsKey("grpc-retry-pushback-ms"))
        .isEqualTo(code.retry() != ErrorCode.Retry.NEVER);
  }

  @ParameterizedTest
  @CsvSource({
    "EXPIRED, DEADLINE_EXCEEDED, 4",
    "CANCELLED, CANCELLED, 1",
    "QUARANTINED, QUARANTINED, 13",
    "FAILED, UPSTREAM_FAILED, 14",
    "FAILED, INVALID_ARGUMENT, 3"
  })
  void a_task_that_ends_badly_has_the_tables_status(TaskState state, ErrorCode code, int status) {
    doors.line.behave(stream -> stream.fail(state, Problem.of(code, "so it ended")));
    GrpcClient.Call call = infer(row());
    assertThat(call.code()).isEqualTo(status);
    assertThat(call.said()).isEqualTo("so it ended");
  }

  @Test
  void a_model_or_a_version_that_is_not_there_is_not_found() {
    refused(row().setModelName("nobody"), 5, "no model");
    refused(row().setModelVersion("9"), 5, "no such version");
  }

  @Test
  void a_client_that_cancels_takes_its_task_with_it() {
    GrpcClient.Call call = infer(row());
    doors.line.next();
    call.cancel();
    assertThat(doors.line.nextCancel().reason()).isEqualTo(CancelReason.CLIENT_GONE);
  }

  @Test
  void a_generator_gives_its_text_as_one_output() {
    doors.line.behave(stream -> stream.say(" upon", " a").succeed("length"));
    ModelInferRequest.Builder request =
        ModelInferRequest.newBuilder()
            .setModelName("tale")
            .putParameters("max_tokens", InferParameter.newBuilder().setInt64Param(2).build())
            .addInputs(
                input("prompt", "BYTES", 1)
                    .setContents(
                        InferTensorContents.newBuilder()
                            .addBytesContents(ByteString.copyFromUtf8("Once"))));
    ModelInferResponse answer = infer(request).next(ModelInferResponse.parser());
    assertThat(answer.getRawOutputContents(0).toStringUtf8()).endsWith(" upon a");
    assertThat(answer.getParametersMap().get("finish_reason").getStringParam()).isEqualTo("length");
    assertThat(((Input.Json) doors.line.next().task().input()).utf8())
        .asString()
        .isEqualTo("{\"max_tokens\":2,\"prompt\":\"Once\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "deflate"})
  void a_message_may_come_compressed(String coding) throws IOException {
    doors.line.behave(stream -> stream.give(LABEL));
    byte[] packed = packed(coding, row().build().toByteArray());
    GrpcClient.Call call =
        client
            .inference("ModelInfer", "grpc-encoding", coding)
            .raw(GrpcClient.framed(packed, true))
            .end();
    assertThat(call.code()).as(call.said()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "deflate"})
  void a_bomb_is_refused_before_it_has_grown(String coding) throws IOException {
    byte[] packed = packed(coding, new byte[16 << 20]);
    GrpcClient.Call call =
        client
            .inference("ModelInfer", "grpc-encoding", coding)
            .raw(GrpcClient.framed(packed, true))
            .end();
    assertThat(call.code()).isEqualTo(8);
    assertThat(call.said()).contains("grow beyond");
  }

  private static byte[] packed(String coding, byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (var packing =
        coding.equals("gzip") ? new GZIPOutputStream(out) : new DeflaterOutputStream(out)) {
      packing.write(bytes);
    }
    return out.toByteArray();
  }

  @Test
  void a_length_beyond_the_limit_ends_the_call_before_the_message_comes() {
    GrpcClient.Call call =
        client
            .inference("ModelInfer")
            .raw(new byte[] {0, 0x7F, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 1, 2});
    assertThat(call.code()).isEqualTo(8);
    assertThat(call.said()).contains("2147483647 bytes (expected: at most 262144)");
  }

  @Test
  void frames_that_are_none_are_refused() {
    assertThat(client.inference("ModelInfer").end().code()).isEqualTo(3);
    byte[] twice = GrpcClient.framed(row().build().toByteArray(), false);
    assertThat(client.inference("ModelInfer").raw(twice).raw(twice).end().code()).isEqualTo(3);
    assertThat(client.inference("ModelInfer").raw(new byte[] {0, 0, 0}).end().code()).isEqualTo(3);
    assertThat(client.inference("ModelInfer").raw(new byte[] {0, 0, 0, 0, 9, 1}).end().code())
        .isEqualTo(3);
    assertThat(client.inference("ModelInfer").raw(new byte[] {7, 0, 0, 0, 0}).end().code())
        .isEqualTo(3);
    assertThat(client.inference("ModelInfer").raw(new byte[] {1, 0, 0, 0, 0}).end().code())
        .isEqualTo(3);
    GrpcClient.Call noMessage =
        client.inference("ModelInfer").raw(GrpcClient.framed(new byte[] {-1, -1}, false)).end();
    assertThat(noMessage.code()).isEqualTo(3);
    assertThat(noMessage.said()).contains("no message of this method");
  }

  @Test
  void a_message_in_small_pieces_is_one_message() {
    doors.line.behave(stream -> stream.give(LABEL));
    byte[] frame = GrpcClient.framed(row().build().toByteArray(), false);
    GrpcClient.Call call = client.inference("ModelInfer");
    for (byte each : frame) {
      call.raw(new byte[] {each});
    }
    assertThat(call.end().code()).isZero();
    assertThat(taken()).containsExactly(ROW);
  }

  @Test
  void a_message_that_does_not_come_is_given_up() {
    GrpcClient.Call call = client.inference("ModelInfer").raw(new byte[] {0, 0, 0, 1, 0, 1});
    doors.line.until(call::isEnded, () -> doors.clock.advance(Duration.ofSeconds(6)));
    assertThat(call.code()).isEqualTo(3);
    assertThat(call.said()).contains("did not arrive within 5000 ms");
  }

  @Test
  void an_unknown_coding_is_told_which_there_are() {
    GrpcClient.Call call = infer(row(), "grpc-encoding", "snappy");
    assertThat(call.code()).isEqualTo(12);
    assertThat(call.status()).containsEntry("grpc-accept-encoding", "identity,gzip,deflate");
  }

  @Test
  void the_http_status_is_always_200_and_the_content_grpc() {
    Map<String, String> status = infer(row().setModelName("nobody")).status();
    assertThat(status)
        .containsEntry("http", "200")
        .containsEntry("content-type", "application/grpc");
  }
}
