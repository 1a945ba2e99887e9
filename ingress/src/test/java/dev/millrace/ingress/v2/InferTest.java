package dev.millrace.ingress.v2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.port.Dispatcher.CancelReason;
import dev.millrace.domain.task.Durability;
import dev.millrace.domain.task.Input;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskClass;
import dev.millrace.domain.task.TaskState;
import dev.millrace.domain.tensor.DataType;
import dev.millrace.domain.tensor.Tensor;
import dev.millrace.ingress.testing.Doors;
import dev.millrace.ingress.testing.Keys;
import dev.millrace.ingress.testing.RawClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class InferTest {

  private static final String ROW = "0.5,-1,2,3,4,5,6,7,8,9,10,11,12,13,14,1e-3";
  private static final Tensor LABEL = Tensor.ofLongs("label", new long[] {1}, new long[] {1});
  private static final Tensor PROBABILITIES =
      Tensor.ofFloats("probabilities", new long[] {1, 2}, new float[] {0.1f, 0.9f});

  private final Doors doors = new Doors();

  @AfterEach
  void close() {
    doors.close();
  }

  private HttpResponse<String> infer(String model, String body) {
    return doors.send(doors.post("/v2/models/" + model + "/infer", body));
  }

  private static String features(String shape, String data) {
    return "{\"name\":\"features\",\"shape\":"
        + shape
        + ",\"datatype\":\"FP32\",\"data\":"
        + data
        + "}";
  }

  private static String row(String more) {
    return "{\"inputs\":[" + features("[1,16]", "[" + ROW + "]") + "]" + more + "}";
  }

  private Tensor taken() {
    return ((Input.Tensors) doors.line.next().task().input()).tensors().getFirst();
  }

  @Test
  void a_row_goes_in_packed_and_the_outputs_come_out_flat() {
    doors.line.behave(stream -> stream.give(LABEL, PROBABILITIES));
    var response = infer("card-fraud", row(",\"id\":\"call-7\""));

    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(response.body())
        .isEqualTo(
            "{\"model_name\":\"card-fraud\",\"model_version\":\"1\",\"id\":\"call-7\",\"outputs\":["
                + "{\"name\":\"label\",\"datatype\":\"INT64\",\"shape\":[1],\"data\":[1]},"
                + "{\"name\":\"probabilities\",\"datatype\":\"FP32\",\"shape\":[1,2],"
                + "\"data\":[0.1,0.9]}]}");
    Task task = doors.line.next().task();
    assertThat(((Input.Tensors) task.input()).tensors())
        .containsExactly(
            Tensor.ofFloats(
                "features",
                new long[] {1, 16},
                new float[] {0.5f, -1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 1e-3f}));
    assertThat(response.headers().firstValue("x-millrace-task")).contains(task.id().toString());
    assertThat(task.settings().door()).isEqualTo("v2");
    assertThat(task.settings().durability()).isEqualTo(Durability.MEMORY);
  }

  @Test
  void nested_rows_and_flat_rows_are_the_same() {
    doors.line.behave(stream -> stream.give(LABEL));
    infer("card-fraud", "{\"inputs\":[" + features("[2,16]", "[" + ROW + "," + ROW + "]") + "]}");
    infer(
        "card-fraud", "{\"inputs\":[" + features("[2,16]", "[[" + ROW + "],[" + ROW + "]]") + "]}");
    assertThat(taken()).isEqualTo(taken());
  }

  @Test
  void fields_may_come_in_any_order() {
    doors.line.behave(stream -> stream.give(LABEL));
    var response =
        infer(
            "card-fraud",
            "{\"inputs\":[{\"data\":["
                + ROW
                + "],\"datatype\":\"FP32\",\"name\":\"features\",\"shape\":[1,16]}]}");
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(taken().floats()).startsWith(0.5f, -1);
  }

  @Test
  void a_version_in_the_path_is_held_against_the_one_that_is_served() {
    doors.line.behave(stream -> stream.give(LABEL));
    assertThat(
            doors.send(doors.post("/v2/models/card-fraud/versions/1/infer", row(""))).statusCode())
        .isEqualTo(200);
    assertThat(
            doors.send(doors.post("/v2/models/card-fraud/versions/2/infer", row(""))).statusCode())
        .isEqualTo(404);
  }

  @Test
  void only_the_outputs_that_are_asked_for_come_in_their_order() {
    doors.line.behave(stream -> stream.give(LABEL, PROBABILITIES));
    var response =
        infer(
            "card-fraud",
            row(
                ",\"outputs\":[{\"name\":\"probabilities\",\"parameters\":{\"binary_data\":false}},"
                    + "{\"name\":\"label\"}]"));
    assertThat(Doors.json(response).get("outputs").valueStream().map(o -> o.get("name").asString()))
        .containsExactly("probabilities", "label");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nothing said                | {}                                          | no features",
        "no inputs                   | {\"inputs\":[]}                             | no features",
        "no list                     | {\"inputs\":{}}                             | an object (expected: an array)",
        "unknown input               | {\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":[1]}]} | expected: features",
        "no name                     | {\"inputs\":[{\"shape\":[1],\"datatype\":\"FP32\",\"data\":[1]}]} | /inputs/0/name",
        "no data                     | {\"inputs\":[{\"name\":\"features\",\"shape\":[1],\"datatype\":\"FP32\"}]} | /inputs/0/data",
        "no shape                    | {\"inputs\":[{\"name\":\"features\",\"datatype\":\"FP32\",\"data\":[1]}]} | /inputs/0/shape",
        "no datatype                 | {\"inputs\":[{\"name\":\"features\",\"shape\":[1],\"data\":[1]}]} | /inputs/0/datatype",
        "unknown datatype            | {\"inputs\":[{\"name\":\"features\",\"shape\":[1],\"datatype\":\"FP31\",\"data\":[1]}]} | /inputs/0/datatype",
      })
  void an_input_that_is_not_whole_is_named(String what, String body, String expected) {
    refused(body, expected);
  }

  private void refused(String body, String expected) {
    var response = infer("card-fraud", body);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
    JsonNode json = Doors.json(response);
    assertThat(json.size()).isEqualTo(1);
    assertThat(json.get("error").asString()).contains(expected).contains("expected");
    assertThat(doors.line.nothingAccepted()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[1,15]",
        "[16]",
        "[1,16,1]",
        "[1,4,4]",
        "[0,16]",
        "[]",
        "[-1,16]",
        "[1.5,16]",
        "[\"1\",16]",
        "[9223372036854775807,16]",
        "[4294967296,4294967296,16]",
        "[1000000000,16]",
        "[2,16]",
        "[1,1,1,1,1,1,1,1,16]"
      })
  void a_shape_that_does_not_fit_is_refused_before_anything_is_allocated(String shape) {
    refused("{\"inputs\":[" + features(shape, "[" + ROW + "]") + "]}", "/inputs/0/");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[1,2,3]                                     | 3 elements",
        "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17] | more elements",
        "5                                           | /inputs/0/data",
        "[null,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16] | /inputs/0/data/0",
        "[1,2,\"3\",4,5,6,7,8,9,10,11,12,13,14,15,16]| /inputs/0/data/2",
        "[1,true,3,4,5,6,7,8,9,10,11,12,13,14,15,16] | /inputs/0/data/1",
        "[1,{},3,4,5,6,7,8,9,10,11,12,13,14,15,16]   | /inputs/0/data/1",
        "[1e39,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16] | range of FP32",
        "[1e400,2,3,4,5,6,7,8,9,10,11,12,13,14,15,1] | range of FP32",
        "[NaN,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16]  | well-formed",
        "[Infinity,2,3,4,5,6,7,8,9,10,11,12,13,14,1] | well-formed",
        "[-Infinity,2,3,4,5,6,7,8,9,10,11,12,13,1,1] | well-formed",
      })
  void data_that_does_not_fit_is_named_by_element(String data, String expected) {
    refused("{\"inputs\":[" + features("[1,16]", data) + "]}", expected);
  }

  @Test
  void a_wrong_datatype_says_the_right_one() {
    refused(
        "{\"inputs\":[{\"name\":\"features\",\"shape\":[1,16],\"datatype\":\"INT64\",\"data\":"
            + "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16]}]}",
        "INT64 (expected: FP32 for features)");
  }

  @Test
  void an_input_may_be_named_once() {
    String input = features("[1,16]", "[" + ROW + "]");
    refused("{\"inputs\":[" + input + "," + input + "]}", "named before");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bool    | BOOL   | [true,false]",
        "uint8   | UINT8  | [0,255]",
        "uint16  | UINT16 | [0,65535]",
        "uint32  | UINT32 | [0,4294967295]",
        "uint64  | UINT64 | [0,18446744073709551615]",
        "int8    | INT8   | [-128,127]",
        "int16   | INT16  | [-32768,32767]",
        "int32   | INT32  | [-2147483648,2147483647]",
        "int64   | INT64  | [-9223372036854775808,9223372036854775807]",
        "float32 | FP32   | [-0.0,3.4028235E38]",
        "float64 | FP64   | [4.9E-324,1.7976931348623157E308]",
        "text    | BYTES  | [\"\",\"grüße \\ud83d\\ude00\"]",
      })
  void every_type_goes_in_and_comes_out_the_same(String name, DataType type, String data) {
    doors.line.behave(
        stream -> {
          Tensor in = ((Input.Tensors) stream.task().input()).tensors().getFirst();
          stream.give(new Tensor("out", in.type(), in.shape(), in.data()));
        });
    var response = infer("echo", typed(name, type, data));

    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    JsonNode out = Doors.json(response).at("/outputs/0");
    assertThat(out.get("datatype").asString()).isEqualTo(type.name());
    assertThat(out.get("data")).isEqualTo(Doors.json(data));
  }

  private static String typed(String name, DataType type, String data) {
    return "{\"inputs\":[{\"name\":\""
        + name
        + "\",\"shape\":[1,2],\"datatype\":\""
        + type
        + "\",\"data\":"
        + data
        + "}]}";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bool     | BOOL   | [1,0]",
        "uint8    | UINT8  | [0,256]",
        "uint8    | UINT8  | [-1,0]",
        "uint16   | UINT16 | [0,65536]",
        "uint32   | UINT32 | [0,4294967296]",
        "uint64   | UINT64 | [0,18446744073709551616]",
        "uint64   | UINT64 | [0,-1]",
        "int8     | INT8   | [0,128]",
        "int16    | INT16  | [0,32768]",
        "int32    | INT32  | [0,2147483648]",
        "int64    | INT64  | [0,9223372036854775808]",
        "int64    | INT64  | [0,1.5]",
        "int64    | INT64  | [0,1e3]",
        "float64  | FP64   | [0,1e400]",
        "text     | BYTES  | [\"a\",5]",
        "text     | BYTES  | [\"a\",\"\\ud800\"]",
        "float16  | FP16   | [0,1]",
        "bfloat16 | BF16   | [0,1]",
      })
  void a_value_outside_its_type_is_refused(String name, DataType type, String data) {
    var response = infer("echo", typed(name, type, data));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
    assertThat(response.body()).contains("/inputs/0/data");
  }

  @Test
  void all_inputs_have_as_many_rows() {
    var response =
        infer(
            "echo",
            """
            {"inputs":[{"name":"int8","shape":[1,1],"datatype":"INT8","data":[1]},
                       {"name":"bool","shape":[2,1],"datatype":"BOOL","data":[true,true]}]}""");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("2 rows (expected: 1 rows, as int8 has)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[2]", "[2,1]"})
  void texts_come_as_n_or_n_by_one(String shape) {
    doors.line.behave(
        stream ->
            stream.give(
                Tensor.ofTexts("labels", new long[] {2, 1}, List.of("a", "b")),
                Tensor.ofFloats("scores", new long[] {2, 1}, new float[] {1, 0.5f})));
    var response =
        infer(
            "intents",
            "{\"inputs\":[{\"name\":\"text\",\"shape\":"
                + shape
                + ",\"datatype\":\"BYTES\",\"data\":[\"where\",\"when\"]}]}");
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(taken().texts()).containsExactly("where", "when");
    assertThat(Doors.json(response).at("/outputs/0/data").toString()).isEqualTo("[\"a\",\"b\"]");
  }

  @Test
  void an_image_comes_as_base64_text() {
    doors.line.behave(stream -> stream.give(LABEL));
    byte[] image = {(byte) 0xFF, (byte) 0xD8, 0, 1};
    String text = Base64.getEncoder().encodeToString(image);
    String body =
        "{\"inputs\":[{\"name\":\"image\",\"shape\":[1],\"datatype\":\"BYTES\",\"data\":[\"%s\"]}]}";
    assertThat(infer("photo", body.formatted(text)).statusCode()).isEqualTo(200);
    assertThat(taken().blobs().getFirst()).isEqualTo(image);

    var response = infer("photo", body.formatted("no base64!"));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("base64");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ",\"outputs\":[{\"name\":\"label\",\"parameters\":{\"classification\":3}}]",
        ",\"parameters\":{\"sequence_id\":5}",
        ",\"parameters\":{\"sequence_start\":true}",
      })
  void extensions_that_are_not_served_are_refused(String more) {
    refusedAsUnsupported(more);
  }

  private void refusedAsUnsupported(String more) {
    var response = infer("card-fraud", row(more));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
    assertThat(response.body()).contains("not supported");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ",\"outputs\":[{\"name\":\"nothing\"}]",
        ",\"outputs\":[{}]",
        ",\"outputs\":[{\"name\":\"label\"},{\"name\":\"label\"}]"
      })
  void outputs_are_known_and_asked_for_once(String more) {
    refused(row(more), "/outputs/");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"priority\":1}                                     | CRITICAL  | 30000",
        "{\"priority\":2}                                     | STANDARD  | 30000",
        "{\"priority\":3}                                     | SHEDDABLE | 30000",
        "{\"priority\":4294967295}                            | SHEDDABLE | 30000",
        "{\"priority\":0,\"timeout\":0}                       | STANDARD  | 30000",
        "{\"timeout\":1500001}                                | STANDARD  | 1501",
        "{\"x-millrace-class\":\"sheddable\"}                 | SHEDDABLE | 30000",
        "{\"x-millrace-deadline-ms\":700,\"unknown\":[{}]}    | STANDARD  | 700",
        "{\"sequence_id\":0,\"sequence_end\":false,\"binary_data_output\":false} | STANDARD | 30000",
      })
  void parameters_say_how_urgent_it_is(String parameters, TaskClass taskClass, long budget) {
    doors.line.behave(stream -> stream.give(LABEL));
    var response = infer("card-fraud", row(",\"parameters\":" + parameters));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    Task task = doors.line.next().task();
    assertThat(task.taskClass()).isEqualTo(taskClass);
    assertThat(task.settings().budgetMillis()).isEqualTo(budget);
  }

  @Test
  void the_highest_priority_is_as_high_as_the_key_allows() {
    doors.line.behave(stream -> stream.give(LABEL));
    var response =
        doors.send(
            doors
                .post("/v2/models/card-fraud/infer", row(",\"parameters\":{\"priority\":1}"))
                .setHeader("authorization", "Bearer " + Keys.BOB));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(doors.line.next().task().taskClass()).isEqualTo(TaskClass.STANDARD);
  }

  @Test
  void a_class_by_name_above_the_keys_is_forbidden() {
    var response =
        doors.send(
            doors
                .post("/v2/models/card-fraud/infer", row(""))
                .header("x-millrace-class", "critical")
                .setHeader("authorization", "Bearer " + Keys.BOB));
    assertThat(response.statusCode()).isEqualTo(403);
    assertThat(response.body()).startsWith("{\"error\":\"");
  }

  @Test
  void what_is_not_a_number_comes_out_as_null() {
    doors.line.behave(
        stream ->
            stream.give(
                Tensor.ofFloats(
                    "probabilities",
                    new long[] {1, 3},
                    new float[] {Float.NaN, Float.POSITIVE_INFINITY, 1})));
    assertThat(infer("card-fraud", row("")).body()).contains("\"data\":[null,null,1.0]");
  }

  @ParameterizedTest
  @CsvSource({
    "OVERLOADED,429",
    "MODEL_LOADING,503",
    "DRAINING,503",
    "INTERNAL,500",
    "STORAGE_FULL,507"
  })
  void refusals_have_the_tables_status(ErrorCode code, int status) {
    doors.line.refuse(Problem.retryAfter(code, "not now", 100));
    var response = infer("card-fraud", row(""));
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.body()).isEqualTo("{\"error\":\"not now\"}");
  }

  @Test
  void a_failed_task_is_an_error() {
    doors.line.behave(
        stream -> stream.fail(TaskState.FAILED, Problem.of(ErrorCode.RUNTIME_FAILED, "it broke")));
    var response = infer("card-fraud", row(""));
    assertThat(response.statusCode()).isEqualTo(500);
    assertThat(response.headers().firstValue("x-millrace-task")).isPresent();
  }

  @Test
  void an_output_that_did_not_come_back_is_told() {
    doors.line.behave(stream -> stream.give(LABEL));
    var response = infer("card-fraud", row(",\"outputs\":[{\"name\":\"probabilities\"}]"));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("probabilities", "expected: label");
  }

  @Test
  void an_unknown_model_is_not_found() {
    assertThat(infer("nobody", row("")).statusCode()).isEqualTo(404);
  }

  @Test
  void a_client_that_goes_takes_its_call_with_it() {
    String body = row("");
    try (RawClient client = doors.raw()) {
      client.send(
          "POST /v2/models/card-fraud/infer HTTP/1.1\r\nhost: x\r\nauthorization: Bearer "
              + Keys.ALICE
              + "\r\ncontent-length: "
              + body.getBytes(StandardCharsets.UTF_8).length
              + "\r\n\r\n"
              + body);
      doors.line.next();
      client.close();
      assertThat(doors.line.nextCancel().reason()).isEqualTo(CancelReason.CLIENT_GONE);
    }
  }

  @Test
  void a_text_tensor_beyond_the_limit_is_too_large() {
    String text = "\"" + "x".repeat(1_000) + "\",";
    String data = text.repeat(255);
    var response =
        infer(
            "echo",
            "{\"inputs\":[{\"name\":\"text\",\"shape\":[1,70000],\"datatype\":\"BYTES\",\"data\":["
                + data
                + "\"\"]}]}");
    assertThat(response.statusCode()).isEqualTo(413);
  }
}
