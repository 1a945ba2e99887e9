package dev.millrace.verify.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verify.node.Assets;
import dev.millrace.verify.node.NodeClient;
import dev.millrace.verify.node.NodeProcess;
import dev.millrace.verify.node.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** A browser's WebSocket; its checks lie in {@code src/test/clients/browser}. */
@EnabledIf("dev.millrace.verify.clients.Browser#canRun")
class BrowserTest {

  private static final int CHECKS = 8;
  private static final long LONGEST_SECONDS = 120;
  private static final String CONFIGURATION =
      """
      node: {drain: 0ms}
      models: {simulated: true, simulated_concurrency: 2, bundled: false}
      deployments: [{model: tale-1.1m}]
      lanes: {tasks: 4}
      http: {origins: ["%s"]}
      """;

  @TempDir private static Path folder;
  private static PageServer pages;
  private static volatile NodeProcess node;

  @BeforeAll
  static void start() throws IOException {
    Browser.install();
    pages = new PageServer();
    Program.addModel(folder, "tale-1.1m");
    startNode();
    pages.on("/ticket", _ -> "{\"url\":\"" + socket() + "\",\"ticket\":\"" + ticket() + "\"}");
  }

  @AfterAll
  static void stop() {
    node.close();
    pages.close();
  }

  private static void startNode() {
    node = NodeProcess.start(folder, CONFIGURATION.formatted(pages.origin()));
  }

  private static String socket() {
    return "ws://127.0.0.1:" + node.port() + "/v1/ws";
  }

  private static String ticket() {
    try (NodeClient server = new NodeClient(node)) {
      return server.post("/v1/ws/ticket", "").json().get("ticket").asString();
    }
  }

  @TestFactory
  Stream<DynamicTest> every_check_of_the_page_holds() throws Exception {
    List<String> told = new CopyOnWriteArrayList<>();
    CompletableFuture<String> done = new CompletableFuture<>();
    pages.take("/told", told::add);
    pages.take("/done", done::complete);
    pages.take("/kill", _ -> node.kill());
    pages.take("/start", _ -> startNode());
    try (Browser _ = Browser.open(folder, pages.origin() + "/checks.html")) {
      done.get(LONGEST_SECONDS, TimeUnit.SECONDS);
    }
    assertThat(told).hasSize(CHECKS);
    return Checks.of(told);
  }

  @Test
  void the_snippet_of_the_documentation_works_as_written() throws Exception {
    String snippet = snippet();
    CompletableFuture<String> said = new CompletableFuture<>();
    pages.on("/ticket.js", _ -> "const ticket = \"" + ticket() + "\";");
    pages.on("/snippet.js", _ -> snippet.replace("ws://127.0.0.1:8080/v1/ws", socket()));
    pages.take("/snippet-said", said::complete);
    try (Browser _ = Browser.open(folder, pages.origin() + "/snippet.html")) {
      assertThat(said.get(LONGEST_SECONDS, TimeUnit.SECONDS)).contains(" was ");
    }
  }

  private static String snippet() throws IOException {
    String text = Files.readString(Assets.home().resolve("docs/getting-started.md"));
    String begin = "```javascript\n";
    int from = text.indexOf(begin) + begin.length();
    String snippet = text.substring(from, text.indexOf("```", from));
    assertThat(snippet).contains("ws://127.0.0.1:8080/v1/ws", "resume");
    return snippet;
  }
}
