package dev.millrace.verify.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verify.node.NodeClient;
import dev.millrace.verify.node.NodeClient.Answer;
import dev.millrace.verify.node.NodeProcess;
import dev.millrace.verify.node.SharedNode;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** The Open Inference Protocol V2 in JSON: every bundled function, its shapes and its errors. */
@ExtendWith(SharedNode.class)
class V2InferTest {

  private static final String ROW = "234.55,17.533,0,0,8,126.963,0,0,30,103.815,1,0,126,90.736,6,0";

  private final NodeClient client;

  V2InferTest(NodeProcess node) {
    this.client = new NodeClient(node);
  }

  @AfterEach
  void close() {
    client.close();
  }

  private Answer infer(String model, String tensor) {
    return client.post("/v2/models/" + model + "/infer", "{\"inputs\":[" + tensor + "]}");
  }

  private static String tensor(String name, String type, String shape, String data) {
    return "{\"name\":\"%s\",\"datatype\":\"%s\",\"shape\":[%s],\"data\":[%s]}"
        .formatted(name, type, shape, data);
  }

  private static JsonNode output(Answer answer, String name) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    for (JsonNode output : answer.json().at("/outputs")) {
      if (output.at("/name").asString().equals(name)) {
        return output;
      }
    }
    throw new AssertionError("no output " + name + ": " + answer.body());
  }

  private static List<Integer> shape(JsonNode output) {
    return IntStream.range(0, output.at("/shape").size())
        .mapToObj(i -> output.at("/shape/" + i).asInt())
        .toList();
  }

  @Test
  void the_server_and_every_model_are_live_and_ready() {
    assertThat(client.get("/v2/health/live").status()).isEqualTo(200);
    assertThat(client.get("/v2/health/ready").status()).isEqualTo(200);
    JsonNode models = client.get("/v2/models").json().at("/models");
    assertThat(models.size()).isEqualTo(9);
    for (JsonNode model : models) {
      String path = "/v2/models/" + model.asString();
      assertThat(client.get(path + "/ready").status()).as(path).isEqualTo(200);
      assertThat(client.get(path).json().at("/inputs").size()).as(path).isPositive();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "card_fraud_light_lr, 0.402794",
    "card_fraud_heavy_gbdt, 0.95558",
  })
  void rows_are_scored_as_known(String model, double fraud) {
    Answer answer = infer(model, tensor("features", "FP32", "2,16", ROW + "," + ROW));
    assertThat(shape(output(answer, "label"))).containsExactly(2);
    JsonNode probabilities = output(answer, "probabilities");
    assertThat(shape(probabilities)).containsExactly(2, 2);
    assertThat(probabilities.at("/datatype").asString()).isEqualTo("FP32");
    for (int column : List.of(1, 3)) {
      assertThat(probabilities.at("/data/" + column).asDouble())
          .isBetween(fraud - 0.0005, fraud + 0.0005);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "banking77-light, '1', 1",
    "banking77-light, '1,1', 1",
    "banking77-heavy, '1', 1",
    "banking77-heavy, '1,1', 1"
  })
  void texts_get_their_five_best_classes(String model, String shape, int rows) {
    Answer answer = infer(model, tensor("text", "BYTES", shape, "\"My card has not arrived yet\""));
    assertThat(shape(output(answer, "labels"))).containsExactly(rows, 5);
    assertThat(shape(output(answer, "scores"))).containsExactly(rows, 5);
    assertThat(output(answer, "labels").at("/data/0").asString()).isEqualTo("card_arrival");
  }

  @Test
  void several_texts_are_one_request() {
    Answer answer =
        infer(
            "banking77-heavy",
            tensor("text", "BYTES", "2", "\"I want a refund\",\"Where is my card?\""));
    assertThat(shape(output(answer, "labels"))).containsExactly(2, 5);
    assertThat(output(answer, "labels").at("/data/0").asString()).isEqualTo("request_refund");
  }

  @Test
  void sentences_become_vectors_of_length_one() {
    Answer answer = infer("minilm", tensor("text", "BYTES", "1", "\"A cat sat on the mat\""));
    JsonNode vector = output(answer, "embedding");
    assertThat(shape(vector)).containsExactly(1, 384);
    double squares = 0;
    for (JsonNode element : vector.at("/data")) {
      squares += element.asDouble() * element.asDouble();
    }
    assertThat(squares).isBetween(0.999, 1.001);
  }

  @Test
  void the_id_comes_back_and_only_what_was_asked_for() {
    Answer answer =
        client.post(
            "/v2/models/card_fraud_light_lr/versions/1/infer",
            "{\"id\":\"a 7\",\"inputs\":["
                + tensor("features", "FP32", "1,16", ROW)
                + "],\"outputs\":[{\"name\":\"probabilities\"}]}");
    assertThat(answer.json().at("/id").asString()).isEqualTo("a 7");
    assertThat(answer.json().at("/outputs").size()).isEqualTo(1);
    assertThat(answer.json().at("/outputs/0/name").asString()).isEqualTo("probabilities");
  }

  @ParameterizedTest
  @CsvSource({
    "card_fraud_light_lr, features, FP32, '1,15', '1,2,3,4,5,6,7,8,9,10,11,12,13,14,15', 400, '[N, 16]'",
    "card_fraud_light_lr, features, FP32, '1,16', '1,2,3', 400, '16'",
    "card_fraud_light_lr, features, INT64, '1,16', '1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16', 400, 'FP32'",
    "card_fraud_light_lr, feature, FP32, '1,16', '1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16', 400, 'features'",
    "card_fraud_light_lr, features, FP32, '0,16', '', 400, 'at least 1'",
    "card_fraud_light_lr, features, FP32, '-1,16', '1', 400, 'expected'",
    "card_fraud_light_lr, features, FP32, '99999999999,16', '1', 400, 'expected'",
    "card_fraud_light_lr, features, FP99, '1,16', '1', 400, 'expected'",
    "card_fraud_light_lr, features, FP32, '1,1', '\"x\"', 400, 'expected'",
    "banking77-light, text, BYTES, '1', '7', 400, 'expected'",
    "banking77-light, text, FP32, '1', '7', 400, 'BYTES'",
    "efficientnet-lite0, image, BYTES, '1', '\"####\"', 400, 'expected'",
    "efficientnet-lite0, image, BYTES, '1', '\"aGVsbG8=\"', 400, 'expected'",
    "none, text, BYTES, '1', '\"x\"', 404, 'no model'",
    "tale-1.1m, prompt, BYTES, '2', '\"x\",\"y\"', 400, 'one prompt'"
  })
  void what_is_wrong_is_told_with_what_was_expected(
      String model, String name, String type, String shape, String data, int status, String told) {
    Answer answer = infer(model, tensor(name, type, shape, data));
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.json().propertyNames()).as(answer.body()).containsExactly("error");
    assertThat(answer.json().at("/error").asString()).contains(told);
  }

  @Test
  void a_row_that_is_not_finite_is_refused() {
    Answer answer =
        infer(
            "card_fraud_heavy_gbdt", tensor("features", "FP32", "1,16", "1e99" + ",1".repeat(15)));
    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
  }

  @Test
  void an_unknown_version_is_not_found() {
    assertThat(client.get("/v2/models/minilm/versions/9").status()).isEqualTo(404);
    assertThat(client.get("/v2/models/minilm/versions/1").status()).isEqualTo(200);
  }
}
