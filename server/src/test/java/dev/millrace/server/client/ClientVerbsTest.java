package dev.millrace.server.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ClientVerbsTest {

  private static final String EVENTS = "GET /v1/tasks/tsk_1/events";

  private final FakeNode node = new FakeNode();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @AfterEach
  void stop() {
    node.close();
  }

  private int run(Object verb, String... arguments) {
    return run(node.url(), verb, arguments);
  }

  private int run(String url, Object verb, String... arguments) {
    CommandLine commandLine =
        new CommandLine(verb).setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    commandLine.setExpandAtFiles(false);
    commandLine.setExecutionExceptionHandler(
        (failure, _, _) -> {
          err.write(failure.toString());
          return 1;
        });
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--url", url, "--key", "mk_test"));
    return commandLine.execute(all.toArray(String[]::new));
  }

  private static String token(int number, String text) {
    return "id: " + number + "\nevent: token\ndata: {\"text\":\"" + text + "\"}\n\n";
  }

  private static String end(int number, String state) {
    String data = "{\"state\":\"" + state + "\",\"finish_reason\":\"stop\"}";
    return "id: " + number + "\nevent: end\ndata: " + data + "\n\n";
  }

  @Test
  void submit_sends_the_task_with_the_key_and_prints_its_id() {
    node.answer("POST /v1/tasks", 202, "{\"task\":\"tsk_1\",\"warnings\":[\"x is unknown\"]}");
    int code =
        run(
            new TasksVerb(),
            "submit",
            "m",
            "{\"text\":\"hi\"}",
            "--class",
            "critical",
            "--deadline-ms",
            "500");
    assertThat(code).isZero();
    assertThat(node.asked())
        .containsExactly(
            "POST /v1/tasks {\"model\":\"m\",\"input\":{\"text\":\"hi\"},\"class\":\"critical\","
                + "\"deadline_ms\":500}");
    assertThat(node.lastKey()).isEqualTo("Bearer mk_test");
    assertThat(out.toString().strip()).isEqualTo("tsk_1");
    assertThat(err.toString()).contains("warning: x is unknown");
  }

  @Test
  void submit_reads_its_input_from_a_file(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("input.json"), "{\"text\":\"from a file\"}");
    node.answer("POST /v1/tasks", 202, "{\"task\":\"tsk_1\"}");
    assertThat(run(new TasksVerb(), "submit", "m", "@" + file)).isZero();
    assertThat(node.asked().getFirst()).contains("from a file");
  }

  @Test
  void an_input_that_is_no_object_is_refused_before_anything_is_sent() {
    assertThat(run(new TasksVerb(), "submit", "m", "[1]")).isEqualTo(2);
    assertThat(err.toString()).contains("[1]").contains("expected: a JSON object");
    assertThat(run(new TasksVerb(), "submit", "m", "hello")).isEqualTo(2);
    assertThat(run(new TasksVerb(), "submit", "m", "@/nowhere/at/all")).isEqualTo(2);
    assertThat(node.asked()).isEmpty();
  }

  @Test
  void a_refusal_shows_code_reason_field_and_when_to_come_back() {
    node.answer(
        "POST /v1/tasks",
        429,
        "{\"code\":\"overloaded\",\"detail\":\"the lane is full\",\"field\":\"/class\"}");
    assertThat(run(new TasksVerb(), "submit", "m", "{}")).isEqualTo(1);
    assertThat(err.toString())
        .contains("429")
        .contains("overloaded: the lane is full at /class")
        .contains("again in 2 s");
  }

  @Test
  void tail_prints_tokens_as_text_and_ends_with_the_tasks_state() {
    node.answer(
        EVENTS,
        200,
        token(0, "Once") + ": keep-alive\n\n" + token(1, " upon") + end(2, "succeeded"));
    assertThat(run(new TasksVerb(), "tail", "tsk_1")).isZero();
    assertThat(out.toString().strip()).isEqualTo("Once upon");
    assertThat(err.toString()).contains("succeeded, stop, last event 2");
  }

  @Test
  void a_line_that_breaks_is_taken_up_after_the_last_event_that_was_seen() {
    String rest = token(2, " a time") + end(3, "succeeded");
    node.cut(EVENTS, token(0, "Once") + token(1, " upon") + "id: 2\nevent: tok");
    // How much of a broken answer is seen is the HTTP client's; what is shown is the same.
    node.answer(EVENTS, 200, token(0, "Once") + token(1, " upon") + rest);
    node.answer(EVENTS + "?after=0", 200, token(1, " upon") + rest);
    node.answer(EVENTS + "?after=1", 200, rest);
    assertThat(run(new TasksVerb(), "tail", "tsk_1")).isZero();
    assertThat(out.toString().strip()).isEqualTo("Once upon a time");
    assertThat(err.toString()).contains("the line broke after event");
  }

  @Test
  void a_task_that_failed_ends_with_1() {
    node.answer(EVENTS + "?after=4", 200, end(5, "expired"));
    assertThat(run(new TasksVerb(), "tail", "tsk_1", "--after", "4")).isEqualTo(1);
    assertThat(err.toString()).contains("expired");
  }

  @Test
  void with_json_every_event_is_a_line_as_it_came() {
    node.answer(EVENTS, 200, token(0, "Once") + end(1, "succeeded"));
    assertThat(run(new TasksVerb(), "--json", "tail", "tsk_1")).isZero();
    assertThat(out.toString().lines())
        .containsExactly(
            "{\"text\":\"Once\"}", "{\"state\":\"succeeded\",\"finish_reason\":\"stop\"}");
  }

  @Test
  void cancel_says_whether_it_won() {
    node.answer("POST /v1/tasks/tsk_1/cancel", 200, "{\"state\":\"cancelled\"}");
    node.answer("POST /v1/tasks/tsk_1/cancel", 200, "{\"state\":\"succeeded\"}");
    assertThat(run(new TasksVerb(), "cancel", "tsk_1")).isZero();
    assertThat(run(new TasksVerb(), "cancel", "tsk_1")).isEqualTo(1);
  }

  @Test
  void list_asks_for_what_is_wanted_and_prints_a_line_each() {
    node.answer(
        "GET /v1/tasks?limit=20&state=running&model=a+b",
        200,
        "{\"tasks\":[{\"task\":\"tsk_1\",\"state\":\"running\",\"model\":\"a b\"}]}");
    assertThat(run(new TasksVerb(), "list", "--state", "running", "--model", "a b")).isZero();
    assertThat(out.toString()).contains("tsk_1").contains("running");
  }

  @Test
  void a_node_that_is_not_there_is_named() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    assertThat(run("http://127.0.0.1:" + port, new TasksVerb(), "list")).isEqualTo(1);
    assertThat(err.toString()).contains("nobody answers at http://127.0.0.1:" + port);
  }

  @Test
  void an_address_that_is_none_is_used_wrongly() {
    assertThat(run("ftp://x", new TasksVerb(), "list")).isEqualTo(2);
    assertThat(err.toString()).contains("ftp://x").contains("http://HOST:PORT");
  }

  @Test
  void chat_prints_the_answer_as_it_comes_and_ends_at_done() {
    node.answer(
        "POST /v1/chat/completions",
        200,
        "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}\n\n"
            + "data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}\n\n"
            + "data: {\"choices\":[{\"delta\":{\"content\":\" there\"}}]}\n\ndata: [DONE]\n\n");
    assertThat(run(new ChatVerb(), "m", "Hello", "you")).isZero();
    assertThat(out.toString().strip()).isEqualTo("Hi there");
    assertThat(node.asked().getFirst()).contains("\"content\":\"Hello you\"");
  }

  @Test
  void an_answer_that_breaks_off_is_not_a_success() {
    node.answer("POST /v1/completions", 200, "data: {\"choices\":[{\"text\":\"Once\"}]}\n\n");
    assertThat(run(new ChatVerb(), "--completion", "m", "Tell")).isEqualTo(1);
    assertThat(out.toString().strip()).isEqualTo("Once");
    assertThat(err.toString()).contains("broke off");
  }

  @Test
  void an_error_inside_the_stream_is_shown_and_ends_with_1() {
    node.answer(
        "POST /v1/chat/completions",
        200,
        "data: {\"error\":{\"message\":\"the worker died\"}}\n\n");
    assertThat(run(new ChatVerb(), "m", "Hello")).isEqualTo(1);
    assertThat(err.toString()).contains("the worker died");
  }

  @Test
  void a_receipt_is_drawn_in_the_order_of_time() {
    node.answer(
        "GET /v1/tasks/tsk_1",
        200,
        "{\"task\":\"tsk_1\",\"model\":\"m\",\"state\":\"succeeded\",\"receipt\":{\"stamps_ms\":"
            + "{\"accepted\":0,\"recorded\":10,\"durable\":2.5}}}");
    assertThat(run(new ReceiptVerb(), "tsk_1")).isZero();
    assertThat(out.toString().lines().map(line -> line.split(" +")[0]))
        .containsExactly("tsk_1", "accepted", "durable", "recorded");
    assertThat(out.toString()).containsPattern("durable +2[.,]500 ms .*={10}");
  }
}
