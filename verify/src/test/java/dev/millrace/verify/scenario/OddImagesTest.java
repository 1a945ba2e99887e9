package dev.millrace.verify.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verify.node.NodeProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.ExtendWith;

/** Odd and hostile pictures through the door, to the classifier in its worker. */
@ExtendWith(SharedNode.class)
@EnabledIf("present")
class OddImagesTest {

  private static final Path FOLDER =
      Path.of(System.getProperty("millrace.home"), "../shared/assets/images-odd");
  private static final Set<String> DOCUMENTED =
      Set.of("invalid_argument", "too_large", "unsupported");
  private static final int SAMPLE = 100;

  static boolean present() {
    return Files.isDirectory(FOLDER);
  }

  @Test
  void every_odd_picture_is_answered_or_refused_and_the_worker_lives(NodeProcess node)
      throws Exception {
    long worker = node.worker().pid();
    String good = base64(FOLDER.resolve("pngsuite/basn2c08.png"));
    Map<String, Integer> outcomes = new TreeMap<>();
    try (NodeClient client = new NodeClient(node)) {
      int asked = 0;
      for (Path picture : pictures()) {
        outcomes.merge(ask(client, picture), 1, Integer::sum);
        if (++asked % 10 == 0) {
          assertThat(state(classify(client, good))).isEqualTo("succeeded");
        }
      }
    }
    System.out.println("odd pictures: " + outcomes);
    assertThat(outcomes).containsKeys("succeeded", "invalid_argument");
    assertThat(node.worker().pid()).isEqualTo(worker);
  }

  private static List<Path> pictures() throws Exception {
    List<Path> all = new ArrayList<>(files("pngsuite"));
    List<Path> others = new ArrayList<>(files("pillow"));
    Collections.shuffle(others, new Random(3));
    all.addAll(others.subList(0, SAMPLE));
    return all;
  }

  private static List<Path> files(String folder) throws Exception {
    try (Stream<Path> walk = Files.walk(FOLDER.resolve(folder))) {
      return walk.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static String ask(NodeClient client, Path picture) throws Exception {
    NodeClient.Answer answer = classify(client, base64(picture));
    String what = picture.getFileName() + ": " + answer.status() + " " + answer.body();
    if (answer.status() != 200) {
      assertThat(answer.status()).as(what).isBetween(400, 499);
      return answer.json().path("code").asString("");
    }
    if (state(answer).equals("succeeded")) {
      assertThat(answer.json().path("output").path("classes").size()).as(what).isEqualTo(5);
      return "succeeded";
    }
    String code = answer.json().path("error").path("code").asString("");
    assertThat(DOCUMENTED).as(what).contains(code);
    return code;
  }

  private static NodeClient.Answer classify(NodeClient client, String base64) throws Exception {
    String body =
        "{\"model\":\"efficientnet-lite0\",\"deadline_ms\":60000,\"input\":{\"image\":\""
            + base64
            + "\"}}";
    return client.post("/v1/tasks", body, "prefer", "wait=50");
  }

  private static String state(NodeClient.Answer answer) {
    return answer.json().path("state").asString("");
  }

  private static String base64(Path picture) throws Exception {
    return Base64.getEncoder().encodeToString(Files.readAllBytes(picture));
  }
}
