package dev.millrace.verify.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verify.node.Eventually;
import dev.millrace.verify.node.NodeProcess;
import dev.millrace.verify.node.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator does to a node that runs: SIGTERM and SIGHUP. */
class DrainAndReloadTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String CONFIG =
      """
      node: {drain: 10s}
      models: {bundled: false, simulated: true, simulated_concurrency: 2}
      """;
  private static final String SECOND =
      "\"model\":\"sim\",\"input\":{\"tokens\":40,\"interval_ms\":25}";

  @TempDir private Path folder;

  @Test
  void sigterm_lets_what_runs_end_keeps_what_waits_and_exits_with_0() throws Exception {
    Transcript running = new Transcript();
    List<String> ran = new ArrayList<>();
    List<String> waited = new ArrayList<>();
    try (NodeProcess node = NodeProcess.start(folder, CONFIG);
        NodeClient client = new NodeClient(node);
        SocketClient socket = new SocketClient(node)) {
      ran.add(socket.submit("runs", SECOND, running).path("task").asString(""));
      ran.add(client.submit("{" + SECOND + "}"));
      for (int i = 0; i < 5; i++) {
        waited.add(client.submit("{" + SECOND + "}"));
      }
      Eventually.holds("one streams", LIMIT, () -> running.last() > 2);
      assertThat(client.state(waited.getFirst())).isEqualTo("queued");

      long asked = System.nanoTime();
      node.signal("TERM");

      SocketClient.Closed closed = socket.closed().get(20, TimeUnit.SECONDS);
      assertThat(closed.status()).isEqualTo(1012);
      assertThat(closed.reason()).contains("resume");
      assertThat(running.ended()).isFalse();
      assertThat(node.awaitEnd(LIMIT)).as(node.log()).isZero();
      System.out.println("drained in " + (System.nanoTime() - asked) / 1_000_000 + " ms");
    }
    assertThatAllIsThere(running, ran, waited);
  }

  private void assertThatAllIsThere(Transcript running, List<String> ran, List<String> waited)
      throws Exception {
    try (NodeProcess node = NodeProcess.start(folder, CONFIG);
        NodeClient client = new NodeClient(node);
        SocketClient socket = new SocketClient(node)) {
      for (String task : ran) {
        var view = client.task(task);
        assertThat(view.path("state").asString("")).as(view.toString()).isEqualTo("succeeded");
        assertThat(view.path("attempts").asInt()).as(view.toString()).isEqualTo(1);
      }
      socket.resume("again", ran.getFirst(), running);
      Eventually.holds("the stream goes on to its end", LIMIT, running::ended);
      assertThat(running.violations()).isEmpty();
      assertThat(running.last()).isEqualTo(40);
      for (String task : waited) {
        Eventually.see(task, LIMIT, () -> client.state(task), "succeeded"::equals);
      }
    }
  }

  @Test
  void sighup_takes_a_good_configuration_whole_and_of_a_bad_one_nothing() throws Exception {
    Program.addModel(folder, Stories.MODEL);
    Path file = folder.resolve("millrace.yaml");
    try (NodeProcess node = NodeProcess.start(folder, CONFIG);
        NodeClient client = new NodeClient(node)) {
      assertThat(models(client)).containsExactly("sim");

      Files.writeString(file, CONFIG + "deployments: [{model: tale-1.1m}]\nlimit: {x: 1}\n");
      node.signal("HUP");
      node.awaitLogged("Refused");
      assertThat(node.log()).contains("limit");
      assertThat(models(client)).containsExactly("sim");
      assertThat(client.get("/readyz").status()).isEqualTo(200);

      Files.writeString(file, CONFIG + "deployments: [{model: tale-1.1m}]\n");
      node.signal("HUP");
      Eventually.see(
          "the new model is there", LIMIT, () -> models(client), all -> all.contains("tale-1.1m"));
      Eventually.see(
          "the new model is ready", LIMIT, () -> client.get("/readyz").status(), s -> s == 200);
      Stories.uninterrupted(client);
    }
  }

  private static List<String> models(NodeClient client) throws Exception {
    List<String> names = new ArrayList<>();
    client
        .get("/v1/models")
        .json()
        .path("data")
        .forEach(model -> names.add(model.path("id").asString("")));
    return names;
  }
}
