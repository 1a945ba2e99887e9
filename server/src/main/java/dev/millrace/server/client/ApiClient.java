package dev.millrace.server.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Calls a node's public doors as any client would. One call at a time. */
final class ApiClient implements AutoCloseable {

  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration LONGEST = Duration.ofMinutes(10);
  private static final int LONGEST_REFUSAL = 64 * 1024;

  private final URI node;
  private final String key;

  // An upgrade to HTTP/2 on the first call would be one more thing that can go wrong on the way.
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT).build();

  ApiClient(URI node, String key) {
    this.node = node;
    this.key = key;
  }

  JsonNode get(String path) {
    return whole(request(path, Map.of()).GET().build());
  }

  JsonNode post(String path, String body, Map<String, String> headers) {
    return whole(request(path, headers).POST(BodyPublishers.ofString(body)).build());
  }

  /** Opens a stream of events; the caller closes it. */
  EventStream open(String path, @Nullable String body, Map<String, String> headers) {
    HttpRequest.Builder request = request(path, headers);
    if (body == null) {
      request.GET();
    } else {
      request.POST(BodyPublishers.ofString(body));
    }
    return new EventStream(accepted(send(request.build())));
  }

  private HttpRequest.Builder request(String path, Map<String, String> headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(node.resolve(path))
            .timeout(LONGEST)
            .header("authorization", "Bearer " + key)
            .header("content-type", "application/json");
    headers.forEach(request::header);
    return request;
  }

  private JsonNode whole(HttpRequest request) {
    try (InputStream body = accepted(send(request))) {
      return JsonMapper.shared().readTree(body);
    } catch (IOException | JacksonException broken) {
      throw new ApiFailure(0, "the node's answer broke off: " + broken.getMessage(), broken);
    }
  }

  private static InputStream accepted(HttpResponse<InputStream> response) {
    if (response.statusCode() / 100 == 2) {
      return response.body();
    }
    String retry = response.headers().firstValue("retry-after").orElse(null);
    try (InputStream body = response.body()) {
      String text = new String(body.readNBytes(LONGEST_REFUSAL), StandardCharsets.UTF_8);
      throw ApiFailure.of(response.statusCode(), text, retry);
    } catch (IOException broken) {
      throw new ApiFailure(response.statusCode(), "refused with " + response.statusCode(), broken);
    }
  }

  private HttpResponse<InputStream> send(HttpRequest request) {
    try {
      return http.send(request, BodyHandlers.ofInputStream());
    } catch (ConnectException refused) {
      throw new ApiFailure(
          0, "nobody answers at " + node + " (is the node started? --url names another)", refused);
    } catch (IOException failed) {
      throw new ApiFailure(0, node + ": " + failed.getMessage(), failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new ApiFailure(0, "interrupted", interrupted);
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
