package dev.millrace.verify.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verify.node.NodeProcess;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Who has no key gets nothing, and the key stays where it was given. */
@ExtendWith(SharedNode.class)
class KeysTest {

  private static final List<String> CLOSED =
      List.of(
          "POST /v1/tasks",
          "GET /v1/tasks",
          "GET /v1/tasks/tsk_01M88E0P5H000DQDG9CMXFFMTG",
          "GET /v1/tasks/tsk_01M88E0P5H000DQDG9CMXFFMTG/events",
          "POST /v1/tasks/tsk_01M88E0P5H000DQDG9CMXFFMTG/cancel",
          "POST /v1/ws/ticket",
          "POST /v1/chat/completions",
          "POST /v1/completions",
          "POST /v1/embeddings",
          "GET /v1/models",
          "GET /v1/models/sim",
          "GET /v2",
          "GET /v2/models/minilm",
          "GET /v2/models/minilm/ready",
          "POST /v2/models/minilm/infer");

  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void without_a_key_or_with_a_wrong_one_every_route_of_both_ports_answers_401(NodeProcess node)
      throws Exception {
    for (String credential : new String[] {null, "Bearer mk_wrong", "Basic bWs6", "Bearer "}) {
      for (String route : CLOSED) {
        assertThat(status(node.port(), route, credential))
            .as("%s with %s", route, credential)
            .isEqualTo(401);
      }
      assertThat(status(node.operatorPort(), "GET /metrics", credential)).isEqualTo(401);
    }
    assertThat(status(node.operatorPort(), "GET /metrics", "Bearer " + NodeProcess.KEY))
        .isEqualTo(200);
    assertThat(status(node.port(), "GET /livez", null)).isEqualTo(200);
  }

  @Test
  void without_a_key_no_socket_opens(NodeProcess node) {
    WebSocket.Listener nothing = new WebSocket.Listener() {};
    var opening =
        http.newWebSocketBuilder()
            .buildAsync(URI.create("ws://127.0.0.1:" + node.port() + "/v1/ws"), nothing);
    assertThat(opening)
        .failsWithin(java.time.Duration.ofSeconds(10))
        .withThrowableOfType(ExecutionException.class)
        .havingCause()
        .isInstanceOfSatisfying(
            WebSocketHandshakeException.class,
            refused -> assertThat(refused.getResponse().statusCode()).isEqualTo(401));
  }

  @Test
  void a_worker_is_not_told_the_admin_key(NodeProcess node) throws Exception {
    Path process = Path.of("/proc", Long.toString(node.worker().pid()));
    if (!Files.exists(process)) {
      assertThat(node.worker().info().commandLine().orElse("")).doesNotContain(NodeProcess.KEY);
      return;
    }
    for (String file : List.of("environ", "cmdline")) {
      byte[] told = Files.readAllBytes(process.resolve(file));
      assertThat(new String(told, StandardCharsets.UTF_8))
          .isNotEmpty()
          .doesNotContain(NodeProcess.KEY)
          .doesNotContain("MILLRACE_ADMIN_KEY");
    }
  }

  private int status(int port, String route, @Nullable String credential) throws Exception {
    String[] parts = route.split(" ", 2);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + parts[1]));
    if (credential != null) {
      request.header("authorization", credential);
    }
    request.method(
        parts[0],
        parts[0].equals("POST")
            ? HttpRequest.BodyPublishers.ofString("{}")
            : HttpRequest.BodyPublishers.noBody());
    return http.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
  }
}
