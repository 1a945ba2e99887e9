package dev.millrace.ingress.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.task.Input;
import dev.millrace.domain.task.Usage;
import dev.millrace.domain.tensor.Tensor;
import dev.millrace.ingress.testing.Doors;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class EmbeddingsTest {

  private static final Tensor TWO =
      Tensor.ofFloats("embedding", new long[] {2, 4}, new float[] {1, 2, 3, 4, -5, 0.1f, 7, 8});
  private final Doors doors = new Doors();

  @AfterEach
  void close() {
    doors.close();
  }

  private HttpResponse<String> embed(String fields) {
    return doors.send(doors.post("/v1/embeddings", "{\"model\":\"minilm\"," + fields + "}"));
  }

  @Test
  void each_text_gets_its_vector_in_order() {
    doors.line.behave(stream -> stream.give(new Usage(11, 0), TWO));
    var response = embed("\"input\":[\"a\",\"ü\"],\"user\":\"u\"");

    JsonNode json = Doors.json(response);
    assertThat(json.get("object").asString()).isEqualTo("list");
    assertThat(json.get("model").asString()).isEqualTo("minilm");
    assertThat(json.get("data").toString())
        .isEqualTo(
            "[{\"object\":\"embedding\",\"index\":0,\"embedding\":[1.0,2.0,3.0,4.0]},"
                + "{\"object\":\"embedding\",\"index\":1,\"embedding\":[-5.0,0.1,7.0,8.0]}]");
    assertThat(json.get("usage").toString())
        .isEqualTo("{\"prompt_tokens\":11,\"total_tokens\":11}");
    assertThat(((Input.Tensors) doors.line.next().task().input()).tensors())
        .containsExactly(Tensor.ofTexts("text", new long[] {2}, List.of("a", "ü")));
    assertThat(response.headers().firstValue("x-millrace-task")).isPresent();
  }

  @Test
  void base64_is_little_endian_floats() {
    doors.line.behave(stream -> stream.give(TWO));
    JsonNode json = Doors.json(embed("\"input\":[\"a\",\"b\"],\"encoding_format\":\"base64\""));

    byte[] bytes = Base64.getDecoder().decode(json.at("/data/1/embedding").asString());
    ByteBuffer floats = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(bytes).hasSize(16);
    assertThat(floats.getFloat(0)).isEqualTo(-5);
    assertThat(floats.getFloat(4)).isEqualTo(0.1f);
  }

  @Test
  void a_single_text_is_a_list_of_one() {
    doors.line.behave(
        stream ->
            stream.give(Tensor.ofFloats("embedding", new long[] {1, 4}, new float[] {1, 2, 3, 4})));
    assertThat(Doors.json(embed("\"input\":\"a\"")).get("data")).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"x\":1                                   | input",
        "\"input\":[]                              | input",
        "\"input\":\"\"                            | input",
        "\"input\":[\"a\",\"\"]                    | input[1]",
        "\"input\":[1,2]                           | input",
        "\"input\":[[1,2]]                         | input",
        "\"input\":{}                              | input",
        "\"input\":\"a\",\"dimensions\":2          | dimensions",
        "\"input\":\"a\",\"encoding_format\":\"x\" | encoding_format",
      })
  void what_cannot_be_embedded_is_named(String fields, String param) {
    var response = embed(fields);
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(Doors.json(response).at("/error/param").asString()).isEqualTo(param);
  }

  @Test
  void two_thousand_and_forty_nine_texts_are_too_many() {
    String texts = "\"a\",".repeat(2_049);
    var response = embed("\"input\":[" + texts.substring(0, texts.length() - 1) + "]");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("at most 2048");
  }

  @Test
  void a_model_that_makes_no_embeddings_is_refused() {
    var response = doors.send(doors.post("/v1/embeddings", "{\"model\":\"tale\",\"input\":\"a\"}"));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(Doors.json(response).at("/error/param").asString()).isEqualTo("model");
  }

  @Test
  void a_runtime_that_gives_too_few_vectors_is_a_failure_of_ours() {
    doors.line.behave(stream -> stream.give(TWO));
    assertThat(embed("\"input\":[\"a\",\"b\",\"c\"]").statusCode()).isEqualTo(500);
  }
}
