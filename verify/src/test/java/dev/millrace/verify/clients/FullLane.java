package dev.millrace.verify.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verify.node.Eventually;
import dev.millrace.verify.node.NodeClient;
import dev.millrace.verify.node.NodeProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The lane of what may be given up, full: who comes next is refused until it is freed. */
final class FullLane implements AutoCloseable {

  /** With which a call goes into this lane. */
  static final Map<String, String> HEADERS = Map.of("x-millrace-class", "sheddable");

  private static final int MOST_TASKS = 200;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final long LONGEST_SECONDS = 60;
  private static final String TASK =
      "{\"model\":\"sim\",\"class\":\"sheddable\",\"input\":{\"tokens\":9,\"interval_ms\":10000}}";
  private static final Pattern REFUSALS =
      Pattern.compile("millrace_admission_total\\{decision=\"overloaded\"} ([0-9.E]+)");

  private final NodeClient client;
  private final HttpClient http = HttpClient.newHttpClient();
  private final HttpRequest metrics;
  private final List<String> tasks = new ArrayList<>();

  FullLane(NodeProcess node) {
    this.client = new NodeClient(node);
    this.metrics =
        HttpRequest.newBuilder(URI.create(node.operatorUrl() + "/metrics"))
            .header("authorization", "Bearer " + NodeProcess.KEY)
            .build();
    NodeClient.Answer answer = client.post("/v1/tasks", TASK);
    for (int i = 0; i < MOST_TASKS && answer.status() != TOO_MANY_REQUESTS; i++) {
      tasks.add(answer.json().get("task").asString());
      answer = client.post("/v1/tasks", TASK);
    }
    assertThat(answer.status()).as(answer.body()).isEqualTo(TOO_MANY_REQUESTS);
  }

  /** Makes the call, frees the lane once the call was refused, and gives what it came to. */
  <T> T freedOnceRefused(Callable<T> call) throws Exception {
    double before = refusals();
    CompletableFuture<T> answer = CompletableFuture.supplyAsync(() -> called(call));
    Eventually.holds(
        "the call is refused", Duration.ofSeconds(LONGEST_SECONDS), () -> refusals() > before);
    free();
    return answer.get(LONGEST_SECONDS, TimeUnit.SECONDS);
  }

  private static <T> T called(Callable<T> call) {
    try {
      return call.call();
    } catch (Exception failed) {
      throw new CompletionException(failed);
    }
  }

  private double refusals() throws IOException, InterruptedException {
    Matcher count = REFUSALS.matcher(http.send(metrics, BodyHandlers.ofString()).body());
    assertThat(count.find()).as("a count of refusals").isTrue();
    return Double.parseDouble(count.group(1));
  }

  private void free() {
    tasks.forEach(task -> client.post("/v1/tasks/" + task + "/cancel", "{}"));
    tasks.clear();
  }

  @Override
  public void close() {
    free();
    http.close();
    client.close();
  }
}
