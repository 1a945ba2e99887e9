package dev.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.server.node.Node;
import dev.millrace.server.node.NodeOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a start prints. The time limits are those of one that would wait its minute. */
@Timeout(30)
class WelcomeTest {

  @TempDir private Path folder;

  @Test
  void a_node_with_all_it_was_asked_for_says_ready_last() throws Exception {
    assertThat(welcome("models: {simulated: true, bundled: false}"))
        .contains("serves  sim")
        .doesNotContain("not served")
        .containsPattern("\nready http://127.0.0.1:\\d+ \\(operator http://127.0.0.1:\\d+\\)\n$");
  }

  @Test
  void a_damaged_model_is_named_with_the_reason_and_nobody_waits_for_it() throws Exception {
    Files.createDirectories(folder.resolve("data/models/broken/1"));
    assertThat(welcome("models: {simulated: true, bundled: false}\ndeployments: [{model: broken}]"))
        .contains("serves  sim")
        .containsPattern("not served:\n  broken cannot be served: .*listing.*expected")
        .containsPattern("\nnot ready http://127.0.0.1:\\d+: mend or remove what is not served\n$");
  }

  @Test
  void a_damaged_model_that_is_not_required_keeps_the_node_from_nothing() throws Exception {
    Files.createDirectories(folder.resolve("data/models/broken/1"));
    assertThat(
            welcome(
                "models: {simulated: true, bundled: false}\n"
                    + "deployments: [{model: broken, required: false}]"))
        .contains("  broken cannot be served: ")
        .containsPattern("\nready http://");
  }

  private String welcome(String config) throws IOException {
    Path file = Files.writeString(folder.resolve("millrace.yaml"), config);
    Map<String, String> overrides =
        Map.of(
            "node.drain", "0ms",
            "node.data", folder.resolve("data").toString(),
            "http.port", "0",
            "http.operator_port", "0");
    NodeOptions options =
        new NodeOptions(Path.of("."), file, overrides, "mk_for_the_tests_of_welcomes");
    StringWriter said = new StringWriter();
    try (Node node =
        Node.start(
            options,
            "test",
            (what, cause) -> {
              throw new AssertionError(what, cause);
            })) {
      Welcome.print(node, new PrintWriter(said), true);
    }
    return said.toString();
  }
}
