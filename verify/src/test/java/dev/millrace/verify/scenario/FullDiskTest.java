package dev.millrace.verify.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verify.node.Eventually;
import dev.millrace.verify.node.NodeProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The data folder's disk fills up, and has room again. */
@EnabledIf("dev.millrace.verify.scenario.SmallDisk#permitted")
class FullDiskTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int MEBIBYTES = 48;
  private static final String CONFIG =
      """
      models: {bundled: false, simulated: true}
      log: {segment_size: 1MiB, reserve: 8MiB}
      """;
  private static final String QUICK =
      "\"model\":\"sim\",\"input\":{\"tokens\":2,\"interval_ms\":1}";
  private static final String LONG =
      "\"model\":\"sim\",\"deadline_ms\":120000,\"input\":{\"tokens\":4000,\"interval_ms\":10}";

  @TempDir private Path folder;

  @Test
  void below_the_reserve_nothing_durable_is_accepted_and_all_else_goes_on() throws Exception {
    Path data = Files.createDirectories(NodeProcess.data(folder));
    try (SmallDisk disk = SmallDisk.mount(data, MEBIBYTES);
        NodeProcess node = NodeProcess.launch(folder, CONFIG, disk.before())) {
      node.awaitReady();
      try (NodeClient client = new NodeClient(node);
          SocketClient socket = new SocketClient(node)) {
        String ended = client.submit("{" + QUICK + "}");
        Eventually.see("one ends", LIMIT, () -> client.state(ended), "succeeded"::equals);
        Transcript running = new Transcript();
        String runs = client.submit("{" + LONG + "}");
        client.follow(runs, running);

        disk.fill(4 << 20);
        NodeClient.Answer refused =
            Eventually.see(
                "submissions are refused",
                LIMIT,
                () -> client.post("/v1/tasks", "{" + QUICK + "}"),
                answer -> answer.status() != 202);
        assertThat(refused.status()).as(refused.body()).isEqualTo(507);
        assertThat(refused.json().path("code").asString("")).isEqualTo("storage_full");
        int kept = client.get("/v1/tasks?limit=1000").json().path("tasks").size();
        assertThat(client.post("/v1/tasks", "{" + QUICK + "}").status()).isEqualTo(507);
        var onSocket = socket.submit("full", QUICK, new Transcript());
        assertThat(onSocket.path("code").asString("")).isEqualTo("storage_full");
        assertThat(client.get("/v1/tasks?limit=1000").json().path("tasks").size()).isEqualTo(kept);
        assertThat(client.get("/readyz").status()).isEqualTo(503);
        assertThat(client.get("/livez").status()).isEqualTo(200);
        node.awaitLogged("log.reserve");

        assertThat(client.state(ended)).isEqualTo("succeeded");
        String inMemory = "{" + QUICK + ",\"durability\":\"memory\"}";
        assertThat(client.post("/v1/tasks", inMemory, "prefer", "wait=20").body())
            .contains("succeeded");
        int seen = running.last();
        Eventually.holds("the running one streams on", LIMIT, () -> running.last() > seen + 10);
        assertThat(client.post("/v1/tasks/" + runs + "/cancel", "{}").status()).isEqualTo(200);
        assertThat(client.state(runs)).isEqualTo("cancelled");

        disk.free();
        Eventually.see(
            "submissions are taken again",
            LIMIT,
            () -> client.post("/v1/tasks", "{" + QUICK + "}", "prefer", "wait=20"),
            answer -> answer.body().contains("succeeded"));
        node.awaitLogged("room again");
        assertThat(client.get("/readyz").status()).isEqualTo(200);
        assertThat(running.violations()).isEmpty();
      }
    }
  }

  @Test
  void with_no_byte_left_running_streams_wait_and_go_on_when_there_is_room_again()
      throws Exception {
    Path data = Files.createDirectories(NodeProcess.data(folder));
    try (SmallDisk disk = SmallDisk.mount(data, MEBIBYTES);
        NodeProcess node = NodeProcess.launch(folder, CONFIG, disk.before())) {
      node.awaitReady();
      try (NodeClient client = new NodeClient(node)) {
        List<Watched> tasks = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
          Transcript seen = new Transcript();
          String id = client.submit("{" + LONG.replace("10}", "1}") + "}");
          client.follow(id, seen);
          tasks.add(new Watched(id, seen, "", 4_001));
        }
        disk.fill(0);
        Eventually.see(
            "nothing moves any more",
            LIMIT,
            () -> List.of(eventsSeen(tasks), client.get("/readyz").status(), eventsSeen(tasks)),
            looks -> looks.get(0).equals(looks.get(2)) && looks.get(1).equals(503));
        assertThat(tasks).noneMatch(task -> task.seen().ended());
        assertThat(disk.usable()).isZero();
        assertThat(client.post("/v1/tasks", "{" + QUICK + "}").status()).isEqualTo(507);
        assertThat(client.state(tasks.getFirst().id())).isEqualTo("running");
        assertThat(client.get("/livez").status()).isEqualTo(200);

        disk.free();
        for (Watched task : tasks) {
          Eventually.holds(task.id() + " ends", LIMIT, task.seen()::ended);
          assertThat(task.seen().violations()).isEmpty();
          assertThat(task.seen().last()).isEqualTo(4_000);
        }
      }
    }
  }

  private static int eventsSeen(List<Watched> tasks) {
    return tasks.stream().mapToInt(task -> task.seen().last() + 1).sum();
  }
}
