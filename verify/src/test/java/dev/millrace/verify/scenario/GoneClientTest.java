package dev.millrace.verify.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verify.node.Eventually;
import dev.millrace.verify.node.NodeProcess;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** Clients that go, or stay and do not read. */
@ExtendWith(SharedNode.class)
class GoneClientTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String STREAM =
      "\"model\":\"sim\",\"input\":{\"tokens\":60,\"interval_ms\":20}";

  @Test
  void a_task_whose_client_goes_in_mid_stream_goes_on_to_its_end(NodeProcess node)
      throws Exception {
    String onSocket;
    String onEvents;
    try (NodeClient client = new NodeClient(node);
        SocketClient socket = new SocketClient(node)) {
      Transcript first = new Transcript();
      onSocket = socket.submit("left", STREAM, first).path("task").asString("");
      Transcript second = new Transcript();
      onEvents = client.submit("{" + STREAM + "}");
      client.follow(onEvents, second);
      Eventually.holds("both stream", LIMIT, () -> first.last() > 2 && second.last() > 2);
      assertThat(first.ended() || second.ended()).isFalse();
    }
    try (NodeClient client = new NodeClient(node)) {
      for (String task : List.of(onSocket, onEvents)) {
        Eventually.see("it ends", LIMIT, () -> client.state(task), "succeeded"::equals);
        Transcript all = new Transcript();
        client.follow(task, all);
        Eventually.holds("all is there", LIMIT, all::ended);
        assertThat(all.violations()).isEmpty();
        assertThat(all.last()).isEqualTo(60);
      }
    }
  }

  @Test
  void a_completion_whose_client_goes_in_mid_stream_is_cancelled(NodeProcess node)
      throws Exception {
    Completion completion = new Completion();
    try (NodeClient client = new NodeClient(node)) {
      client.complete(
          "{\"model\":\"sim\",\"prompt\":\"x\",\"max_tokens\":500,\"interval_ms\":25,\"stream\":true}",
          completion);
      Eventually.holds("it streams", LIMIT, () -> completion.pieces() > 2);
      assertThat(client.state(completion.task())).isEqualTo("running");
    }
    try (NodeClient client = new NodeClient(node)) {
      JsonNode ended =
          Eventually.see(
              "it ends",
              LIMIT,
              () -> client.task(completion.task()),
              task -> !task.path("state").asString("").equals("running"));
      assertThat(ended.path("state").asString("")).isEqualTo("cancelled");
      assertThat(ended.path("events").asInt()).isLessThan(500);
    }
  }

  @Test
  void a_socket_that_never_reads_is_closed_with_1013_and_slows_nobody(NodeProcess node)
      throws Exception {
    try (StuckSocket stuck = new StuckSocket(node);
        SocketClient other = new SocketClient(node);
        NodeClient client = new NodeClient(node)) {
      for (int i = 0; i < 40; i++) {
        stuck.send(
            "{\"op\":\"submit\",\"ref\":\"%d\",\"model\":\"sim\",\"input\":{\"tokens\":4096,\"interval_ms\":0}}"
                .formatted(i));
      }
      long slowest = 0;
      int asked = 0;
      // Others ask all the while: longer than the 2 s that the node gives a slow reader, and a
      // look.
      for (long begin = System.nanoTime(); System.nanoTime() - begin < 4_500_000_000L; asked++) {
        Transcript seen = new Transcript();
        long sent = System.nanoTime();
        other.submit(
            "other" + asked, "\"model\":\"sim\",\"input\":{\"tokens\":5,\"interval_ms\":20}", seen);
        Eventually.holds("others are served", LIMIT, seen::ended);
        slowest = Math.max(slowest, System.nanoTime() - sent);
        assertThat(seen.violations()).isEmpty();
      }
      System.out.println(
          asked + " tasks beside a stuck socket, slowest " + slowest / 1_000_000 + " ms");
      assertThat(Duration.ofNanos(slowest)).isLessThan(Duration.ofSeconds(2));

      SocketClient.Closed closed = stuck.readToTheClose();
      assertThat(closed.status()).isEqualTo(1013);
      assertThat(closed.reason()).contains("resume");
      assertThat(stuck.eventsRead()).isLessThan(40 * 4_096);
      Transcript whole = new Transcript();
      client.follow(stuck.task("0"), whole);
      Eventually.holds("its task can be followed", LIMIT, whole::ended);
      assertThat(whole.violations()).isEmpty();
      assertThat(whole.last()).isEqualTo(4_096);
    }
  }
}
