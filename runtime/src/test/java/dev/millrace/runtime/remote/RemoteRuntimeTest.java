package dev.millrace.runtime.remote;

import static dev.millrace.runtime.remote.ScriptedServer.DONE;
import static dev.millrace.runtime.remote.ScriptedServer.STREAM;
import static dev.millrace.runtime.remote.ScriptedServer.USAGE;
import static dev.millrace.runtime.remote.ScriptedServer.delta;
import static dev.millrace.runtime.remote.ScriptedServer.events;
import static dev.millrace.runtime.remote.ScriptedServer.finish;
import static dev.millrace.runtime.remote.ScriptedServer.good;
import static dev.millrace.runtime.remote.ScriptedServer.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.model.ModelSpec.Kind;
import dev.millrace.domain.model.ModelSpec.RuntimeKind;
import dev.millrace.domain.port.ModelRuntime.Result;
import dev.millrace.domain.task.Usage;
import dev.millrace.domain.tensor.Tensor;
import dev.millrace.kernel.Clock;
import dev.millrace.kernel.metrics.Meters;
import dev.millrace.runtime.testing.Attempts;
import dev.millrace.runtime.testing.Recorder;
import dev.millrace.runtime.testing.Specs;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each fault of a server over a real socket. */
class RemoteRuntimeTest {

  private static final String CHAT = "{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
  private static final Map<String, Long> PATIENT =
      Map.of(
          "connect_ms", 5_000L, "first_token_ms", 30_000L, "idle_ms", 30_000L, "connections", 8L);

  private final Recorder recorder = new Recorder();
  private final List<ScriptedServer> servers = new ArrayList<>();
  private final RemoteRuntime runtime =
      RemoteRuntime.start(
          "remote",
          1,
          recorder,
          Clock.system(),
          Meters.none(),
          reference -> reference.equals("secret:known") ? "sk-known" : null);
  private Deployment deployment;

  @AfterEach
  void stop() throws IOException {
    runtime.close();
    for (ScriptedServer server : servers) {
      server.close();
    }
    assertThat(recorder.doubles()).isEmpty();
  }

  private ScriptedServer serve(ScriptedServer.Script... scripts) {
    ScriptedServer server = ScriptedServer.start(scripts);
    servers.add(server);
    return server;
  }

  private void load(Kind kind, List<String> urls, Map<String, ?> more) {
    Map<String, Object> options = new HashMap<>(PATIENT);
    options.put("urls", urls);
    options.put("model", "theirs");
    options.put("key", "");
    options.putAll(more);
    deployment =
        new Specs("ours", kind, RuntimeKind.REMOTE, Path.of("."))
            .step("remote", options)
            .deployment(1, 64);
    runtime.load(deployment);
  }

  private void load(ScriptedServer... replicas) {
    List<String> urls = List.of(replicas).stream().map(ScriptedServer::url).toList();
    load(Kind.GENERATE, urls, Map.of());
  }

  private void ask(long lease) {
    runtime.assign(deployment, List.of(Attempts.of(lease, CHAT)));
  }

  private Problem problemOf(ScriptedServer.Script script) {
    load(serve(script));
    ask(1);
    return recorder.problem(1);
  }

  @Test
  void an_answer_is_streamed_with_its_reason_and_its_usage() {
    ScriptedServer server = serve(good());
    load(server);
    ask(1);
    Result result = recorder.result(1);
    assertThat(recorder.text(1)).isEqualTo("Hello");
    assertThat(recorder.ids(1)).containsExactly(-1, -1);
    assertThat(result.finishReason()).isEqualTo("stop");
    assertThat(result.usage()).isEqualTo(new Usage(7, 2));
    assertThat(result.labels()).isEmpty();
    assertThat(server.heads.getFirst())
        .startsWith("POST /v1/chat/completions HTTP/1.1")
        .doesNotContainIgnoringCase("upgrade")
        .doesNotContainIgnoringCase("authorization");
    assertThat(server.bodies.getFirst())
        .isEqualTo(
            "{\"model\":\"theirs\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
                + "\"stream\":true,\"stream_options\":{\"include_usage\":true}}");
  }

  @Test
  void usage_that_is_not_told_is_counted_and_labelled() {
    load(serve(events(delta("a"), delta("b"), finish("length"), DONE)));
    ask(1);
    assertThat(recorder.result(1).usage()).isEqualTo(new Usage(0, 2));
    assertThat(recorder.result(1).labels()).containsExactly("estimated:usage");
  }

  @Test
  void comments_carriage_returns_and_thoughts_disturb_nothing() {
    load(
        serve(
            events(
                ": ping\n\n",
                "event: message\r\nid: 1\r\n" + delta("a").replace("\n", "\r\n"),
                "data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"hm\"}}]}\n\n",
                "retry: 100\n\n",
                delta("b") + finish("stop") + DONE)));
    ask(1);
    assertThat(recorder.result(1).finishReason()).isEqualTo("stop");
    assertThat(recorder.text(1)).isEqualTo("ab");
  }

  @Test
  void without_the_last_sign_an_answer_with_a_reason_that_ends_cleanly_is_whole() {
    load(serve(events(delta("a"), finish("stop"), USAGE)));
    ask(1);
    assertThat(recorder.result(1).usage()).isEqualTo(new Usage(7, 2));
  }

  @Test
  void a_server_that_does_not_stream_is_understood() {
    String body =
        "{\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":\"all\"},"
            + "\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":3,"
            + "\"completion_tokens\":1}}";
    load(serve(status("200 OK", "content-type: application/json\r\n", body)));
    ask(1);
    assertThat(recorder.result(1).usage()).isEqualTo(new Usage(3, 1));
    assertThat(recorder.text(1)).isEqualTo("all");
  }

  @Test
  void a_clean_end_without_a_reason_is_a_failure() {
    assertThat(problemOf(events(delta("a"), delta("b"))).code())
        .isEqualTo(ErrorCode.UPSTREAM_FAILED);
    assertThat(recorder.text(1)).isEqualTo("ab");
  }

  @Test
  void the_last_sign_without_a_reason_is_a_failure() {
    assertThat(problemOf(events(delta("a"), DONE)).code()).isEqualTo(ErrorCode.UPSTREAM_FAILED);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_cut_stream_is_a_failure_and_is_not_asked_again(boolean reset) {
    CountDownLatch seen = new CountDownLatch(1);
    recorder.onToken(_ -> seen.countDown());
    Problem problem =
        problemOf(
            line -> {
              line.write(STREAM);
              line.chunk(delta("a") + (reset ? "" : finish("stop")));
              await(seen);
              if (reset) {
                line.reset();
              } else {
                line.close();
              }
            });
    assertThat(problem.code()).isEqualTo(ErrorCode.UPSTREAM_FAILED);
    assertThat(problem.message()).contains("short");
    assertThat(servers.getFirst().requests()).isEqualTo(1);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "data: {\"error\":{\"message\":\"boom\",\"code\":500}}| UPSTREAM_FAILED",
        "data: {\"error\":\"boom\"}| UPSTREAM_FAILED",
        "data: {\"object\":\"error\",\"message\":\"bad\",\"code\":400}| INVALID_ARGUMENT",
        "data: {\"error\":{\"type\":\"rate_limit_error\"}}| RATE_LIMITED",
        "event: error| UPSTREAM_FAILED",
        "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"abort\"}]}| UPSTREAM_FAILED",
        "data: {\"choices\":[| UPSTREAM_FAILED",
        "data: nonsense| UPSTREAM_FAILED",
        "data: []| UPSTREAM_FAILED",
        "data: {} {}| UPSTREAM_FAILED",
      })
  void an_error_or_nonsense_inside_an_answer_ends_it(String event, ErrorCode expected) {
    String second = event.startsWith("event") ? event + "\ndata: {\"message\":\"x\"}" : event;
    assertThat(problemOf(events(delta("a"), second + "\n\n", finish("stop"), DONE)).code())
        .isEqualTo(expected);
    assertThat(recorder.text(1)).isEqualTo("a");
  }

  @Test
  void a_line_without_end_is_not_gathered_without_end() {
    Problem problem =
        problemOf(
            line -> {
              line.write(STREAM);
              line.chunk("data: ");
              String much = "x".repeat(65_536);
              for (int i = 0; i < 17; i++) {
                line.chunk(much);
              }
              line.closedByOther();
            });
    assertThat(problem.message()).contains("more than 1048576 bytes");
  }

  @Test
  void a_limit_upstream_is_a_limit_here_with_its_time_to_come_back() {
    Problem problem =
        problemOf(status("429 Too Many Requests", "retry-after: 12\r\n", "{\"error\":\"full\"}"));
    assertThat(problem.code()).isEqualTo(ErrorCode.RATE_LIMITED);
    assertThat(problem.retryAfterMillis()).isEqualTo(12_000);
    assertThat(servers.getFirst().requests()).isEqualTo(1);
  }

  @Test
  void what_the_request_is_to_blame_for_is_told_in_the_servers_words() {
    Problem problem =
        problemOf(
            status(
                "400 Bad Request",
                "",
                "{\"error\":{\"message\":\"too\\nlong\",\"param\":\"max_tokens\"}}"));
    assertThat(problem.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(problem.message()).endsWith("too long");
    assertThat(problem.field()).isEqualTo("/max_tokens");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "401 Unauthorized",
        "403 Forbidden",
        "404 Not Found",
        "302 Found",
        "500 Internal Server Error",
        "503 Service Unavailable"
      })
  void what_concerns_us_and_the_server_is_told_without_its_words(String statusLine) {
    Problem problem =
        problemOf(
            status(
                statusLine,
                "location: http://127.0.0.1:1/\r\n",
                "{\"error\":{\"message\":\"sk-leaked\"}}"));
    assertThat(problem.code()).isEqualTo(ErrorCode.UPSTREAM_FAILED);
    assertThat(problem.message()).doesNotContain("sk-leaked");
    assertThat(servers.getFirst().requests()).isEqualTo(1);
  }

  @Test
  void a_server_that_says_nothing_is_given_up_after_the_first_token_time() {
    CompletableFuture<Boolean> closed = new CompletableFuture<>();
    ScriptedServer server = serve(line -> closed.complete(line.closedByOther()));
    load(Kind.GENERATE, List.of(server.url()), Map.of("first_token_ms", 60L));
    ask(1);
    assertThat(recorder.problem(1).message()).contains("first token within 60 ms");
    assertThat(closed.join()).isTrue();
    assertThat(server.requests()).isEqualTo(1);
  }

  @Test
  void a_server_that_falls_silent_is_given_up_after_the_idle_time() {
    CompletableFuture<Boolean> closed = new CompletableFuture<>();
    ScriptedServer server =
        serve(
            line -> {
              line.write(STREAM);
              line.chunk(delta("a"));
              closed.complete(line.closedByOther());
            });
    load(Kind.GENERATE, List.of(server.url()), Map.of("idle_ms", 60L));
    ask(1);
    assertThat(recorder.problem(1).message()).contains("silent for 60 ms");
    assertThat(closed.join()).isTrue();
  }

  @Test
  void a_cancel_closes_the_connection_to_the_server_at_once() {
    CompletableFuture<Boolean> closed = new CompletableFuture<>();
    recorder.onToken(runtime::cancel);
    load(
        serve(
            line -> {
              line.write(STREAM);
              line.chunk(delta("a"));
              closed.complete(line.closedByOther());
            }));
    ask(1);
    assertThat(recorder.problem(1).code()).isEqualTo(ErrorCode.CANCELLED);
    assertThat(closed.orTimeout(30, TimeUnit.SECONDS).join()).isTrue();
  }

  @Test
  void where_nothing_was_streamed_another_server_is_asked_once() throws IOException {
    ScriptedServer good = serve(good());
    load(Kind.GENERATE, List.of(refusing(), good.url()), Map.of());
    for (long lease = 1; lease <= 4; lease++) {
      ask(lease);
      assertThat(recorder.result(lease).finishReason()).isEqualTo("stop");
    }
  }

  private static String refusing() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return "http://127.0.0.1:" + taken.getLocalPort() + "/v1";
    }
  }

  @Test
  void two_servers_that_fail_are_asked_once_each() {
    ScriptedServer.Script broken = status("502 Bad Gateway", "", "");
    ScriptedServer one = serve(broken);
    ScriptedServer two = serve(broken);
    load(one, two);
    ask(1);
    assertThat(recorder.problem(1).code()).isEqualTo(ErrorCode.UPSTREAM_FAILED);
    assertThat(one.requests()).isEqualTo(1);
    assertThat(two.requests()).isEqualTo(1);
  }

  @Test
  void a_connection_that_the_server_let_go_meanwhile_costs_nobody_an_answer() {
    ScriptedServer server = serve(good(), line -> line.close(), good());
    load(server);
    ask(1);
    recorder.result(1);
    ask(2);
    assertThat(recorder.result(2).finishReason()).isEqualTo("stop");
    assertThat(server.requests()).isEqualTo(3);
  }

  @Test
  void a_server_that_failed_three_times_is_not_asked_for_a_while() {
    ScriptedServer server = serve(status("500 Internal Server Error", "", ""));
    load(server);
    for (long lease = 1; lease <= 4; lease++) {
      ask(lease);
      recorder.problem(lease);
    }
    assertThat(server.requests()).isEqualTo(3);
    assertThat(recorder.problem(4).message()).contains("not asked for a while");
    assertThat(recorder.problem(4).retryAfterMillis()).isBetween(1L, 1_000L);
  }

  @Test
  void connections_are_used_again_and_are_no_more_than_allowed() {
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    ScriptedServer server =
        serve(
            line -> {
              most.accumulateAndGet(now.incrementAndGet(), Math::max);
              line.write(STREAM);
              line.chunk(delta("a") + finish("stop") + DONE);
              now.decrementAndGet();
              line.write("0\r\n\r\n");
            });
    load(Kind.GENERATE, List.of(server.url()), Map.of("connections", 2L));
    for (long lease = 1; lease <= 20; lease++) {
      ask(lease);
    }
    for (long lease = 1; lease <= 20; lease++) {
      recorder.result(lease);
    }
    assertThat(most.get()).isLessThanOrEqualTo(2);
    assertThat(server.connections()).isLessThanOrEqualTo(2);
  }

  @Test
  void the_less_loaded_server_is_chosen() {
    CountDownLatch release = new CountDownLatch(1);
    ScriptedServer.Script slow =
        line -> {
          await(release);
          good().serve(line);
        };
    ScriptedServer one = serve(slow);
    ScriptedServer two = serve(slow);
    load(one, two);
    for (long lease = 1; lease <= 8; lease++) {
      ask(lease);
    }
    release.countDown();
    for (long lease = 1; lease <= 8; lease++) {
      recorder.result(lease);
    }
    assertThat(one.requests()).isEqualTo(4);
    assertThat(two.requests()).isEqualTo(4);
  }

  @Test
  void the_key_goes_to_the_server_and_one_that_is_not_there_keeps_the_model_away() {
    ScriptedServer server = serve(good());
    load(Kind.GENERATE, List.of(server.url()), Map.of("key", "secret:known"));
    ask(1);
    recorder.result(1);
    assertThat(server.heads.getFirst()).contains("authorization: Bearer sk-known");
  }

  @Test
  void a_key_that_is_not_there_keeps_the_model_away_by_its_name() {
    load(Kind.GENERATE, List.of("http://127.0.0.1:1/v1"), Map.of("key", "env:ABSENT"));
    assertThat(recorder.load(1)).contains("env:ABSENT");
    ask(1);
    assertThat(recorder.problem(1).code()).isEqualTo(ErrorCode.MODEL_LOADING);
  }

  @Test
  void a_second_attempt_is_answered_anew() {
    load(serve(good()));
    int[] recorded = {-1, -1, -1};
    runtime.assign(deployment, List.of(Attempts.of(1, Attempts.json(CHAT), recorded, 60_000)));
    assertThat(recorder.result(1).finishReason()).isEqualTo("stop");
    assertThat(recorder.text(1)).isEqualTo("Hello");
  }

  @Test
  void embeddings_come_back_in_the_order_of_the_texts() {
    String body =
        "{\"data\":[{\"index\":1,\"embedding\":[3,4.5]},{\"index\":0,\"embedding\":\"AACAPwAAAEA=\"}],"
            + "\"usage\":{\"prompt_tokens\":5}}";
    ScriptedServer server = serve(status("200 OK", "content-type: application/json\r\n", body));
    load(Kind.EMBED, List.of(server.url()), Map.of());
    Tensor texts = Tensor.ofTexts("text", new long[] {2}, List.of("a", "b"));
    runtime.assign(deployment, List.of(Attempts.of(1, Attempts.tensors(texts))));
    Result result = recorder.result(1);
    assertThat(result.outputs())
        .containsExactly(
            Tensor.ofFloats("embedding", new long[] {2, 2}, new float[] {1, 2, 3, 4.5f}));
    assertThat(result.usage()).isEqualTo(new Usage(5, 0));
    assertThat(server.heads.getFirst()).startsWith("POST /v1/embeddings ");
    assertThat(server.bodies.getFirst()).contains("\"input\":[\"a\",\"b\"]");
  }

  @Test
  void unloading_lets_what_runs_end() {
    CountDownLatch unloaded = new CountDownLatch(1);
    load(
        serve(
            line -> {
              await(unloaded);
              good().serve(line);
            }));
    recorder.onStart(
        _ -> {
          runtime.unload(1);
          unloaded.countDown();
        });
    ask(1);
    assertThat(recorder.result(1).finishReason()).isEqualTo("stop");
  }
}
