package dev.millrace.verify.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verify.node.Eventually;
import dev.millrace.verify.node.NodeProcess;
import dev.millrace.verify.node.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The node is killed at random instants, on one folder, while it is being used. */
class KilledNodeTest {

  private static final String CONFIG =
      """
      models: {bundled: false, simulated: true, simulated_concurrency: 3}
      deployments: [{model: tale-1.1m}]
      """;
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int ROUNDS = 5;
  private static final int TASKS_A_DOOR = 8;
  private static final int SIMULATED_TOKENS = 12;

  @TempDir private Path folder;
  private final List<Watched> known = new CopyOnWriteArrayList<>();
  private final Set<String> inMemory = new TreeSet<>();
  private final Map<Watched.Phase, Integer> phases = new EnumMap<>(Watched.Phase.class);
  private Stories stories;
  private String simulatedText;

  @Test
  void every_acknowledged_task_ends_once_and_every_stream_is_whole_whenever_the_node_is_killed()
      throws Exception {
    Program.addModel(folder, Stories.MODEL);
    NodeProcess node = NodeProcess.start(folder, CONFIG);
    try {
      learn(node);
      for (int round = 1; round <= ROUNDS; round++) {
        Random random = new Random(round);
        int before = known.size();
        @Nullable String unanswered = useUntilKilled(node, round, 20 + random.nextInt(900));
        known
            .subList(before, known.size())
            .forEach(task -> phases.merge(task.phase(), 1, Integer::sum));
        node.close();
        if (round % 2 == 0) {
          killDuringTheStart();
        }
        node = NodeProcess.start(folder, CONFIG);
        assertNothingIsLost(node, unanswered);
      }
    } finally {
      node.close();
    }
    System.out.println("killed " + ROUNDS + " times, tasks at that moment: " + phases);
    assertThat(phases).containsKeys(Watched.Phase.values());
  }

  private void learn(NodeProcess node) throws Exception {
    try (NodeClient client = new NodeClient(node)) {
      stories = Stories.uninterrupted(client);
      Transcript seen = new Transcript();
      client.follow(client.submit("{" + simulated() + "}"), seen);
      Eventually.holds("a simulated task ends", LIMIT, seen::ended);
      simulatedText = seen.text();
    }
    known.clear();
  }

  private static String simulated() {
    return "\"model\":\"sim\",\"deadline_ms\":120000,\"input\":{\"tokens\":%d,\"interval_ms\":25}"
        .formatted(SIMULATED_TOKENS);
  }

  /** Returns the idempotency key of a submission that got no answer, if there is one. */
  private @Nullable String useUntilKilled(NodeProcess node, int round, int events)
      throws Exception {
    int before = known.size();
    try (NodeClient client = new NodeClient(node);
        SocketClient socket = new SocketClient(node)) {
      Set<String> earlier = listed(client);
      submitOneThatEnds(client);
      for (int i = 0; i < TASKS_A_DOOR; i++) {
        submit(client, socket, round, i);
      }
      assertThat(listed(client)).containsAll(earlier);
      var unanswered = CompletableFuture.supplyAsync(() -> submitOn(client, round));
      Eventually.holds(
          "events come",
          LIMIT,
          () ->
              List.copyOf(known).subList(before, before + 1 + 3 * TASKS_A_DOOR).stream()
                      .mapToInt(task -> task.seen().last() + 1)
                      .sum()
                  >= events);
      node.kill();
      return unanswered.get(30, TimeUnit.SECONDS);
    }
  }

  private void submit(NodeClient client, SocketClient socket, int round, int i) throws Exception {
    Transcript onSocket = new Transcript();
    JsonNode ack =
        socket.submit(round + "-" + i, Stories.fields(i) + ",\"durability\":\"fsync\"", onSocket);
    known.add(stories.watched(ack.path("task").asString(""), onSocket, i));
    Transcript onEvents = new Transcript();
    String id = client.submit("{" + Stories.fields(i) + "}");
    client.follow(id, onEvents);
    known.add(stories.watched(id, onEvents, i));
    Transcript slow = new Transcript();
    String simulated = client.submit("{" + simulated() + "}");
    client.follow(simulated, slow);
    known.add(simulated(simulated, slow));
    inMemory.add(client.submit("{" + simulated() + ",\"durability\":\"memory\"}"));
  }

  private void submitOneThatEnds(NodeClient client) throws Exception {
    Transcript seen = new Transcript();
    String id = client.submit("{" + simulated() + "}");
    known.add(simulated(id, seen));
    client.follow(id, seen);
    Eventually.holds("one ends before the kill", LIMIT, seen::ended);
  }

  private Watched simulated(String id, Transcript seen) {
    return new Watched(id, seen, simulatedText, SIMULATED_TOKENS + 1);
  }

  /** One submission after the other, until one is not answered. */
  private @Nullable String submitOn(NodeClient client, int round) {
    for (int i = 0; ; i++) {
      String key = "round-" + round + "-" + i;
      try {
        NodeClient.Answer answer =
            client.post("/v1/tasks", "{" + Stories.fields(i) + "}", "idempotency-key", key);
        if (answer.status() != 202) {
          return null;
        }
        known.add(stories.watched(answer.json().path("task").asString(""), new Transcript(), i));
        if (i == 40) {
          return null;
        }
      } catch (IOException noAnswer) {
        return key;
      } catch (Exception failure) {
        throw new AssertionError(failure);
      }
    }
  }

  private void killDuringTheStart() throws Exception {
    NodeProcess node = NodeProcess.launch(folder, CONFIG);
    node.awaitLogged("unfinished tasks");
    node.kill();
    node.close();
  }

  private void assertNothingIsLost(NodeProcess node, @Nullable String unanswered) throws Exception {
    try (NodeClient client = new NodeClient(node);
        SocketClient socket = new SocketClient(node)) {
      if (unanswered != null) {
        int story = Integer.parseInt(unanswered.substring(unanswered.lastIndexOf('-') + 1));
        String id = client.submit("{" + Stories.fields(story) + "}", "idempotency-key", unanswered);
        known.add(stories.watched(id, new Transcript(), story));
      }
      for (int i = 0; i < known.size(); i++) {
        Watched task = known.get(i);
        if (!task.seen().ended()) {
          follow(task, i, client, socket);
        }
      }
      for (Watched task : known) {
        Eventually.holds(task.id() + " ends", LIMIT, task.seen()::ended);
        task.assertWhole();
      }
      assertThatAnotherReaderSeesTheSame(client);
      assertThat(listed(client)).containsAll(known.stream().map(Watched::id).toList());
      for (String lost : inMemory) {
        assertThat(client.get("/v1/tasks/" + lost).status()).as(lost).isEqualTo(404);
      }
    }
  }

  private static void follow(Watched task, int i, NodeClient client, SocketClient socket)
      throws Exception {
    if (i % 2 == 0) {
      client.follow(task.id(), task.seen());
    } else {
      socket.resume("again-" + i, task.id(), task.seen());
    }
  }

  private void assertThatAnotherReaderSeesTheSame(NodeClient client) throws Exception {
    for (Watched task : known) {
      Transcript again = new Transcript();
      client.follow(task.id(), again).get(30, TimeUnit.SECONDS);
      assertThat(again.lines()).as(task.id()).isEqualTo(task.seen().lines());
    }
  }

  private static Set<String> listed(NodeClient client) throws Exception {
    Set<String> ids = new TreeSet<>();
    NodeClient.Answer answer = client.get("/v1/tasks?limit=1000");
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    answer.json().path("tasks").forEach(task -> ids.add(task.path("task").asString("")));
    return ids;
  }
}
