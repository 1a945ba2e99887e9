package dev.millrace.ingress.v2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ingress.testing.Doors;
import java.net.URI;
import java.net.http.HttpRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class V2ModelsTest {

  private final Doors doors = new Doors();

  @AfterEach
  void close() {
    doors.close();
  }

  @Test
  void the_server_lists_only_the_extensions_that_work() {
    assertThat(doors.get("/v2").body())
        .isEqualTo("{\"name\":\"millrace\",\"version\":\"1.2.3\",\"extensions\":[\"parameters\"]}");
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
}
