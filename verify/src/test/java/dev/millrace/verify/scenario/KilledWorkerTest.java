package dev.millrace.verify.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verify.node.Eventually;
import dev.millrace.verify.node.NodeProcess;
import dev.millrace.verify.node.Program;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The worker process dies, or stops, while it generates for several clients. */
@TestInstance(Lifecycle.PER_CLASS)
class KilledWorkerTest {

  private static final Duration LIMIT = Duration.ofSeconds(40);
  private static final int STREAMS_A_DOOR = 5;

  private NodeProcess node;
  private NodeClient client;
  private SocketClient socket;
  private Stories stories;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    Program.addModel(folder, Stories.MODEL);
    node =
        NodeProcess.start(
            folder,
            """
            models: {bundled: false}
            deployments: [{model: tale-1.1m}]
            leases: {duration: 2s, heartbeat: 200ms}
            """);
    client = new NodeClient(node);
    socket = new SocketClient(node);
    stories = Stories.uninterrupted(client);
  }

  @AfterAll
  void stop() throws Exception {
    socket.close();
    client.close();
    node.close();
  }

  @Test
  void after_kill_9_of_the_worker_every_door_shows_each_text_whole_and_once() throws Exception {
    for (int kill = 1; kill <= 3; kill++) {
      Streams streams = new Streams("kill" + kill);
      streams.begin();
      ProcessHandle worker = streams.stopWorkerAfter(kill * 150);
      List<JsonNode> running = streams.runningTasks();
      assertThat(running).as("running when the worker was killed").isNotEmpty();

      worker.destroyForcibly();

      streams.assertWhole();
      for (JsonNode task : running) {
        JsonNode now = client.task(task.path("task").asString(""));
        assertThat(now.path("attempts").asInt()).as(now.toString()).isEqualTo(2);
      }
      assertThat(node.worker().pid()).isNotEqualTo(worker.pid());
    }
  }

  @Test
  void a_worker_that_stops_loses_its_leases_and_its_tasks_go_on_in_the_next_one() throws Exception {
    Streams streams = new Streams("stop");
    streams.begin();
    ProcessHandle worker = streams.stopWorkerAfter(100);
    List<JsonNode> running = streams.runningTasks();
    assertThat(running).as("running when the worker was stopped").isNotEmpty();

    streams.assertWhole();

    for (JsonNode task : running) {
      JsonNode now = client.task(task.path("task").asString(""));
      assertThat(now.path("attempts").asInt()).as(now.toString()).isEqualTo(2);
    }
    Eventually.holds("the stopped worker is ended", LIMIT, () -> !worker.isAlive());
    assertThat(node.worker().pid()).isNotEqualTo(worker.pid());
  }

  @Test
  void a_worker_that_stops_for_less_than_its_lease_goes_on_in_the_same_attempt() throws Exception {
    Streams streams = new Streams("pause");
    streams.begin();
    ProcessHandle worker = streams.stopWorkerAfter(50);
    List<JsonNode> running = streams.runningTasks();
    assertThat(running).isNotEmpty();

    NodeProcess.signal(worker, "CONT");

    streams.assertWhole();
    for (JsonNode task : running) {
      JsonNode now = client.task(task.path("task").asString(""));
      assertThat(now.path("attempts").asInt()).as(now.toString()).isEqualTo(1);
    }
    assertThat(node.worker().pid()).isEqualTo(worker.pid());
  }

  /** Streams of the same stories on three doors at once. */
  private final class Streams {
    private final String name;
    private final List<Watched> tasks = new ArrayList<>();
    private final List<Completion> completions = new ArrayList<>();

    Streams(String name) {
      this.name = name;
    }

    void begin() throws Exception {
      for (int i = 0; i < STREAMS_A_DOOR; i++) {
        Transcript onSocket = new Transcript();
        JsonNode ack = socket.submit(name + i, Stories.fields(i), onSocket);
        assertThat(ack.path("op").asString("")).as(ack.toString()).isEqualTo("ack");
        tasks.add(stories.watched(ack.path("task").asString(""), onSocket, i));
        Completion completion = new Completion();
        client.complete(Stories.completion(i), completion);
        completions.add(completion);
        Transcript onEvents = new Transcript();
        String id = client.submit("{" + Stories.fields(i) + "}");
        client.follow(id, onEvents);
        tasks.add(stories.watched(id, onEvents, i));
      }
    }

    /** Stops the worker once so many events were seen; the tasks stay where they are. */
    ProcessHandle stopWorkerAfter(int events) throws Exception {
      ProcessHandle worker = node.worker();
      Eventually.holds("events come", LIMIT, () -> eventsSeen() >= events);
      NodeProcess.signal(worker, "STOP");
      return worker;
    }

    private int eventsSeen() {
      return tasks.stream().mapToInt(task -> task.seen().last() + 1).sum()
          + completions.stream().mapToInt(Completion::pieces).sum();
    }

    /** Tasks under a lease of the stopped worker, after what it had said before has come in. */
    List<JsonNode> runningTasks() throws Exception {
      return Eventually.see(
              "nothing moves any more",
              LIMIT,
              () -> List.of(runningNow(), runningNow()),
              looks -> looks.get(0).equals(looks.get(1)))
          .getFirst();
    }

    private List<JsonNode> runningNow() throws Exception {
      List<JsonNode> running = new ArrayList<>();
      for (Watched task : tasks) {
        JsonNode now = client.task(task.id());
        if (now.path("state").asString("").equals("running")) {
          running.add(now);
        }
      }
      return running;
    }

    void assertWhole() throws Exception {
      for (Watched task : tasks) {
        Eventually.holds(task.id() + " ends", LIMIT, task.seen()::ended);
        task.assertWhole();
      }
      for (int i = 0; i < completions.size(); i++) {
        Completion completion = completions.get(i);
        Eventually.holds("a completion ends", LIMIT, completion::done);
        assertThat(completion.text()).isEqualTo(stories.text(i));
      }
    }
  }
}
