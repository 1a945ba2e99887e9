package dev.millrace.verify.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verify.node.NodeProcess;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Texts made to keep a tokenizer, a stop scanner or a grammar busy: answered or refused within the
 * task's deadline, by the same worker, and a small request beside them is served.
 */
@ExtendWith(SharedNode.class)
class LongTextTest {

  private static final int LONG = 2 << 20;
  private static final Duration LIMIT = Duration.ofSeconds(40);

  private static Map<String, String> texts() {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("one letter", "a".repeat(LONG));
    texts.put("spaces", " ".repeat(LONG));
    texts.put("one word after the other", "the cat ".repeat(LONG / 8));
    texts.put("marks over one letter", "a" + "\u0301".repeat(LONG / 2));
    texts.put("emoji joined", "\ud83d\udc69\u200d".repeat(LONG / 8));
    texts.put("line ends", "\\n".repeat(LONG / 2));
    texts.put("control characters", "\\u0001".repeat(LONG / 6));
    texts.put("ideographs", "\u4e00".repeat(LONG / 3));
    return texts;
  }

  @Test
  void no_text_keeps_a_model_busy_beyond_its_deadline(NodeProcess node) throws Exception {
    long worker = node.worker().pid();
    try (NodeClient client = new NodeClient(node)) {
      for (Map.Entry<String, String> text : texts().entrySet()) {
        for (String model : new String[] {"tale-0.2m", "banking77-light", "minilm"}) {
          String field = model.startsWith("tale") ? "prompt" : "text";
          String body =
              "{\"model\":\"%s\",\"deadline_ms\":20000,\"input\":{\"%s\":\"%s\"}}"
                  .formatted(model, field, text.getValue());
          CompletableFuture<NodeClient.Answer> answer =
              CompletableFuture.supplyAsync(
                  () -> {
                    try {
                      return client.post("/v1/tasks", body, "prefer", "wait=30");
                    } catch (Exception failed) {
                      throw new AssertionError(failed);
                    }
                  });
          NodeClient.Answer good =
              client.post(
                  "/v1/tasks",
                  "{\"model\":\"sim\",\"input\":{\"tokens\":1,\"interval_ms\":1}}",
                  "prefer",
                  "wait=20");
          assertThat(good.json().path("state").asString("")).isEqualTo("succeeded");
          NodeClient.Answer ended =
              answer.get(LIMIT.toSeconds(), java.util.concurrent.TimeUnit.SECONDS);
          String what = model + ", " + text.getKey() + ": " + shown(ended);
          assertThat(ended.status()).as(what).isIn(200, 400, 413);
          if (ended.status() == 200) {
            String code = ended.json().path("error").path("code").asString("");
            assertThat(code).as(what).isIn("", "invalid_argument", "too_large");
          }
        }
      }
    }
    assertThat(node.worker().pid()).isEqualTo(worker);
  }

  @Test
  void stops_that_almost_match_all_along_cost_nothing(NodeProcess node) throws Exception {
    StringBuilder stops = new StringBuilder();
    for (int i = 0; i < 16; i++) {
      stops.append(i == 0 ? "" : ",").append('"').append(" the".repeat(63)).append(i).append('"');
    }
    try (NodeClient client = new NodeClient(node)) {
      NodeClient.Answer answer =
          client.post(
              "/v1/completions",
              "{\"model\":\"tale-0.2m\",\"prompt\":\"Once\",\"max_tokens\":60,\"stop\":["
                  + stops
                  + "]}");
      assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    }
  }

  private static String shown(NodeClient.Answer answer) {
    String body = answer.body();
    return answer.status() + " " + (body.length() > 300 ? body.substring(0, 300) + "..." : body);
  }
}
