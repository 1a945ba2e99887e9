package dev.millrace.ingress.v2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.task.Input;
import dev.millrace.domain.tensor.DataType;
import dev.millrace.domain.tensor.Tensor;
import dev.millrace.ingress.testing.Doors;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The binary tensor extension. */
class BinaryInferTest {

  private static final float[] VALUES = {
    0.5f, -1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 1e-3f
  };
  private static final Tensor ROW = Tensor.ofFloats("features", new long[] {1, 16}, VALUES);
  private static final Tensor LABEL = Tensor.ofLongs("label", new long[] {1}, new long[] {1});
  private static final Tensor PROBABILITIES =
      Tensor.ofFloats("probabilities", new long[] {1, 2}, new float[] {0.1f, 0.9f});
  private static final String OUT = ",\"parameters\":{\"binary_data_output\":true}";

  private final Doors doors = new Doors();

  @AfterEach
  void close() {
    doors.close();
  }

  private static String row(String more) {
    return "{\"inputs\":[" + BinaryBody.input("features", "FP32", "[1,16]", 64) + "]" + more + "}";
  }

  private Tensor taken() {
    return ((Input.Tensors) doors.line.next().task().input()).tensors().getFirst();
  }

  private void echo() {
    doors.line.behave(
        stream -> {
          Tensor in = ((Input.Tensors) stream.task().input()).tensors().getFirst();
          stream.give(new Tensor("out", in.type(), in.shape(), in.data()));
        });
  }

  @Test
  void bytes_go_in_behind_the_json_and_come_out_behind_it() {
    doors.line.behave(stream -> stream.give(LABEL, PROBABILITIES));
    HttpResponse<byte[]> response =
        doors.sendBytes(BinaryBody.of(row(OUT), ROW.data()).to(doors, "card-fraud"));

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(taken()).isEqualTo(ROW);
    assertThat(response.headers().firstValue("content-type")).contains("application/octet-stream");
    int header =
        Integer.parseInt(
            response.headers().firstValue("inference-header-content-length").orElseThrow());
    byte[] body = response.body();
    assertThat(new String(body, 0, header, StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"model_name\":\"card-fraud\",\"model_version\":\"1\",\"outputs\":["
                + "{\"name\":\"label\",\"datatype\":\"INT64\",\"shape\":[1],"
                + "\"parameters\":{\"binary_data_size\":8}},"
                + "{\"name\":\"probabilities\",\"datatype\":\"FP32\",\"shape\":[1,2],"
                + "\"parameters\":{\"binary_data_size\":8}}]}");
    assertThat(Arrays.copyOfRange(body, header, header + 8)).isEqualTo(LABEL.data());
    assertThat(Arrays.copyOfRange(body, header + 8, body.length)).isEqualTo(PROBABILITIES.data());
  }

  @Test
  void each_output_may_be_asked_for_in_its_own_way() {
    doors.line.behave(stream -> stream.give(LABEL, PROBABILITIES));
    String outputs =
        ",\"outputs\":[{\"name\":\"probabilities\",\"parameters\":{\"binary_data\":true}},"
            + "{\"name\":\"label\"}]";
    HttpResponse<byte[]> response =
        doors.sendBytes(BinaryBody.of(row(outputs), ROW.data()).to(doors, "card-fraud"));
    int header =
        Integer.parseInt(
            response.headers().firstValue("inference-header-content-length").orElseThrow());
    JsonNode json =
        Doors.json(new String(response.body(), 0, header, StandardCharsets.UTF_8)).get("outputs");
    assertThat(json.at("/0/parameters/binary_data_size").asInt()).isEqualTo(8);
    assertThat(json.at("/1/data").toString()).isEqualTo("[1]");
    assertThat(response.body()).hasSize(header + 8);
  }

  @Test
  void bytes_in_and_json_out_is_the_default() {
    doors.line.behave(stream -> stream.give(LABEL));
    var response = doors.send(BinaryBody.of(row(""), ROW.data()).to(doors, "card-fraud"));
    assertThat(response.headers().firstValue("inference-header-content-length")).isEmpty();
    assertThat(Doors.json(response).at("/outputs/0/data").toString()).isEqualTo("[1]");
  }

  @ParameterizedTest
  @CsvSource({
    "bool,     BOOL,   0100",
    "uint8,    UINT8,  00ff",
    "uint16,   UINT16, 0000ffff",
    "uint32,   UINT32, 00000000ffffffff",
    "uint64,   UINT64, 0000000000000000ffffffffffffffff",
    "int8,     INT8,   807f",
    "int16,    INT16,  0080ff7f",
    "int32,    INT32,  00000080ffffff7f",
    "int64,    INT64,  0000000000000080ffffffffffffff7f",
    "float16,  FP16,   003c007c",
    "bfloat16, BF16,   803fc07f",
    "float32,  FP32,   0000c07f000080ff",
    "float64,  FP64,   000000000000f87f000000000000f03f",
    "text,     BYTES,  0000000006000000e4bda0e5a5bd",
  })
  void every_type_goes_in_and_comes_out_the_same_to_the_bit(
      String name, DataType type, String hex) {
    echo();
    byte[] data = HexFormat.of().parseHex(hex);
    String json =
        "{\"inputs\":["
            + BinaryBody.input(name, type.name(), "[1,2]", data.length)
            + "]"
            + OUT
            + "}";
    HttpResponse<byte[]> response = doors.sendBytes(BinaryBody.of(json, data).to(doors, "echo"));
    assertThat(response.statusCode()).as(new String(response.body())).isEqualTo(200);
    byte[] body = response.body();
    assertThat(Arrays.copyOfRange(body, body.length - data.length, body.length)).isEqualTo(data);
  }

  @Test
  void several_inputs_stand_behind_each_other_in_their_order_and_json_may_stand_between() {
    doors.line.behave(stream -> stream.give(LABEL));
    String json =
        "{\"inputs\":["
            + BinaryBody.input("int8", "INT8", "[1,3]", 3)
            + ",{\"name\":\"int16\",\"datatype\":\"INT16\",\"shape\":[1,1],\"data\":[7]},"
            + BinaryBody.input("uint8", "UINT8", "[1,2]", 2)
            + "]}";
    var response =
        doors.send(BinaryBody.of(json, new byte[] {1, 2, 3}, new byte[] {4, 5}).to(doors, "echo"));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    List<Tensor> inputs = ((Input.Tensors) doors.line.next().task().input()).tensors();
    assertThat(inputs.get(0).data()).containsExactly(1, 2, 3);
    assertThat(inputs.get(1).data()).containsExactly(7, 0);
    assertThat(inputs.get(2).data()).containsExactly(4, 5);
  }

  @Test
  void an_image_comes_as_it_is() {
    doors.line.behave(stream -> stream.give(LABEL));
    byte[] image = {(byte) 0xFF, (byte) 0xD8, 0, 1};
    Tensor tensor = Tensor.ofBlobs("image", new long[] {1}, List.of(image));
    String json = "{\"inputs\":[" + BinaryBody.input("image", "BYTES", "[1]", 8) + "]}";
    assertThat(doors.send(BinaryBody.of(json, tensor.data()).to(doors, "photo")).statusCode())
        .isEqualTo(200);
    assertThat(taken().blobs().getFirst()).isEqualTo(image);
    // Bytes alone: the one element of the one input.
    assertThat(doors.send(BinaryBody.of("", image).to(doors, "photo", "0")).statusCode())
        .isEqualTo(200);
    assertThat(taken().blobs().getFirst()).isEqualTo(image);
  }

  @Test
  void bytes_alone_are_whole_rows_of_the_one_input_and_come_back_as_bytes() {
    doors.line.behave(stream -> stream.give(LABEL));
    var response =
        doors.sendBytes(BinaryBody.of("", ROW.data(), ROW.data()).to(doors, "card-fraud", "0"));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(taken().shape()).containsExactly(2, 16);
    assertThat(response.headers().firstValue("inference-header-content-length")).isPresent();

    var uneven = doors.send(BinaryBody.of("", new byte[60]).to(doors, "card-fraud", "0"));
    assertThat(uneven.statusCode()).isEqualTo(400);
    assertThat(uneven.body()).contains("whole rows of 64 bytes");
    var unnamed = doors.send(BinaryBody.of("", new byte[64]).to(doors, "echo", "0"));
    assertThat(unnamed.statusCode()).isEqualTo(400);
  }

  @Test
  void a_bare_input_is_passed_on_to_the_model_as_it_is() {
    doors.line.behave(stream -> stream.give(LABEL));
    String json = "{\"inputs\":[" + BinaryBody.input("x.raw", "FP32", "[4,4]", 64) + "]}";
    var response = doors.send(BinaryBody.of(json, ROW.data()).to(doors, "card-fraud"));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(taken().name()).isEqualTo("x.raw");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[1,16] | FP32 | 60 | 60 | 60 bytes (expected: 16 elements of FP32, 4 bytes each)",
        "[1,16] | FP32 | 64 | 60 | at most the 60 that are left",
        "[1,16] | FP32 | 64 | 68 | 4 bytes that belong to no input",
        "[1,16] | FP64 | 64 | 64 | FP64 (expected: FP32",
        "[2,16] | FP32 | 64 | 64 | 64 bytes (expected: 32 elements",
        "[1,15] | FP32 | 60 | 60 | [N, 16]",
        "[0,16] | FP32 | 0  | 0  | each at least 1",
        "[-1,16] | FP32 | 64 | 64 | /inputs/0/shape",
        "[4611686018427387904,16] | FP32 | 64 | 64 | 64 bits",
        "[1,16] | FP32 | -1 | 0 | binary_data_size",
        "[1,16] | FP32 | 99999999 | 64 | 99999999 bytes",
      })
  void bytes_that_are_not_what_the_shape_says_are_refused(
      String shape, String type, int said, int sent, String expected) {
    String json = "{\"inputs\":[" + BinaryBody.input("features", type, shape, said) + "]}";
    var response = doors.send(BinaryBody.of(json, new byte[sent]).to(doors, "card-fraud"));
    assertThat(response.statusCode()).as(response.body()).isIn(400, 413);
    assertThat(Doors.json(response).get("error").asString()).contains(expected);
    assertThat(doors.line.nothingAccepted()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "text | BYTES | [1,1] | 05000000            | beyond the last byte",
        "text | BYTES | [1,1] | 050000              | beyond the last byte",
        "text | BYTES | [1,1] | ffffffff            | beyond the last byte",
        "text | BYTES | [1,2] | 0100000041          | 1 elements (expected: 2",
        "text | BYTES | [1,1] | 01000000410100000042| 2 elements (expected: 1",
        "text | BYTES | [1,1] | 01000000ff          | no UTF-8",
        "text | BYTES | [1,1] | 02000000c080        | no UTF-8",
        "text | BYTES | [1,1] | 03000000eda080      | no UTF-8",
        "bool | BOOL  | [1,1] | 02                  | 0 or 1",
      })
  void elements_that_lie_about_themselves_are_refused(
      String name, String type, String shape, String hex, String expected) {
    byte[] data = HexFormat.of().parseHex(hex);
    String json = "{\"inputs\":[" + BinaryBody.input(name, type, shape, data.length) + "]}";
    var response = doors.send(BinaryBody.of(json, data).to(doors, "echo"));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "x", "99999", "9999999999", "1e1", " "})
  void a_header_length_that_cannot_be_is_refused(String said) {
    var response = doors.send(BinaryBody.of(row(""), ROW.data()).to(doors, "card-fraud", said));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("Inference-Header-Content-Length");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 20, 130})
  void a_header_length_that_cuts_the_json_is_no_json(int said) {
    var response =
        doors.send(
            BinaryBody.of(row(""), ROW.data()).to(doors, "card-fraud", Integer.toString(said)));
    assertThat(response.statusCode()).isEqualTo(400);
  }

  @Test
  void data_stands_in_one_place() {
    String json =
        "{\"inputs\":[{\"name\":\"int8\",\"datatype\":\"INT8\",\"shape\":[1,1],\"data\":[1],"
            + "\"parameters\":{\"binary_data_size\":1}}]}";
    var response = doors.send(BinaryBody.of(json, new byte[1]).to(doors, "echo"));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("both data and binary_data_size");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "deflate"})
  void a_body_may_come_compressed(String coding) throws IOException {
    doors.line.behave(stream -> stream.give(LABEL));
    BinaryBody body = BinaryBody.of(row(""), ROW.data());
    HttpRequest.Builder request =
        body.to(doors, "card-fraud")
            .header("content-encoding", coding)
            .POST(BodyPublishers.ofByteArray(packed(coding, body.bytes())));
    var response = doors.send(request);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(taken()).isEqualTo(ROW);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "deflate"})
  void a_bomb_is_refused_before_it_has_grown(String coding) throws IOException {
    byte[] bomb = packed(coding, new byte[16 << 20]);
    HttpRequest.Builder request =
        doors
            .request("/v2/models/card-fraud/infer")
            .header("content-encoding", coding)
            .POST(BodyPublishers.ofByteArray(bomb));
    var response = doors.send(request);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(413);
    assertThat(response.body()).contains("grow beyond");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "deflate", "br", "zstd", "gzip, gzip"})
  void what_is_not_compressed_as_it_says_is_refused(String coding) {
    var response =
        doors.send(
            BinaryBody.of(row(""), ROW.data())
                .to(doors, "card-fraud")
                .header("content-encoding", coding));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("content-encoding");
  }

  private static byte[] packed(String coding, byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (var packing =
        coding.equals("gzip") ? new GZIPOutputStream(out) : new DeflaterOutputStream(out)) {
      packing.write(bytes);
    }
    return out.toByteArray();
  }
}
