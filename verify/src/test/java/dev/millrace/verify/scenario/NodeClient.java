package dev.millrace.verify.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verify.node.NodeProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An HTTP client of one node. Any thread. */
final class NodeClient implements AutoCloseable {

  static final JsonMapper JSON = new JsonMapper();

  private static final Duration LONGEST = Duration.ofSeconds(60);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final NodeProcess node;

  NodeClient(NodeProcess node) {
    this.node = node;
  }

  /** An answer: its status, its body as it came and, where it is JSON, as a tree. */
  record Answer(int status, String body, JsonNode json) {}

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.port() + path))
        .timeout(LONGEST)
        .header("authorization", "Bearer " + NodeProcess.KEY);
  }

  Answer get(String path) throws Exception {
    return send(request(path).build());
  }

  Answer post(String path, String body, String... headers) throws Exception {
    HttpRequest.Builder request =
        request(path).POST(HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request.build());
  }

  Answer send(HttpRequest request) throws Exception {
    HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
    String type = response.headers().firstValue("content-type").orElse("");
    JsonNode json =
        type.contains("json") ? JSON.readTree(response.body()) : JSON.createObjectNode();
    return new Answer(response.statusCode(), response.body(), json);
  }

  /** Submits a task that must be taken; its id. */
  String submit(String body, String... headers) throws Exception {
    Answer answer = post("/v1/tasks", body, headers);
    assertThat(answer.status()).as(answer.body()).isEqualTo(202);
    return answer.json().path("task").asString("");
  }

  JsonNode task(String id) throws Exception {
    Answer answer = get("/v1/tasks/" + id);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json();
  }

  String state(String id) throws Exception {
    return task(id).path("state").asString("");
  }

  /**
   * Follows a task's events after the last number in the transcript, until its end or until the
   * line is cut; completes then.
   */
  CompletableFuture<Void> follow(String id, Transcript into) throws Exception {
    HttpRequest.Builder request = request("/v1/tasks/" + id + "/events");
    if (into.last() >= 0) {
      request.header("last-event-id", Integer.toString(into.last()));
    }
    return lines(request.build(), data -> into.add(JSON.readTree(data)));
  }

  /** A streamed completion; its texts, one after the other, until {@code [DONE]}. */
  CompletableFuture<Void> complete(String body, Completion into) throws Exception {
    HttpRequest request =
        request("/v1/completions").POST(HttpRequest.BodyPublishers.ofString(body)).build();
    return lines(request, into::add);
  }

  /** Server-sent data, line by line, on a thread of its own. */
  private CompletableFuture<Void> lines(HttpRequest request, Consumer<String> data)
      throws Exception {
    HttpResponse<InputStream> response = http.send(request, BodyHandlers.ofInputStream());
    if (response.statusCode() != 200) {
      String body = new String(response.body().readAllBytes(), StandardCharsets.UTF_8);
      throw new AssertionError(request.uri() + ": " + response.statusCode() + " " + body);
    }
    CompletableFuture<Void> over = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                read(response.body(), data);
                over.complete(null);
              } catch (IOException cut) {
                over.complete(null); // the test looks at what came, not at how the line ended
              } catch (RuntimeException | Error failure) {
                over.completeExceptionally(failure);
              }
            });
    return over;
  }

  private static void read(InputStream body, Consumer<String> data) throws IOException {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
      for (String line; (line = lines.readLine()) != null; ) {
        if (line.startsWith("data: ")) {
          data.accept(line.substring(6));
        }
      }
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
