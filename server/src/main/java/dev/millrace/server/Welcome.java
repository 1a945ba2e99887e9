package dev.millrace.server;

import dev.millrace.domain.model.Deployment;
import dev.millrace.runtime.fetch.SmolLm;
import dev.millrace.server.node.Node;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** What a node says when it starts: what it serves, where, with which key, and what to try. */
final class Welcome {

  private static final long LONGEST_SECONDS = 60;
  private static final long LOOK_NANOS = 20_000_000;

  private Welcome() {}

  /**
   * Prints, and waits for the models: until all are ready or refused. The last line says ready, or
   * why not.
   */
  static void print(Node node, PrintWriter out, boolean keyFromEnvironment) {
    String url = DoorUrl.of(node.config().http().host(), node.port());
    out.println("Millrace " + BuildVersion.number() + " at " + url);
    models(node, out);
    String key = key(node.generatedKey(), keyFromEnvironment, out);
    calls(node, url, key, out);
    out.flush();
    List<String> waiting = await(node);
    List<String> refused = node.refused();
    list("not served:", refused, out);
    if (waiting.isEmpty()) {
      out.println("ready " + url + " (operator " + operatorUrl(node) + ")");
    } else if (refused.containsAll(waiting)) {
      out.println("not ready " + url + ": mend or remove what is not served");
    } else {
      list("not ready yet, waiting for:", waiting, out);
    }
    out.flush();
  }

  private static void list(String head, List<String> sentences, PrintWriter out) {
    if (!sentences.isEmpty()) {
      out.println(head);
      sentences.forEach(sentence -> out.println("  " + sentence));
    }
  }

  private static String operatorUrl(Node node) {
    return DoorUrl.of(node.config().http().operatorHost(), node.operatorPort());
  }

  private static void models(Node node, PrintWriter out) {
    List<Deployment> deployments =
        node.snapshot().deployments().values().stream()
            .sorted(Comparator.comparing(Deployment::model))
            .toList();
    out.println(
        "serves  "
            + (deployments.isEmpty()
                ? "nothing yet (millrace models add NAME PATH)"
                : String.join(", ", deployments.stream().map(Deployment::model).toList())));
  }

  private static String key(@Nullable String generated, boolean fromEnvironment, PrintWriter out) {
    if (generated != null) {
      out.println(
          "key     " + generated + "   (shown once: export MILLRACE_KEY=" + generated + ")");
      return generated;
    }
    out.println(
        "key     "
            + (fromEnvironment
                ? "the one in MILLRACE_ADMIN_KEY"
                : "the one shown at the first start (MILLRACE_ADMIN_KEY sets another)"));
    return fromEnvironment ? "$MILLRACE_ADMIN_KEY" : "$MILLRACE_KEY";
  }

  private static void calls(Node node, String url, String key, PrintWriter out) {
    String head = "  curl -s -H 'Authorization: Bearer " + key + "' " + url;
    if (key.startsWith("$")) {
      head = "  curl -s -H \"Authorization: Bearer " + key + "\" " + url;
    }
    out.println("try");
    if (node.snapshot().deployment("tale-1.1m") != null) {
      out.println(
          head
              + "/v1/completions -d '{\"model\":\"tale-1.1m\",\"prompt\":\"Once upon a time\","
              + "\"max_tokens\":60}'");
      out.println(
          head
              + "/v1/tasks -H 'Prefer: wait=10' -d '{\"model\":\"tale-1.1m\",\"input\":{\"prompt\":"
              + "\"One day, a cat\"}}'");
    }
    if (node.snapshot().deployment(SmolLm.NAME) != null) {
      out.println(
          head
              + "/v1/chat/completions -d '{\"model\":\""
              + SmolLm.NAME
              + "\",\"messages\":[{\"role\":\"user\",\"content\":\"What is a mill race?\"}]}'");
    }
    if (node.snapshot().deployment("banking77-light") != null) {
      out.println(
          head
              + "/v1/tasks -H 'Prefer: wait=10' -d '{\"model\":\"banking77-light\",\"input\":"
              + "{\"text\":\"my card has not arrived\"}}'");
    }
    out.println(head + "/v1/models");
  }

  private static List<String> await(Node node) {
    long end = System.nanoTime() + Duration.ofSeconds(LONGEST_SECONDS).toNanos();
    List<String> waiting = node.waitingFor();
    while (!waiting.isEmpty()
        && !node.settled()
        && System.nanoTime() < end
        && !Thread.interrupted()) {
      LockSupport.parkNanos(LOOK_NANOS);
      waiting = node.waitingFor();
    }
    return waiting;
  }
}
