package dev.millrace.verify.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Plain HTTP/1.1 and JSON, with the node's key. */
public final class NodeClient implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final String url;

  public NodeClient(NodeProcess node) {
    this.url = node.url();
  }

  /** A JSON document from the text, for bodies and comparisons. */
  public static JsonNode json(String text) {
    return JSON.readTree(text);
  }

  public static ObjectMapper mapper() {
    return JSON;
  }

  /** What came back. */
  public record Answer(int status, String body) {
    public JsonNode json() {
      return JSON.readTree(body);
    }
  }

  public Answer get(String path) {
    return send(request(path).build());
  }

  public Answer post(String path, Object body, String... headers) {
    String text = body instanceof String already ? already : JSON.writeValueAsString(body);
    HttpRequest.Builder request = request(path).POST(BodyPublishers.ofString(text));
    return send(headers.length == 0 ? request.build() : request.headers(headers).build());
  }

  /** Submits a task and waits for its end: the whole view. */
  public JsonNode task(Object submission) {
    Answer answer = post("/v1/tasks", submission, "prefer", "wait=60");
    if (answer.status() != 200) {
      throw new AssertionError(answer.status() + " " + answer.body());
    }
    return answer.json();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(url + path))
        .timeout(Duration.ofSeconds(70))
        .header("authorization", "Bearer " + NodeProcess.KEY);
  }

  private Answer send(HttpRequest request) {
    try {
      HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
      return new Answer(response.statusCode(), response.body());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
