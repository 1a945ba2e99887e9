package dev.millrace.verify.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verify.node.Eventually;
import dev.millrace.verify.node.NodeProcess;
import dev.millrace.verify.node.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of models that are not what they were when they were added: they never load. */
class DamagedModelTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String CUT = "story-cut";
  private static final String FLIPPED = "story-flipped";
  private static final String SOUND =
      "models: {bundled: false}\ndeployments: [{model: tale-1.1m}]\n";
  private static final String ALL =
      "models: {bundled: false}\n"
          + "deployments: [{model: tale-1.1m}, {model: story-cut}, {model: story-flipped}]\n";
  private static final String STORY = "{" + Stories.fields(0) + "}";

  @TempDir private Path folder;

  @BeforeEach
  void addThree() throws Exception {
    Program.addModel(folder, Stories.MODEL);
    add(CUT);
    add(FLIPPED);
  }

  @Test
  void a_start_leaves_damaged_models_out_and_serves_the_others() throws Exception {
    damage();
    Program.Ended verified =
        Program.run(folder, "models", "verify", "--data", NodeProcess.data(folder).toString());
    assertThat(verified.code()).isEqualTo(1);
    assertThat(verified.said()).contains(CUT, FLIPPED, "expected").doesNotContain("internal");

    try (NodeProcess node = NodeProcess.launch(folder, ALL)) {
      node.awaitListening();
      try (NodeClient client = new NodeClient(node)) {
        assertThatBothAreNamed(node);
        Eventually.holds(
            "the sound one is ready",
            LIMIT,
            () -> !client.get("/readyz").body().contains("tale-1.1m is loading"));
        NodeClient.Answer ready = client.get("/readyz");
        assertThat(ready.status()).isEqualTo(503);
        assertThat(ready.body())
            .contains(CUT + " cannot be served", FLIPPED + " cannot be served", "expected");
        assertThatTheSoundOneIsServed(client);
        assertThat(client.get("/v1/models").body())
            .contains(Stories.MODEL)
            .doesNotContain(CUT, FLIPPED);
        for (String damaged : new String[] {CUT, FLIPPED}) {
          NodeClient.Answer answer =
              client.post("/v1/tasks", STORY.replace(Stories.MODEL, damaged));
          assertThat(answer.status()).isEqualTo(500);
          assertThat(answer.body()).contains("runtime_failed", damaged + " cannot be served");
        }
        assertThatTheSoundOneIsServed(client);
      }
    }
  }

  @Test
  void a_reload_with_damaged_models_changes_nothing() throws Exception {
    damage();
    try (NodeProcess node = NodeProcess.start(folder, SOUND);
        NodeClient client = new NodeClient(node)) {
      Files.writeString(folder.resolve("millrace.yaml"), ALL);
      node.signal("HUP");
      node.awaitLogged("Refused");
      assertThatBothAreNamed(node);
      assertThat(client.post("/v1/tasks", STORY.replace(Stories.MODEL, CUT)).status())
          .isEqualTo(404);
      assertThatTheSoundOneIsServed(client);
      assertThat(client.get("/readyz").status()).isEqualTo(200);
    }
  }

  private static void assertThatBothAreNamed(NodeProcess node) {
    assertThat(node.log())
        .contains(CUT, "left", FLIPPED + " 1: tale-1.1m-kv-w16.onnx: SHA-256 ", "expected");
  }

  @Test
  void damage_under_a_running_node_never_loads_and_readiness_says_why() throws Exception {
    try (NodeProcess node = NodeProcess.start(folder, ALL);
        NodeClient client = new NodeClient(node)) {
      damage();
      ProcessHandle worker = node.worker();
      worker.destroyForcibly();
      Eventually.holds("the worker is gone", LIMIT, () -> !worker.isAlive());

      NodeClient.Answer ready =
          Eventually.see(
              "readiness names both",
              LIMIT,
              () -> client.get("/readyz"),
              answer ->
                  answer.body().contains(CUT + " cannot be served")
                      && answer.body().contains(FLIPPED + " cannot be served"));
      assertThat(ready.status()).isEqualTo(503);
      assertThat(ready.body()).contains("sha256", "expected");
      Eventually.holds(
          "the sound one is back",
          LIMIT,
          () -> !client.get("/readyz").body().contains("tale-1.1m "));
      assertThatTheSoundOneIsServed(client);
      for (String damaged : new String[] {CUT, FLIPPED}) {
        NodeClient.Answer answer =
            client.post(
                "/v1/tasks",
                STORY.replace(Stories.MODEL, damaged).replace("120000", "3000"),
                "prefer",
                "wait=20");
        assertThat(answer.json().path("error").path("code").asString(""))
            .as(answer.body())
            .isEqualTo("runtime_failed");
        assertThat(answer.body()).contains("sha256", "expected");
      }
      assertThatTheSoundOneIsServed(client);
    }
  }

  private static void assertThatTheSoundOneIsServed(NodeClient client) throws Exception {
    NodeClient.Answer answer = client.post("/v1/tasks", STORY, "prefer", "wait=20");
    assertThat(answer.json().path("state").asString("")).as(answer.body()).isEqualTo("succeeded");
  }

  private void damage() throws IOException {
    byte[] whole = Files.readAllBytes(weights(CUT));
    Files.write(weights(CUT), Arrays.copyOf(whole, whole.length - 1_000));
    byte[] flipped = whole.clone();
    flipped[whole.length / 2] ^= 1;
    Files.write(weights(FLIPPED), flipped);
  }

  private void add(String name) throws Exception {
    Path copy = Files.createDirectories(folder.resolve("source").resolve(name));
    Path original = Path.of(System.getProperty("millrace.home"), "models", Stories.MODEL);
    try (Stream<Path> files = Files.list(original)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    Path manifest = copy.resolve("model.yaml");
    Files.writeString(
        manifest, Files.readString(manifest).replace("name: tale-1.1m", "name: " + name));
    Program.addModel(folder, name, copy);
  }

  private Path weights(String model) throws IOException {
    try (Stream<Path> all = Files.walk(NodeProcess.data(folder).resolve("models"))) {
      Path found =
          all.filter(path -> path.toString().contains(model))
              .filter(path -> path.toString().endsWith(".onnx"))
              .findFirst()
              .orElseThrow();
      assertThat(found.toFile().setWritable(true)).isTrue();
      return found;
    }
  }
}
