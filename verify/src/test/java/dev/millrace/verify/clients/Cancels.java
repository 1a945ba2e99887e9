package dev.millrace.verify.clients;

import dev.millrace.verify.node.Eventually;
import dev.millrace.verify.node.NodeClient;
import dev.millrace.verify.node.NodeProcess;
import java.time.Duration;

/** Whether a client that leaves a stream ends what it asked for. */
final class Cancels {

  private static final String NEWEST = "/v1/tasks?state=cancelled&model=sim&limit=1";

  private Cancels() {}

  /** What a client does, until it has left. */
  @FunctionalInterface
  interface Leaving {
    void leave() throws Exception;
  }

  /** Holds that a task which was not cancelled before is cancelled by it. */
  static void by(NodeProcess node, Leaving client) throws Exception {
    try (NodeClient looking = new NodeClient(node)) {
      String before = newest(looking);
      client.leave();
      Eventually.holds(
          "the task of who left is cancelled",
          Duration.ofSeconds(30),
          () -> !newest(looking).equals(before));
    }
  }

  private static String newest(NodeClient client) {
    return client.get(NEWEST).json().at("/tasks/0/task").asString("");
  }
}
