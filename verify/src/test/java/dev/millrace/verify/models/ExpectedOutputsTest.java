package dev.millrace.verify.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.verify.node.Assets;
import dev.millrace.verify.node.NodeClient;
import dev.millrace.verify.node.NodeClient.Answer;
import dev.millrace.verify.node.NodeProcess;
import dev.millrace.verify.node.SharedNode;
import java.awt.image.BufferedImage;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** The bundled models through the doors of a real node, against what they are known to answer. */
@EnabledIf("dev.millrace.verify.node.Assets#present")
@ExtendWith(SharedNode.class)
class ExpectedOutputsTest {

  private static final int ROWS_A_CALL = 2_000;
  private static final int TEXTS_A_CALL = 20;

  private final NodeClient client;

  ExpectedOutputsTest(NodeProcess node) {
    this.client = new NodeClient(node);
  }

  @AfterEach
  void close() {
    client.close();
  }

  // ---- tabular ---------------------------------------------------------------------------------

  private record Scored(double score, boolean fraud) {}

  /** All rows: of a sample's few frauds nothing can be said. */
  @ParameterizedTest
  @CsvSource({"card_fraud_light_lr, 0.622", "card_fraud_heavy_gbdt, 0.718"})
  void frauds_are_ranked_as_well_as_documented(String model, double documented) throws IOException {
    List<String> rows = new ArrayList<>();
    List<Boolean> frauds = new ArrayList<>();
    readTransactions(rows, frauds);
    List<Scored> scored = new ArrayList<>();
    for (int from = 0; from < rows.size(); from += ROWS_A_CALL) {
      List<String> some = rows.subList(from, Math.min(rows.size(), from + ROWS_A_CALL));
      Answer answer =
          client.post(
              "/v2/models/" + model + "/infer",
              "{\"inputs\":[{\"name\":\"features\",\"datatype\":\"FP32\",\"shape\":[%d,16],\"data\":[%s]}]}"
                  .formatted(some.size(), String.join(",", some)));
      assertThat(answer.status()).as(answer.body()).isEqualTo(200);
      JsonNode probabilities = answer.json().at("/outputs/1/data");
      for (int i = 0; i < some.size(); i++) {
        scored.add(new Scored(probabilities.get(2 * i + 1).asDouble(), frauds.get(from + i)));
      }
    }
    assertThat(scored).hasSize(23_208);
    assertThat(averagePrecision(scored)).isCloseTo(documented, within(0.001));
  }

  private static void readTransactions(List<String> rows, List<Boolean> frauds) throws IOException {
    Path file = Assets.path("tabular/card_transactions_test.csv.gz");
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      for (String line : reader.lines().skip(1).toList()) {
        String[] cells = line.split(",", -1);
        rows.add(String.join(",", List.of(cells).subList(4, 20)));
        frauds.add(cells[20].equals("1"));
      }
    }
  }

  private static double averagePrecision(List<Scored> scored) {
    List<Scored> best =
        scored.stream().sorted(Comparator.comparingDouble(Scored::score).reversed()).toList();
    double sum = 0;
    int hits = 0;
    for (int rank = 0; rank < best.size(); rank++) {
      if (best.get(rank).fraud()) {
        hits++;
        sum += (double) hits / (rank + 1);
      }
    }
    return sum / hits;
  }

  // ---- intents ---------------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource({"banking77-light, 300, 0.85", "banking77-heavy, 200, 0.89"})
  void intents_are_as_right_as_documented(String model, int texts, double atLeast)
      throws IOException {
    List<String[]> asked = intents(texts);
    int right = 0;
    for (int from = 0; from < asked.size(); from += TEXTS_A_CALL) {
      List<String[]> some = asked.subList(from, from + TEXTS_A_CALL);
      Map<String, Object> tensor =
          Map.of(
              "name",
              "text",
              "datatype",
              "BYTES",
              "shape",
              List.of(some.size()),
              "data",
              some.stream().map(pair -> pair[0]).toList());
      Answer answer =
          client.post("/v2/models/" + model + "/infer", Map.of("inputs", List.of(tensor)));
      assertThat(answer.status()).as(answer.body()).isEqualTo(200);
      JsonNode labels = answer.json().at("/outputs/0/data");
      for (int i = 0; i < some.size(); i++) {
        right += labels.get(5 * i).asString().equals(some.get(i)[1]) ? 1 : 0;
      }
    }
    assertThat((double) right / asked.size()).isGreaterThanOrEqualTo(atLeast);
  }

  /** Spread over the file, whose rows are sorted by intent: text and intent. */
  private static List<String[]> intents(int count) throws IOException {
    List<String[]> all = new ArrayList<>();
    for (String line : Files.readAllLines(Assets.path("text/banking77_test.csv"))) {
      int comma = line.lastIndexOf(',');
      if (comma < 0) {
        continue; // the first half of a text with a line break
      }
      String text = line.substring(0, comma).strip();
      boolean quoted = text.startsWith("\"");
      // Three texts hold line breaks: their halves are no whole rows.
      if (quoted ? text.endsWith("\"") && text.length() > 1 : !text.contains("\"")) {
        String bare = quoted ? text.substring(1, text.length() - 1).replace("\"\"", "\"") : text;
        all.add(new String[] {bare, line.substring(comma + 1)});
      }
    }
    List<String[]> some = new ArrayList<>();
    for (int i = 1; some.size() < count; i += all.size() / count) {
      some.add(all.get(i));
    }
    return some;
  }

  // ---- images ----------------------------------------------------------------------------------

  @Test
  void every_photo_is_what_it_is_known_to_be() throws IOException {
    JsonNode expected =
        NodeClient.json(
            Files.readString(Assets.path("images-classify/expected_efficientnet_lite0_top3.json")));
    assertThat(expected.size()).isEqualTo(14);
    for (Map.Entry<String, JsonNode> photo : expected.properties()) {
      JsonNode best = classify(Files.readAllBytes(photo(photo.getKey()))).get(0);
      JsonNode known = photo.getValue().get(0);
      assertThat(best.at("/label").asString())
          .as(photo.getKey())
          .isEqualTo(known.get(1).asString());
      assertThat(best.at("/score").asDouble())
          .as(photo.getKey())
          .isCloseTo(known.get(2).asDouble(), within(0.07));
    }
  }

  private static Path photo(String name) {
    Path classify = Assets.path("images-classify/" + name);
    return Files.exists(classify) ? classify : Assets.path("images-detect/" + name);
  }

  private JsonNode classify(byte[] file) {
    String image = Base64.getEncoder().encodeToString(file);
    JsonNode ended =
        client.task(Map.of("model", "efficientnet-lite0", "input", Map.of("image", image)));
    assertThat(ended.at("/state").asString()).as(ended.toString()).isEqualTo("succeeded");
    return ended.at("/output/classes");
  }

  @Test
  void a_photo_is_the_same_as_jpeg_and_as_png() throws IOException {
    byte[] jpeg = Files.readAllBytes(photo("zebra.jpeg"));
    BufferedImage pixels = ImageIO.read(photo("zebra.jpeg").toFile());
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    assertThat(ImageIO.write(pixels, "png", png)).isTrue();
    JsonNode one = classify(jpeg).get(0);
    JsonNode other = classify(png.toByteArray()).get(0);
    assertThat(other.at("/label")).isEqualTo(one.at("/label"));
    assertThat(other.at("/score").asDouble()).isCloseTo(one.at("/score").asDouble(), within(0.02));
  }

  @Test
  void a_photo_is_the_same_as_webp_and_as_png() throws IOException {
    JsonNode webp = classify(Files.readAllBytes(Assets.path("images-odd/pillow/hopper.webp")));
    JsonNode png = classify(Files.readAllBytes(Assets.path("images-odd/pillow/hopper_webp.png")));
    assertThat(webp.at("/0/label")).isEqualTo(png.at("/0/label"));
    assertThat(webp.at("/0/score").asDouble())
        .isCloseTo(png.at("/0/score").asDouble(), within(0.07));
  }

  // ---- texts -----------------------------------------------------------------------------------

  @Test
  void the_story_teller_tells_the_known_story_at_every_door() {
    String known =
        ", there was a little girl named Lily. She loved to play with her toys and eat breaks."
            + " One day, she went to the park with her mom.";
    JsonNode task =
        client.task(
            Map.of(
                "model",
                "tale-1.1m",
                "input",
                Map.of("prompt", "Once upon a time", "max_tokens", 60, "temperature", 0)));
    Answer completion =
        client.post(
            "/v1/completions",
            Map.of(
                "model",
                "tale-1.1m",
                "prompt",
                "Once upon a time",
                "max_tokens",
                60,
                "temperature",
                0));
    assertThat(task.at("/output/text").asString()).startsWith(known);
    assertThat(completion.json().at("/choices/0/text").asString())
        .isEqualTo(task.at("/output/text").asString());
  }

  @Test
  void sentences_have_the_documented_angles() {
    JsonNode vectors =
        client
            .post(
                "/v1/embeddings",
                Map.of(
                    "model",
                    "minilm",
                    "input",
                    List.of(
                        "How do I reset my password?",
                        "I forgot my password, how can I change it?",
                        "The weather is nice today")))
            .json()
            .at("/data");
    assertThat(cosine(vectors, 0, 1)).isCloseTo(0.893, within(0.02));
    assertThat(cosine(vectors, 0, 2)).isLessThan(0.1);
  }

  private static double cosine(JsonNode vectors, int one, int other) {
    double sum = 0;
    for (int i = 0; i < 384; i++) {
      sum +=
          vectors.at("/" + one + "/embedding/" + i).asDouble()
              * vectors.at("/" + other + "/embedding/" + i).asDouble();
    }
    return sum;
  }
}
