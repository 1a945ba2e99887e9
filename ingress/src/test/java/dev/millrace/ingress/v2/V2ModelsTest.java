package dev.millrace.ingress.v2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.port.ModelStatistics.Counts;
import dev.millrace.domain.port.ModelStatistics.Sum;
import dev.millrace.ingress.testing.Doors;
import dev.millrace.ingress.testing.Keys;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class V2ModelsTest {

  private final Doors doors = new Doors();

  @AfterEach
  void close() {
    doors.close();
  }

  @Test
  void health_needs_no_key_and_is_empty() {
    HttpRequest.Builder live = HttpRequest.newBuilder(URI.create(doors.url("/v2/health/live")));
    HttpRequest.Builder ready = HttpRequest.newBuilder(URI.create(doors.url("/v2/health/ready")));
    assertThat(doors.send(live).statusCode()).isEqualTo(200);
    assertThat(doors.send(live).body()).isEmpty();
    assertThat(doors.send(ready).statusCode()).isEqualTo(200);
    doors.notReady.add("loading tale");
    assertThat(doors.send(ready).statusCode()).isEqualTo(503);
    assertThat(doors.send(live).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v2/models/card-fraud", "/v2/models/card-fraud/versions/1"})
  void metadata_is_the_signature_after_the_steps(String path) {
    assertThat(Doors.json(doors.get(path)))
        .isEqualTo(
            Doors.json(
                """
                {"name":"card-fraud","versions":["1"],"platform":"onnxruntime_onnx",
                 "inputs":[{"name":"features","datatype":"FP32","shape":[-1,16]}],
                 "outputs":[{"name":"label","datatype":"INT64","shape":[-1]},
                            {"name":"probabilities","datatype":"FP32","shape":[-1,2]}]}"""));
  }

  @Test
  void a_classifier_shows_labels_and_scores() {
    assertThat(Doors.json(doors.get("/v2/models/photo")).get("outputs"))
        .isEqualTo(
            Doors.json(
                """
                [{"name":"labels","datatype":"BYTES","shape":[-1,5]},
                 {"name":"scores","datatype":"FP32","shape":[-1,5]}]"""));
    assertThat(Doors.json(doors.get("/v2/models/photo")).at("/inputs/0").toString())
        .isEqualTo("{\"name\":\"image\",\"datatype\":\"BYTES\",\"shape\":[-1]}");
  }

  @Test
  void a_detector_shows_boxes_of_all_pictures_and_how_many_each_has() {
    assertThat(Doors.json(doors.get("/v2/models/detector")).get("outputs"))
        .isEqualTo(
            Doors.json(
                """
                [{"name":"boxes","datatype":"FP32","shape":[-1,4]},
                 {"name":"scores","datatype":"FP32","shape":[-1]},
                 {"name":"labels","datatype":"BYTES","shape":[-1]},
                 {"name":"counts","datatype":"INT64","shape":[-1]}]"""));
  }

  @Test
  void a_model_is_ready_when_it_answers() {
    assertThat(doors.get("/v2/models/tale/ready").statusCode()).isEqualTo(200);
    doors.loading.add("tale");
    assertThat(doors.get("/v2/models/tale/ready").statusCode()).isEqualTo(503);
    assertThat(doors.get("/v2/models/tale/versions/1/ready").statusCode()).isEqualTo(503);
    assertThat(doors.get("/v2/models/sim/ready").statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v2/models/nobody",
        "/v2/models/nobody/ready",
        "/v2/models/tale/versions/9",
        "/v2/models/tale/versions/9/ready"
      })
  void what_is_not_served_is_not_found(String path) {
    var response = doors.get(path);
    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(Doors.json(response).get("error").asString()).isNotEmpty();
  }

  @Test
  void models_are_listed_by_name() {
    assertThat(doors.get("/v2/models").body())
        .startsWith("{\"models\":[\"card-fraud\",\"detector\",\"echo\"");
  }

  @Test
  void the_server_lists_the_extensions_that_work() {
    JsonNode server = Doors.json(doors.get("/v2"));
    assertThat(server.get("name").asString()).isEqualTo("millrace");
    assertThat(server.get("version").asString()).isEqualTo("1.2.3");
    assertThat(server.get("extensions").valueStream().map(JsonNode::asString))
        .contains("binary_tensor_data", "model_repository", "statistics", "model_configuration")
        .doesNotContain("sequence", "system_shared_memory", "trace");
    assertThat(doors.get("/v2/").body()).isEqualTo(doors.get("/v2").body());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/v2/models/card-fraud/config", "/v2/models/card-fraud/versions/1/config"})
  void the_configuration_is_told_in_the_words_of_the_extension(String path) {
    JsonNode config = Doors.json(doors.get(path));
    assertThat(config.get("name").asString()).isEqualTo("card-fraud");
    assertThat(config.get("platform").asString()).isEqualTo("onnxruntime_onnx");
    assertThat(config.get("backend").asString()).isEqualTo("onnxruntime");
    assertThat(config.get("max_batch_size").asInt()).isEqualTo(16);
    assertThat(config.get("input").toString())
        .isEqualTo(
            "[{\"name\":\"features\",\"data_type\":\"TYPE_FP32\",\"dims\":[16],"
                + "\"optional\":false}]");
    assertThat(config.at("/output/0/dims").toString()).isEqualTo("[1]");
    assertThat(config.at("/model_transaction_policy/decoupled").asBoolean()).isFalse();
    assertThat(Doors.json(doors.get("/v2/models/photo/config")).at("/input/0/data_type").asString())
        .isEqualTo("TYPE_STRING");
  }

  @Test
  void a_generator_shows_its_options_and_that_it_has_many_answers() {
    JsonNode inputs = Doors.json(doors.get("/v2/models/tale")).get("inputs");
    assertThat(inputs.valueStream().map(each -> each.get("name").asString()))
        .startsWith("prompt", "max_tokens", "temperature");
    JsonNode config = Doors.json(doors.get("/v2/models/tale/config"));
    assertThat(config.get("max_batch_size").asInt()).isZero();
    assertThat(config.at("/model_transaction_policy/decoupled").asBoolean()).isTrue();
    assertThat(Doors.json(doors.get("/v2/models/sim")).get("inputs").size()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v2/models/photo/stats", "/v2/models/photo/versions/1/stats"})
  void statistics_are_what_the_line_counted(String path) {
    doors.counts.put(
        "photo",
        new Counts(
            1_767_225_600_123L,
            new Sum(5, 500),
            new Sum(2, 20),
            new Sum(7, 70),
            new Sum(5, 450),
            3));
    JsonNode stats = Doors.json(doors.get(path)).at("/model_stats/0");
    assertThat(stats.get("name").asString()).isEqualTo("photo");
    assertThat(stats.get("last_inference").asLong()).isEqualTo(1_767_225_600_123L);
    assertThat(stats.get("inference_count").asInt()).isEqualTo(5);
    assertThat(stats.get("execution_count").asInt()).isEqualTo(3);
    assertThat(stats.at("/inference_stats/success").toString())
        .isEqualTo("{\"count\":5,\"ns\":500}");
    assertThat(stats.at("/inference_stats/fail/count").asInt()).isEqualTo(2);
    assertThat(stats.at("/inference_stats/queue/ns").asInt()).isEqualTo(70);
    assertThat(stats.at("/inference_stats/compute_infer/ns").asInt()).isEqualTo(450);
    assertThat(Doors.json(doors.get("/v2/models/stats")).get("model_stats").size()).isEqualTo(10);
  }

  @Test
  void the_index_shows_every_deployment_or_only_those_that_are_ready() {
    JsonNode all = Doors.json(doors.send(doors.post("/v2/repository/index", "")));
    assertThat(all.toString())
        .isEqualTo(
            "[{\"name\":\"card-fraud\",\"version\":\"1\",\"state\":\"READY\",\"reason\":\"\"},"
                + "{\"name\":\"photo\",\"version\":\"1\",\"state\":\"LOADING\","
                + "\"reason\":\"loading\"},"
                + "{\"name\":\"tale\",\"version\":\"1\",\"state\":\"UNAVAILABLE\","
                + "\"reason\":\"unloaded\"}]");
    assertThat(Doors.json(doors.send(doors.post("/v2/repository/index", "{\"ready\":true}"))))
        .hasSize(1);
  }

  private HttpResponse<String> control(String path, String body) {
    return doors.send(
        doors
            .post("/v2/repository/models/" + path, body)
            .setHeader("authorization", "Bearer " + Keys.ADMIN));
  }

  @Test
  void models_are_taken_out_of_service_and_put_back() {
    assertThat(control("photo/unload", "").statusCode()).isEqualTo(200);
    String dependents = "{\"parameters\":{\"unload_dependents\":false}}";
    assertThat(control("photo/unload", dependents).statusCode()).isEqualTo(200);
    assertThat(control("photo/load", "").statusCode()).isEqualTo(200);
    assertThat(control("photo/load", "{}").statusCode()).isEqualTo(200);
    assertThat(doors.repository.asked())
        .containsExactly("unload photo", "unload photo", "load photo", "load photo");
    doors.repository.refuse(Problem.of(ErrorCode.NOT_FOUND, "not configured"));
    var refused = control("nobody/load", "");
    assertThat(refused.statusCode()).isEqualTo(404);
    assertThat(refused.body()).isEqualTo("{\"error\":\"not configured\"}");
  }

  @Test
  void what_a_deployment_is_does_not_come_by_this_door() {
    var response = control("photo/load", "{\"parameters\":{\"config\":\"{}\"}}");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("/parameters/config: not supported");
    assertThat(doors.repository.asked()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v2/logging",
        "/v2/trace/setting",
        "/v2/systemsharedmemory/status",
        "/v2/cudasharedmemory/region/x/status"
      })
  void extensions_that_are_not_served_say_so(String path) {
    var response = doors.get(path);
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(Doors.json(response).get("error").asString()).contains("not served");
  }
}
