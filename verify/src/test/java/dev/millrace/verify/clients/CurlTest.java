package dev.millrace.verify.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verify.node.NodeClient;
import dev.millrace.verify.node.NodeProcess;
import dev.millrace.verify.node.SharedNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The client that everybody has, and the calls that {@code serve} prints. */
@EnabledIf("dev.millrace.verify.node.Assets#present")
@ExtendWith(SharedNode.class)
class CurlTest {

  private static final int PARTIAL_FILE = 18;
  private static final int HTTP2_STREAM = 92;

  private static final String ENDLESS =
      "{\"model\":\"sim\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}],"
          + "\"max_tokens\":2000,\"interval_ms\":20,\"stream\":true}";

  private final NodeProcess node;

  @TempDir private Path folder;

  CurlTest(NodeProcess node) {
    this.node = node;
  }

  private String curl(String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "curl",
                "-sS",
                "--max-time",
                "30",
                "-H",
                "authorization: Bearer " + NodeProcess.KEY));
    command.addAll(List.of(arguments));
    Command.Ended ended = Command.run(Command.of(node, command), 40);
    assertThat(ended.code()).as(ended.output()).isZero();
    return ended.output();
  }

  @Test
  void the_printed_calls_work_as_printed() {
    List<String> calls =
        node.printed().stream().filter(line -> line.startsWith("  curl ")).toList();
    assertThat(calls).hasSizeGreaterThanOrEqualTo(3);
    List<JsonNode> answers =
        calls.stream()
            .map(call -> Command.run(Command.of(node, List.of("sh", "-c", call)), 40))
            .map(ended -> NodeClient.json(ended.output()))
            .toList();
    assertThat(answers.get(0).at("/choices/0/text").asString()).isNotEmpty();
    assertThat(answers.get(1).at("/output/text").asString()).isNotEmpty();
    assertThat(answers.get(2).at("/output/classes/0/label").asString()).isEqualTo("card_arrival");
    assertThat(answers.getLast().at("/data").size()).isGreaterThan(5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--http1.1", "--http2", "--http2-prior-knowledge"})
  void every_version_of_http_carries_a_call(String version) {
    String answer =
        curl(
            version,
            node.url() + "/v1/completions",
            "-w",
            "\n%{http_version}",
            "-d",
            "{\"model\":\"tale-1.1m\",\"prompt\":\"Once upon a time\",\"temperature\":0}");
    assertThat(answer).contains("little girl");
    assertThat(answer.lines().toList().getLast())
        .isEqualTo(version.equals("--http1.1") ? "1.1" : "2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--http1.1", "--http2", "--http2-prior-knowledge"})
  void every_version_of_http_carries_a_stream(String version) {
    String answer =
        curl(
            version,
            "-N",
            node.url() + "/v1/completions",
            "-d",
            "{\"model\":\"tale-1.1m\",\"prompt\":\"Once upon a time\",\"stream\":true}");
    assertThat(answer).startsWith("data: {").endsWith("data: [DONE]\n\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--http1.1", "--http2", "--http2-prior-knowledge"})
  void a_large_body_that_asks_first_is_taken(String version) throws IOException {
    Path body = folder.resolve("body.json");
    Files.writeString(
        body,
        "{\"model\":\"sim\",\"input\":{\"tokens\":1,\"note\":\"" + "x".repeat(2 << 20) + "\"}}");
    String answer =
        curl(
            version,
            "-H",
            "expect: 100-continue",
            "-H",
            "prefer: wait=20",
            "-w",
            "%{http_code}",
            "--data-binary",
            "@" + body,
            node.url() + "/v1/tasks");
    // The simulated model takes no more than 64 KiB, which it says when it runs.
    assertThat(answer).contains("(expected: ").endsWith("200");
  }

  @Test
  void a_body_over_the_limit_is_refused_before_it_is_sent() throws IOException {
    Path body = folder.resolve("body.json");
    Files.writeString(body, "{\"x\":\"" + "x".repeat(9 << 20) + "\"}");
    List<String> command =
        List.of(
            "curl",
            "-sS",
            "-o",
            "/dev/null",
            "-w",
            "%{http_code} %{size_upload}",
            "-H",
            "authorization: Bearer " + NodeProcess.KEY,
            "-H",
            "expect: 100-continue",
            "--http1.1",
            "--data-binary",
            "@" + body,
            node.url() + "/v1/tasks");
    Command.Ended ended = Command.run(Command.of(node, command), 40);
    assertThat(ended.output()).startsWith("413 0");
  }

  private static List<String> chat(NodeProcess node, String version, String... more) {
    List<String> command =
        new ArrayList<>(List.of("curl", "-sS", "-N", version, node.url() + "/v1/chat/completions"));
    command.addAll(List.of("-H", "authorization: Bearer " + NodeProcess.KEY));
    command.addAll(List.of(more));
    return command;
  }

  /** The exit code of a transfer that the node breaks off. */
  private static int brokenOff(String version) {
    return version.equals("--http1.1") ? PARTIAL_FILE : HTTP2_STREAM;
  }

  @ParameterizedTest
  @ValueSource(strings = {"--http1.1", "--http2", "--http2-prior-knowledge"})
  void an_error_in_mid_stream_is_told_and_is_a_failure(String version) {
    List<String> late = chat(node, version, "-d", ENDLESS, "-H", "x-millrace-deadline-ms: 1000");
    Command.Ended ended = Command.run(Command.of(node, late), 40);
    assertThat(ended.output())
        .contains("\"finish_reason\":null", "deadline_exceeded")
        .doesNotContain("[DONE]");
    assertThat(ended.code()).as(ended.output()).isEqualTo(brokenOff(version));
  }

  // Not with prior knowledge: curl 7.88 fails whenever it uses such a connection twice (its
  // #10634).
  @ParameterizedTest
  @ValueSource(strings = {"--http1.1", "--http2"})
  void a_full_lane_is_waited_for_as_long_as_told(String version) throws Exception {
    String brief = ENDLESS.replace("2000", "2").replace("true", "false");
    List<String> patient =
        chat(node, version, "-d", brief, "-H", "x-millrace-class: sheddable", "--retry", "3");
    try (FullLane lane = new FullLane(node)) {
      Command.Ended ended = lane.freedOnceRefused(() -> Command.run(Command.of(node, patient), 60));
      assertThat(ended.code()).as(ended.output()).isZero();
      assertThat(ended.output()).contains("overloaded", "\"completion_tokens\":2");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--http1.1", "--http2", "--http2-prior-knowledge"})
  void a_client_that_is_ended_in_mid_stream_ends_its_task(String version) throws Exception {
    Cancels.by(
        node,
        () -> {
          Process client = Command.of(node, chat(node, version, "-d", ENDLESS)).start();
          try (BufferedReader said = client.inputReader(StandardCharsets.UTF_8)) {
            assertThat(said.readLine()).startsWith("data: {");
          } finally {
            client.destroy();
          }
        });
  }

  @Test
  void a_node_killed_in_mid_stream_is_a_failure_with_each_version() throws Exception {
    List<Process> clients = new ArrayList<>();
    try (NodeProcess killed =
        NodeProcess.start(folder, "models: {simulated: true, bundled: false}\n")) {
      for (String version : List.of("--http1.1", "--http2", "--http2-prior-knowledge")) {
        clients.add(Command.of(killed, chat(killed, version, "-d", ENDLESS)).start());
        assertThat(clients.getLast().inputReader(StandardCharsets.UTF_8).readLine())
            .startsWith("data: {");
      }
      killed.kill();
      for (Process client : clients) {
        client.getInputStream().readAllBytes();
        assertThat(client.waitFor()).isEqualTo(PARTIAL_FILE);
      }
    } finally {
      clients.forEach(Process::destroyForcibly);
    }
  }

  @Test
  void a_task_streams_and_goes_on_where_the_client_stopped() {
    String task =
        NodeClient.json(
                curl(
                    node.url() + "/v1/tasks",
                    "-d",
                    "{\"model\":\"tale-1.1m\",\"input\":"
                        + "{\"prompt\":\"Once upon a time\",\"max_tokens\":20,\"temperature\":0}}"))
            .at("/task")
            .asString();
    String events = node.url() + "/v1/tasks/" + task + "/events";
    String whole = curl("-N", events);
    String rest = curl("-N", "-H", "Last-Event-ID: 9", events);
    assertThat(whole).contains("id: 0\n", "id: 9\n", "id: 10\n", "\"kind\":\"end\"");
    assertThat(rest)
        .startsWith(whole.substring(whole.indexOf("id: 10\n")))
        .doesNotContain("id: 9\n");
  }
}
