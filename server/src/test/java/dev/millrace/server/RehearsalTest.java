package dev.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.server.node.Node;
import dev.millrace.server.node.NodeOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RehearsalTest {

  private static final String KEY = "mk_for_the_tests_of_rehearsals";

  @TempDir private Path folder;

  @Test
  void every_call_is_answered_by_a_node_as_it_starts_here() throws Exception {
    try (Node node = node()) {
      Rehearsal.run(node, KEY);
      assertThat(node.waitingFor()).isEmpty();
    }
  }

  @Test
  void a_call_that_is_refused_fails_it_with_what_was_found() throws Exception {
    try (Node node = node()) {
      assertThatThrownBy(() -> Rehearsal.run(node, "mk_another_key_than_that"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("POST /v1/tasks: HTTP/1.1 401")
          .hasMessageContaining("expected: HTTP/1.1 200");
    }
  }

  @Test
  void nothing_is_left_of_its_folder() throws Exception {
    Path kept = Rehearsal.folder();
    Files.writeString(Files.createDirectories(kept.resolve("journal")).resolve("1.log"), "x");
    Rehearsal.forget(kept);
    assertThat(kept).doesNotExist();
  }

  private Node node() throws IOException {
    Map<String, String> overrides = new HashMap<>(Rehearsal.OVERRIDES);
    overrides.put("models.bundled", "false");
    overrides.put("node.data", folder.resolve("data").toString());
    NodeOptions options = new NodeOptions(Path.of("."), null, overrides, KEY);
    return Node.start(
        options,
        "test",
        (what, cause) -> {
          throw new AssertionError(what, cause);
        });
  }
}
