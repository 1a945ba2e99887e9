package dev.millrace.verify.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.control.secrets.SecretStore;
import dev.millrace.verify.node.Eventually;
import dev.millrace.verify.node.NodeClient;
import dev.millrace.verify.node.NodeProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** A whole node before other servers: what its clients see of their answers and of their faults. */
class ProxyTest {

  private static final String KEY = "sk-known-to-the-upstream-alone";
  private static final String MESSAGES = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";

  @TempDir private static Path folder;
  private static MockUpstream upstream;
  private static NodeProcess node;
  private static NodeClient client;
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @BeforeAll
  static void start() throws IOException {
    upstream = MockUpstream.start(0);
    Path secrets = Files.createDirectories(folder.resolve("data")).resolve("secrets");
    new SecretStore(secrets, new SecureRandom()).set("mock", KEY);
    node = NodeProcess.start(folder, configuration());
    client = new NodeClient(node);
  }

  private static String configuration() {
    return """
    node: {drain: 0ms}
    models: {bundled: false}
    remotes:
    - {name: good, urls: ["%1$s", "%1$s"], upstream_model: mock, key: "secret:mock"}
    - {name: slow, urls: ["%1$s"], upstream_model: "mock?interval_ms=20"}
    - {name: cut, urls: ["%1$s"], upstream_model: "mock?fault=cut&at=3"}
    - {name: unfinished, urls: ["%1$s"], upstream_model: "mock?fault=unfinished&at=3"}
    - {name: broken, urls: ["%1$s"], upstream_model: "mock?fault=status&status=500"}
    - {name: limited, urls: ["%1$s"],
       upstream_model: "mock?fault=status&status=429&retry_after=3"}
    - {name: unknown, urls: ["%1$s"], upstream_model: "mock?fault=status&status=404"}
    - {name: locked, urls: ["%1$s"], upstream_model: "mock?fault=status&status=401"}
    - {name: picky, urls: ["%1$s"], upstream_model: "mock?fault=status&status=400"}
    - {name: garbled, urls: ["%1$s"], upstream_model: "mock?fault=malformed&at=0"}
    - {name: calling, urls: ["%1$s"], upstream_model: "mock?calls=2"}
    - {name: plain, urls: ["%1$s"], upstream_model: mock, capabilities: []}
    - {name: endless, urls: ["%1$s"], upstream_model: "mock?tokens=100000"}
    - {name: hanging, urls: ["%1$s"], upstream_model: "mock?fault=silent&at=1"}
    - {name: vectors, kind: embed, urls: ["%1$s"], upstream_model: mock}
    """
        .formatted(upstream.url());
  }

  @AfterAll
  static void stop() throws IOException {
    client.close();
    node.close();
    upstream.close();
    assertThat(node.log()).doesNotContain(KEY);
  }

  private static String chat(String model, String more) {
    return "{\"model\":\"" + model + "\"," + MESSAGES + more + "}";
  }

  @Test
  void a_chat_is_answered_with_the_usage_that_the_server_counted() {
    NodeClient.Answer answer =
        client.post("/v1/chat/completions", chat("good", ",\"max_tokens\":4"));
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    JsonNode choice = answer.json().get("choices").get(0);
    assertThat(choice.at("/message/content").asString("")).isEqualTo(" w0 w1 w2 w3");
    assertThat(choice.get("finish_reason").asString("")).isEqualTo("length");
    assertThat(answer.json().at("/usage/prompt_tokens").asInt()).isEqualTo(5);
    assertThat(answer.json().at("/usage/completion_tokens").asInt()).isEqualTo(4);
    assertThat(upstream.authorization()).isEqualTo("Bearer " + KEY);
  }

  @Test
  void a_completion_is_answered_too() {
    NodeClient.Answer answer =
        client.post("/v1/completions", "{\"model\":\"good\",\"prompt\":\"x\",\"max_tokens\":3}");
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.json().at("/choices/0/text").asString("")).isEqualTo(" w0 w1 w2");
  }

  @Test
  void a_streamed_chat_has_every_token_once_in_order() {
    NodeClient.Answer answer =
        client.post("/v1/chat/completions", chat("good", ",\"max_tokens\":40,\"stream\":true"));
    StringBuilder text = new StringBuilder();
    for (String line : answer.body().split("\n", -1)) {
      if (line.startsWith("data: {")) {
        JsonNode chunk = NodeClient.json(line.substring(6));
        text.append(chunk.at("/choices/0/delta/content").asString(""));
      }
    }
    StringBuilder expected = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      expected.append(" w").append(i);
    }
    assertThat(text.toString()).isEqualTo(expected.toString());
    assertThat(answer.body()).endsWith("data: [DONE]\n\n");
  }

  @Test
  void a_stream_cut_behind_us_is_cut_before_us_and_never_ends_well() {
    for (String model : List.of("cut", "unfinished")) {
      assertThatThrownBy(() -> client.post("/v1/chat/completions", chat(model, ",\"stream\":true")))
          .as(model)
          .isInstanceOf(UncheckedIOException.class);
    }
  }

  @Test
  void a_chat_cut_behind_us_is_an_error_where_nothing_was_sent_yet() {
    NodeClient.Answer answer = client.post("/v1/chat/completions", chat("cut", ""));
    assertThat(answer.status()).isEqualTo(502);
    assertThat(answer.json().at("/error/code").asString("")).isEqualTo("upstream_failed");
  }

  @Test
  void a_servers_failure_is_a_bad_gateway() {
    NodeClient.Answer answer = client.post("/v1/chat/completions", chat("broken", ""));
    assertThat(answer.status()).isEqualTo(502);
    assertThat(answer.body()).doesNotContain("as asked");
  }

  @ParameterizedTest
  @CsvSource({
    "unknown,502,upstream_failed",
    "locked,502,upstream_failed",
    "garbled,502,upstream_failed",
    "picky,400,invalid_argument"
  })
  void each_refusal_of_a_server_has_its_place_in_our_table(String model, int status, String code) {
    NodeClient.Answer answer = client.post("/v1/chat/completions", chat(model, ""));
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.json().at("/error/code").asString("")).isEqualTo(code);
  }

  @Test
  void a_server_may_be_given_tools_and_asks_for_calls() {
    String tools = ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"tool\"}}]";
    JsonNode choice =
        client.post("/v1/chat/completions", chat("calling", tools)).json().at("/choices/0");
    assertThat(choice.get("finish_reason").asString("")).isEqualTo("tool_calls");
    assertThat(choice.at("/message/tool_calls")).hasSize(2);
    assertThat(choice.at("/message/tool_calls/1/id").asString("")).isEqualTo("call_1");
    assertThat(choice.at("/message/tool_calls/1/function/arguments").asString("")).isEqualTo("{}");
    NodeClient.Answer refused = client.post("/v1/chat/completions", chat("plain", tools));
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.json().at("/error/param").asString("")).isEqualTo("tools");
  }

  @Test
  void a_response_is_answered_whole_streamed_and_in_the_background() throws Exception {
    String body = "{\"model\":\"good\",\"input\":\"hi\",\"max_output_tokens\":3";
    JsonNode whole = client.post("/v1/responses", body + "}").json();
    assertThat(whole.at("/output/0/content/0/text").asString("")).isEqualTo(" w0 w1 w2");
    assertThat(whole.at("/usage/output_tokens").asInt()).isEqualTo(3);
    assertThat(client.post("/v1/responses", body + ",\"stream\":true}").body())
        .contains("event: response.output_text.delta", "event: response.incomplete");
    String id =
        client.post("/v1/responses", body + ",\"background\":true}").json().get("id").asString("");
    JsonNode kept =
        Eventually.see(
            "the response ends",
            Duration.ofSeconds(30),
            () -> client.get("/v1/responses/" + id).json(),
            seen -> !List.of("queued", "in_progress").contains(seen.get("status").asString("")));
    assertThat(kept.at("/output/0/content/0/text").asString("")).isEqualTo(" w0 w1 w2");
  }

  @Test
  void a_responses_form_for_the_answer_goes_to_the_server() {
    NodeClient.Answer answer =
        client.post(
            "/v1/responses",
            "{\"model\":\"good\",\"input\":\"hi\",\"text\":{\"format\":{\"type\":"
                + "\"json_object\"}}}");
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
  }

  /** The answer is more than all sockets on the way hold, and its client reads nothing of it. */
  @Test
  void a_client_that_does_not_read_holds_its_server_back_and_loses_nothing() throws Exception {
    long before = upstream.answered();
    String body = chat("endless", ",\"stream\":true");
    try (Socket slow = new Socket()) {
      slow.setReceiveBufferSize(16_384);
      URI url = URI.create(node.url());
      slow.connect(new InetSocketAddress(url.getHost(), url.getPort()));
      slow.getOutputStream()
          .write(
              ("POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nconnection: close\r\n"
                      + "authorization: Bearer "
                      + NodeProcess.KEY
                      + "\r\ncontent-length: "
                      + body.length()
                      + "\r\n\r\n"
                      + body)
                  .getBytes(StandardCharsets.US_ASCII));
      BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(slow.getInputStream(), StandardCharsets.US_ASCII), 512);
      String task = "";
      for (String line; !(line = lines.readLine()).isEmpty(); ) {
        task = line.startsWith("x-millrace-task: ") ? line.substring(17) : task;
      }
      int held = steadyEvents(task);
      assertThat(held).isLessThan(60_000);
      assertThat(upstream.answered()).isEqualTo(before);
      int next = 0;
      for (String line; (line = lines.readLine()) != null; ) {
        if (line.contains("\"content\":\" w")) {
          assertThat(line).contains("\"content\":\" w" + next + "\"");
          next++;
        }
      }
      assertThat(next).isEqualTo(100_000);
    }
  }

  /** How many events a task has once it gets no more. */
  private static int steadyEvents(String task) {
    int[] same = {0, -1};
    return Eventually.see(
        "the task stands still",
        Duration.ofSeconds(60),
        () -> {
          int events = client.get("/v1/tasks/" + task).json().get("events").asInt();
          same[0] = events == same[1] ? same[0] + 1 : 0;
          same[1] = events;
          return events;
        },
        _ -> same[0] == 100);
  }

  @Test
  void a_servers_limit_is_passed_on_with_its_time_to_come_back() throws Exception {
    HttpResponse<String> answer =
        HTTP.send(request("/v1/chat/completions", chat("limited", "")), BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(429);
    assertThat(answer.headers().firstValue("retry-after")).hasValue("3");
    assertThat(answer.headers().firstValue("x-should-retry")).hasValue("true");
  }

  private static HttpRequest request(String path, String body) {
    return HttpRequest.newBuilder(URI.create(node.url() + path))
        .header("authorization", "Bearer " + NodeProcess.KEY)
        .POST(BodyPublishers.ofString(body))
        .build();
  }

  @Test
  void a_client_that_goes_closes_the_connection_behind_us() throws Exception {
    long before = upstream.abandoned();
    HttpResponse<InputStream> answer =
        HTTP.send(
            request("/v1/chat/completions", chat("hanging", ",\"stream\":true")),
            BodyHandlers.ofInputStream());
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
      assertThat(lines.readLine()).contains(" w0");
    }
    Eventually.holds(
        "the connection is closed", Duration.ofSeconds(30), () -> upstream.abandoned() > before);
  }

  @Test
  void embeddings_come_from_behind_us_in_both_forms() {
    for (String format : List.of("float", "base64")) {
      NodeClient.Answer answer =
          client.post(
              "/v1/embeddings",
              "{\"model\":\"vectors\",\"input\":[\"a\",\"b\"],\"encoding_format\":\""
                  + format
                  + "\"}");
      assertThat(answer.status()).as(answer.body()).isEqualTo(200);
      assertThat(answer.json().get("data")).hasSize(2);
      assertThat(answer.json().at("/usage/prompt_tokens").asInt()).isEqualTo(6);
    }
  }

  @Test
  void a_task_runs_behind_us_like_any_other() {
    JsonNode task =
        client.task("{\"model\":\"good\",\"input\":{" + MESSAGES + ",\"max_tokens\":2}}");
    assertThat(task.at("/state").asString("")).isEqualTo("succeeded");
    assertThat(task.toString()).contains(" w0 w1");
  }

  @Test
  void a_stream_that_a_killed_node_left_begins_again_and_says_so() throws Exception {
    Path own = Files.createDirectories(folder.resolve("killed"));
    String configuration = configuration().replace(", key: \"secret:mock\"", "");
    String task;
    NodeProcess killed = NodeProcess.start(own, configuration);
    try (NodeClient first = new NodeClient(killed)) {
      String submission = "{\"model\":\"slow\",\"input\":{" + MESSAGES + ",\"max_tokens\":100}}";
      task = first.post("/v1/tasks", submission).json().get("task").asString("");
      assertThat(linesUntil(killed, task, " w3")).isNotEmpty();
    } finally {
      killed.kill();
    }
    try (NodeProcess next = NodeProcess.start(own, configuration)) {
      List<String> events = linesUntil(next, task, "\"kind\":\"end\"");
      assertThat(events).anySatisfy(line -> assertThat(line).contains("\"code\":\"restart\""));
      assertThat(events.getLast()).contains("succeeded");
    }
  }

  /** Follows a task's events until a line holds the text. */
  private static List<String> linesUntil(NodeProcess of, String task, String text)
      throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(of.url() + "/v1/tasks/" + task + "/events"))
            .header("authorization", "Bearer " + NodeProcess.KEY)
            .build();
    List<String> seen = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                HTTP.send(request, BodyHandlers.ofInputStream()).body(), StandardCharsets.UTF_8))) {
      for (String line; (line = lines.readLine()) != null; ) {
        if (line.startsWith("data:")) {
          seen.add(line);
        }
        if (line.contains(text)) {
          return seen;
        }
      }
    }
    throw new AssertionError("no " + text + " in " + seen);
  }
}
