package dev.millrace.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.ErrorCode.Retry;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.task.TaskState;
import dev.millrace.ingress.grpc.wire.ModelInferRequest;
import dev.millrace.ingress.grpc.wire.ModelInferRequest.InferInputTensor;
import dev.millrace.ingress.testing.Doors;
import dev.millrace.ingress.testing.GrpcClient;
import dev.millrace.ingress.testing.WsClient;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import tools.jackson.databind.JsonNode;

/**
 * The one table of errors on every door: whatever refuses a task, each client is told in its own
 * way by the table's status, and whether and when to come again.
 */
class ErrorDoorsTest {

  private static final String SAID = "the %-reason: ž \"quoted\"";
  private static final int RETRY_MILLIS = 1_250;

  /** A request that would be served, and how its door says what went wrong. */
  private record Door(String path, String body, Sort sort) {
    @Override
    public String toString() {
      return path;
    }
  }

  private enum Sort {
    MILLRACE,
    OPEN_AI,
    V2
  }

  private static final List<Door> DOORS =
      List.of(
          new Door("/v1/tasks", "{\"model\":\"sim\",\"input\":{}}", Sort.MILLRACE),
          new Door("/v1/completions", "{\"model\":\"tale\",\"prompt\":\"x\"}", Sort.OPEN_AI),
          new Door(
              "/v1/completions",
              "{\"model\":\"tale\",\"prompt\":\"x\",\"stream\":true}",
              Sort.OPEN_AI),
          new Door(
              "/v1/chat/completions",
              "{\"model\":\"scribe\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}",
              Sort.OPEN_AI),
          new Door(
              "/v1/chat/completions",
              "{\"model\":\"scribe\",\"stream\":true,"
                  + "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}",
              Sort.OPEN_AI),
          new Door("/v1/embeddings", "{\"model\":\"minilm\",\"input\":\"x\"}", Sort.OPEN_AI),
          new Door("/v1/responses", "{\"model\":\"scribe\",\"input\":\"x\"}", Sort.OPEN_AI),
          new Door(
              "/v1/responses",
              "{\"model\":\"scribe\",\"input\":\"x\",\"stream\":true}",
              Sort.OPEN_AI),
          new Door(
              "/v1/responses",
              "{\"model\":\"scribe\",\"input\":\"x\",\"background\":true}",
              Sort.OPEN_AI),
          new Door(
              "/v2/models/card-fraud/infer",
              "{\"inputs\":[{\"name\":\"features\",\"datatype\":\"FP32\",\"shape\":[1,16],"
                  + "\"data\":[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]}]}",
              Sort.V2),
          new Door("/v2/models/tale/generate", "{\"text_input\":\"x\"}", Sort.V2),
          new Door("/v2/models/tale/generate_stream", "{\"text_input\":\"x\"}", Sort.V2));

  private static Doors doors;

  @BeforeAll
  static void open() {
    doors = new Doors();
  }

  @AfterAll
  static void close() {
    doors.close();
  }

  @AfterEach
  void acceptAgain() {
    doors.line.refuse(null);
  }

  private static void refuse(ErrorCode code) {
    doors.line.refuse(new Problem(code, SAID, "/input/prompt", RETRY_MILLIS));
  }

  @ParameterizedTest
  @FieldSource("DOORS")
  void each_code_has_the_tables_status_and_its_doors_body(Door door) {
    for (ErrorCode code : ErrorCode.values()) {
      refuse(code);
      HttpResponse<String> response = doors.send(doors.post(door.path(), door.body()));
      assertThat(response.statusCode()).as(door + " " + code).isEqualTo(code.httpStatus());
      JsonNode body = Doors.json(response);
      switch (door.sort()) {
        case MILLRACE -> {
          assertThat(type(response)).contains("application/problem+json");
          assertThat(body.get("status").asInt()).isEqualTo(code.httpStatus());
          assertThat(body.get("code").asString()).isEqualTo(code.wireName());
          assertThat(body.get("detail").asString()).isEqualTo(SAID);
          assertThat(body.get("field").asString()).isEqualTo("/input/prompt");
          assertThat(body.get("request_id").asString())
              .isEqualTo(response.headers().firstValue("x-request-id").orElseThrow());
        }
        case OPEN_AI -> {
          assertThat(type(response)).contains("application/json");
          assertThat(body.propertyNames()).containsExactly("error");
          assertThat(body.at("/error/message").asString()).isEqualTo(SAID);
          assertThat(body.at("/error/type").asString()).isEqualTo(code.openAiType());
          assertThat(body.at("/error/code").asString()).isEqualTo(code.wireName());
          assertThat(body.at("/error").has("param")).isTrue();
        }
        case V2 -> {
          assertThat(type(response)).contains("application/json");
          assertThat(body.propertyNames()).containsExactly("error");
          assertThat(body.get("error").asString()).isEqualTo(SAID);
        }
      }
    }
  }

  private static String type(HttpResponse<String> response) {
    return response.headers().firstValue("content-type").orElse("");
  }

  @ParameterizedTest
  @FieldSource("DOORS")
  void only_who_may_come_again_is_told_when(Door door) {
    for (ErrorCode code : ErrorCode.values()) {
      refuse(code);
      HttpResponse<String> response = doors.send(doors.post(door.path(), door.body()));
      List<Optional<String>> said = new ArrayList<>();
      for (String name : List.of("retry-after", "retry-after-ms", "x-should-retry")) {
        said.add(response.headers().firstValue(name));
      }
      if (code.retry() == Retry.NEVER) {
        assertThat(said)
            .as(door + " " + code)
            .containsExactly(Optional.empty(), Optional.empty(), Optional.of("false"));
      } else {
        assertThat(said)
            .as(door + " " + code)
            .containsExactly(Optional.of("2"), Optional.of("1250"), Optional.of("true"));
      }
    }
  }

  @ParameterizedTest
  @FieldSource("DOORS")
  void a_refusal_is_over_when_the_reason_is(Door door) {
    refuse(ErrorCode.OVERLOADED);
    assertThat(doors.send(doors.post(door.path(), door.body())).statusCode()).isEqualTo(429);
    doors.line.refuse(null);
    doors.line.behave(stream -> stream.fail(TaskState.CANCELLED, GONE));
    HttpResponse<String> next = doors.send(doors.post(door.path(), door.body()));
    doors.line.behave(stream -> {});
    assertThat(next.statusCode()).as("it was taken: " + next.body()).isNotEqualTo(429);
  }

  private static final Problem GONE = Problem.of(ErrorCode.CANCELLED, "gone");

  @ParameterizedTest
  @EnumSource(ErrorCode.class)
  void a_socket_goes_on_after_each_and_names_the_request_that_was_refused(ErrorCode code) {
    try (WsClient socket = doors.socket()) {
      refuse(code);
      String submit = "{\"op\":\"submit\",\"ref\":\"17\",\"model\":\"sim\",\"input\":{}}";
      JsonNode said = socket.send(submit).message();
      assertThat(said.get("ref").asString()).isEqualTo("17");
      assertThat(said.get("op").asString())
          .isEqualTo(code.retry() == Retry.NEVER ? "error" : "busy");
      assertThat(said.get("code").asString()).isEqualTo(code.wireName());
      assertThat(said.get("message").asString()).isEqualTo(SAID);
      assertThat(said.has("retry_after_ms")).isEqualTo(code.retry() != Retry.NEVER);
      doors.line.refuse(null);
      assertThat(socket.send(submit).message().get("op").asString()).isEqualTo("ack");
    }
  }

  @ParameterizedTest
  @EnumSource(ErrorCode.class)
  void a_call_of_grpc_has_the_status_the_code_and_the_time_in_its_trailers(ErrorCode code) {
    refuse(code);
    ModelInferRequest row =
        ModelInferRequest.newBuilder()
            .setModelName("card-fraud")
            .addInputs(
                InferInputTensor.newBuilder()
                    .setName("features")
                    .setDatatype("FP32")
                    .addShape(1)
                    .addShape(16))
            .addRawInputContents(ByteString.copyFrom(new byte[64]))
            .build();
    try (GrpcClient client = new GrpcClient(doors.port())) {
      var call = client.inference("ModelInfer").send(row).end();
      assertThat(call.code()).isEqualTo(grpcNumber(code));
      assertThat(call.status()).containsEntry("x-millrace-code", code.wireName());
      assertThat(call.status()).containsEntry("grpc-message", "the %25-reason: %C5%BE \"quoted\"");
      assertThat(call.status().containsKey("grpc-retry-pushback-ms"))
          .isEqualTo(code.retry() != Retry.NEVER);
    }
  }

  /** The numbers of gRPC's own list, which no client looks up by name. */
  private static int grpcNumber(ErrorCode code) {
    return switch (code.grpcStatus()) {
      case "CANCELLED" -> 1;
      case "INVALID_ARGUMENT" -> 3;
      case "DEADLINE_EXCEEDED" -> 4;
      case "NOT_FOUND" -> 5;
      case "PERMISSION_DENIED" -> 7;
      case "RESOURCE_EXHAUSTED" -> 8;
      case "FAILED_PRECONDITION" -> 9;
      case "UNIMPLEMENTED" -> 12;
      case "INTERNAL" -> 13;
      case "UNAVAILABLE" -> 14;
      case "UNAUTHENTICATED" -> 16;
      default -> throw new AssertionError(code.grpcStatus());
    };
  }
}
