package dev.millrace.verify.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.verify.node.NodeProcess;
import dev.millrace.verify.node.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The documented manifest with the user's own model file, from {@code models add} to its boxes. */
@EnabledIf("dev.millrace.verify.node.Assets#present")
class DetectionTest {

  private static final String MODEL = "yolox-nano";
  private static final Path HOME = Path.of(System.getProperty("millrace.home"));
  private static final Path ASSETS = HOME.resolve("../shared/assets").normalize();
  private static final String CONFIG =
      "models: {bundled: false}\ndeployments: [{model: yolox-nano}]\n";

  @TempDir private Path folder;

  @Test
  void boxes_come_out_of_the_tasks_door_and_of_the_v2_door() throws Exception {
    Program.addModel(folder, MODEL, assembled());
    try (NodeProcess node = NodeProcess.start(folder, CONFIG);
        NodeClient client = new NodeClient(node)) {
      JsonNode detections = task(client, "\"" + photo("yolox_dog.jpg") + "\"");
      assertThat(detections.size()).isEqualTo(4);
      assertThat(detections.at("/0/label").asString()).isEqualTo("dog");
      assertThat(detections.at("/0/score").asDouble()).isCloseTo(0.83, within(0.02));
      assertThat(detections.at("/0/box").size()).isEqualTo(4);

      JsonNode both =
          task(
              client,
              "[\"" + photo("skimage_chelsea.png") + "\",\"" + photo("yolox_dog.jpg") + "\"]");
      assertThat(both.at("/0/0/label").asString()).isEqualTo("cat");
      assertThat(both.at("/1/0/box")).isEqualTo(detections.at("/0/box"));

      NodeClient.Answer infer =
          client.post(
              "/v2/models/yolox-nano/infer",
              "{\"inputs\":[{\"name\":\"image\",\"datatype\":\"BYTES\",\"shape\":[1],\"data\":[\""
                  + photo("yolox_dog.jpg")
                  + "\"]}]}");
      assertThat(infer.status()).as(infer.body()).isEqualTo(200);
      JsonNode outputs = infer.json().at("/outputs");
      assertThat(outputs.at("/0/name").asString()).isEqualTo("boxes");
      assertThat(outputs.at("/0/datatype").asString()).isEqualTo("FP32");
      assertThat(outputs.at("/0/shape").toString()).isEqualTo("[4,4]");
      assertThat(outputs.at("/1/name").asString()).isEqualTo("scores");
      assertThat(outputs.at("/2/data/0").asString()).isEqualTo("dog");
      assertThat(outputs.at("/3/data").toString()).isEqualTo("[4]");
    }
  }

  private static JsonNode task(NodeClient client, String image) throws Exception {
    String body =
        "{\"model\":\"yolox-nano\",\"deadline_ms\":60000,\"input\":{\"image\":" + image + "}}";
    NodeClient.Answer answer = client.post("/v1/tasks", body, "prefer", "wait=50");
    assertThat(answer.json().path("state").asString("")).as(answer.body()).isEqualTo("succeeded");
    return answer.json().at("/output/detections");
  }

  private Path assembled() throws IOException {
    Path made = Files.createDirectories(folder.resolve("source"));
    try (Stream<Path> files = Files.list(HOME.resolve("docs/examples/yolox-nano"))) {
      for (Path file : files.toList()) {
        Files.copy(file, made.resolve(file.getFileName()));
      }
    }
    Files.copy(
        ASSETS.resolve("detect/yolox_nano_coco_dynamic.onnx"), made.resolve("yolox_nano.onnx"));
    return made;
  }

  private static String photo(String name) throws IOException {
    return Base64.getEncoder()
        .encodeToString(Files.readAllBytes(ASSETS.resolve("images-detect/" + name)));
  }
}
