package dev.millrace.verify.scenario;

import static dev.millrace.verify.scenario.HostileSocket.KEY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verify.node.Eventually;
import dev.millrace.verify.node.NodeProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** Clients that vanish by a TCP reset at any byte of their stream. */
@ExtendWith(SharedNode.class)
class VanishedClientTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int CLIENTS = 24;

  /** Long enough that none ends by itself while the test looks. */
  private static final String COMPLETION =
      "{\"model\":\"sim\",\"prompt\":\"x\",\"max_tokens\":4096,\"interval_ms\":20,\"stream\":true}";

  private static final String TASK =
      "{\"model\":\"sim\",\"input\":{\"tokens\":40,\"interval_ms\":20}}";

  @Test
  void completions_are_cancelled_wherever_their_clients_vanish(NodeProcess node) throws Exception {
    Random random = new Random(31);
    try (NodeClient client = new NodeClient(node)) {
      for (int i = 0; i < CLIENTS; i++) {
        HostileSocket socket = new HostileSocket(node);
        socket.send(
            "POST /v1/completions HTTP/1.1\r\nhost: x\r\n"
                + KEY
                + "content-length: "
                + COMPLETION.length()
                + "\r\n\r\n"
                + COMPLETION);
        socket.read(1 + random.nextInt(3_000)); // from the first byte of the head on
        socket.reset();
      }
      Eventually.holds("none of them runs", LIMIT, () -> running(client).isEmpty());
      JsonNode ended = client.get("/v1/tasks?model=sim&state=cancelled").json();
      assertThat(ended.toString()).as("the fault fired").contains("mem_");
      Transcript honest = new Transcript();
      client.follow(client.submit(TASK), honest);
      Eventually.holds("an honest task ends", LIMIT, honest::ended);
      assertThat(honest.violations()).isEmpty();
    }
  }

  private static List<String> running(NodeClient client) throws Exception {
    List<String> ids = new ArrayList<>();
    for (JsonNode task : client.get("/v1/tasks?model=sim&state=running").json().path("tasks")) {
      String id = task.path("task").asString("");
      if (id.startsWith("mem_")) {
        ids.add(id);
      }
    }
    return ids;
  }

  @Test
  void tasks_go_on_to_their_end_wherever_their_followers_vanish(NodeProcess node) throws Exception {
    Random random = new Random(32);
    try (NodeClient client = new NodeClient(node)) {
      List<String> tasks = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        String id = client.submit(TASK);
        tasks.add(id);
        HostileSocket socket = new HostileSocket(node);
        socket.send("GET /v1/tasks/" + id + "/events HTTP/1.1\r\nhost: x\r\n" + KEY + "\r\n");
        socket.read(1 + random.nextInt(2_000));
        socket.reset();
      }
      for (String id : tasks) {
        Transcript whole = new Transcript();
        client.follow(id, whole);
        Eventually.holds("it ends", LIMIT, whole::ended);
        assertThat(whole.violations()).isEmpty();
        assertThat(whole.last()).isEqualTo(40);
      }
    }
  }
}
