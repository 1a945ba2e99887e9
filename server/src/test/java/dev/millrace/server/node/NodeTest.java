package dev.millrace.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.control.snapshot.Reload;
import dev.millrace.control.yaml.InvalidDocument;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A whole node in this process, on the simulated model. */
class NodeTest {
  private static final String KEY = "mk_for_the_tests_of_a_node";
  private static final Pattern TASK = Pattern.compile("\"task\":\"((?:tsk|mem)_[0-9A-Z]{26})\"");

  @TempDir private Path folder;
  private final HttpClient client = HttpClient.newHttpClient();

  @Test
  void a_lane_serves_more_tasks_than_it_has_places_one_after_the_other() throws Exception {
    try (Node node = start(Map.of("lanes.tasks", "8"))) {
      for (int i = 0; i < 40; i++) {
        var answer = submit(node, "{\"model\":\"sim\",\"input\":{\"tokens\":1,\"interval_ms\":0}}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).contains("\"state\":\"succeeded\"");
      }
    }
  }

  @Test
  void a_full_lane_refuses_with_a_time_to_come_back_and_nothing_was_kept() throws Exception {
    try (Node node = start(Map.of("lanes.tasks", "2", "models.simulated_concurrency", "1"))) {
      var statuses = new ArrayList<Integer>();
      HttpResponse<String> last = null;
      for (int i = 0; i < 6; i++) {
        last =
            post(
                node,
                "/v1/tasks",
                "{\"model\":\"sim\",\"input\":{\"tokens\":1,\"interval_ms\":10000}}",
                null);
        statuses.add(last.statusCode());
      }
      assertThat(statuses).contains(202, 429);
      assertThat(last.statusCode()).isEqualTo(429);
      assertThat(last.headers().firstValue("retry-after")).isPresent();
      assertThat(last.headers().firstValue("x-should-retry")).hasValue("true");
      assertThat(last.body()).contains("\"code\":\"overloaded\"");
    }
  }

  @Test
  void an_ended_task_is_found_again_after_a_restart_and_a_waiting_one_runs() throws Exception {
    String ended;
    String waiting;
    try (Node node = start(Map.of("models.simulated_concurrency", "1"))) {
      ended = task(submit(node, "{\"model\":\"sim\",\"input\":{\"tokens\":2,\"interval_ms\":1}}"));
      post(
          node,
          "/v1/tasks",
          "{\"model\":\"sim\",\"input\":{\"tokens\":1,\"interval_ms\":9000}}",
          null);
      waiting =
          task(
              post(
                  node,
                  "/v1/tasks",
                  "{\"model\":\"sim\",\"input\":{\"tokens\":3,\"interval_ms\":1}}",
                  null));
    }
    try (Node node = start(Map.of())) {
      assertThat(get(node, "/v1/tasks/" + ended).body()).contains("\"state\":\"succeeded\"");
      var events = get(node, "/v1/tasks/" + waiting + "/events");
      assertThat(events.body()).contains("id: 0", "id: 2", "\"kind\":\"end\"", "\"succeeded\"");
    }
  }

  @Test
  void a_refused_reload_changes_nothing_and_a_good_one_everything() throws Exception {
    Path config = folder.resolve("millrace.yaml");
    Files.writeString(config, "models: {simulated: false, bundled: false}\n");
    try (Node node = start(config, Map.of())) {
      assertThat(node.snapshot().deployments()).isEmpty();
      Files.writeString(config, "models: {simulatd: true, bundled: false}\n");
      assertThat(node.reload()).isInstanceOf(Reload.Refused.class);
      assertThat(node.snapshot().deployments()).isEmpty();
      Files.writeString(config, "models: {simulated: true, bundled: false}\n");
      assertThat(node.reload()).isInstanceOf(Reload.Swapped.class);
      assertThat(submit(node, "{\"model\":\"sim\"}").body()).contains("\"state\":\"succeeded\"");
    }
  }

  @Test
  void a_wrong_configuration_is_told_whole_before_anything_starts() throws Exception {
    Path config = folder.resolve("millrace.yaml");
    Files.writeString(config, "htp: {port: 1}\nlanes: {tasks: -1}\n");
    assertThatThrownBy(() -> start(config, Map.of()))
        .isInstanceOfSatisfying(
            InvalidDocument.class,
            refused ->
                assertThat(refused.findings().toString())
                    .contains("htp", "http")
                    .contains("-1", "1..1000000"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1MiB", "2MiB", "1GiB"})
  void every_documented_size_of_a_log_file_serves(String size) throws Exception {
    try (Node node = start(Map.of("log.segment_size", size))) {
      assertThat(submit(node, "{\"model\":\"sim\"}").body()).contains("\"state\":\"succeeded\"");
    }
  }

  @Test
  void two_nodes_do_not_share_a_data_folder() throws Exception {
    try (Node node = start(Map.of())) {
      assertThat(node.waitingFor()).isEmpty();
      assertThatThrownBy(() -> start(Map.of())).isInstanceOf(IOException.class);
    }
  }

  private Node start(Map<String, String> overrides) throws IOException {
    Path config = folder.resolve("simulated.yaml");
    Files.writeString(config, "models: {simulated: true, bundled: false}\n");
    return start(config, overrides);
  }

  private Node start(Path config, Map<String, String> overrides) throws IOException {
    Map<String, String> all = new HashMap<>(overrides);
    all.put("node.drain", "0ms");
    all.put("node.data", folder.resolve("data").toString());
    all.put("http.port", "0");
    all.put("http.operator_port", "0");
    NodeOptions options = new NodeOptions(Path.of("."), config, all, KEY);
    return Node.start(
        options,
        "test",
        (what, cause) -> {
          throw new AssertionError(what, cause);
        });
  }

  private HttpResponse<String> submit(Node node, String body) throws Exception {
    return post(node, "/v1/tasks", body, "wait=20");
  }

  private HttpResponse<String> post(Node node, String path, String body, @Nullable String prefer)
      throws Exception {
    HttpRequest.Builder request =
        request(node, path).POST(HttpRequest.BodyPublishers.ofString(body));
    if (prefer != null) {
      request.header("prefer", prefer);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> get(Node node, String path) throws Exception {
    return client.send(request(node, path).build(), HttpResponse.BodyHandlers.ofString());
  }

  private static HttpRequest.Builder request(Node node, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.port() + path))
        .header("authorization", "Bearer " + KEY);
  }

  private static String task(HttpResponse<String> answer) {
    var found = TASK.matcher(answer.body());
    assertThat(found.find()).as(answer.body()).isTrue();
    return found.group(1);
  }
}
