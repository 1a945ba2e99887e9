package dev.millrace.verify.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIIoException;
import com.openai.errors.RateLimitException;
import com.openai.errors.SseException;
import com.openai.errors.UnauthorizedException;
import dev.millrace.verify.node.NodeProcess;
import dev.millrace.verify.node.SharedNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;
import org.springframework.ai.openai.OpenAiEmbeddingModel;
import org.springframework.ai.openai.OpenAiEmbeddingOptions;
import reactor.core.Disposable;

/** Spring AI's chat and embedding models, without a Spring application around them. */
@ExtendWith(SharedNode.class)
class SpringAiTest {

  private static final Duration LONGEST = Duration.ofSeconds(30);
  private static final Prompt HELLO = new Prompt("Hello");

  private final NodeProcess node;

  @TempDir private Path folder;

  SpringAiTest(NodeProcess node) {
    this.node = node;
  }

  private static OpenAiChatOptions.Builder asked(NodeProcess node, int tokens, int retries) {
    return OpenAiChatOptions.builder()
        .baseUrl(node.url() + "/v1")
        .apiKey(NodeProcess.KEY)
        .model("sim")
        .maxTokens(tokens)
        .maxRetries(retries)
        .timeout(LONGEST)
        .extraBody(Map.of("interval_ms", 20));
  }

  private static OpenAiChatModel model(OpenAiChatOptions.Builder options) {
    return OpenAiChatModel.builder().options(options.build()).build();
  }

  private static String text(ChatResponse answer) {
    String text = answer.getResult() == null ? null : answer.getResult().getOutput().getText();
    return text == null ? "" : text;
  }

  @Test
  void a_chat_is_answered_whole() {
    ChatResponse answer = model(asked(node, 8, 0)).call(HELLO);
    assertThat(text(answer)).isNotEmpty();
    assertThat(answer.getMetadata().getUsage().getCompletionTokens()).isEqualTo(8);
    assertThat(answer.getResult().getMetadata().getFinishReason().toLowerCase(Locale.ROOT))
        .isIn("stop", "length");
  }

  @Test
  void a_chat_streams_and_says_the_same_as_the_whole_one() {
    OpenAiChatModel model = model(asked(node, 8, 0));
    List<ChatResponse> pieces = model.stream(HELLO).collectList().block(LONGEST);
    assertThat(pieces).hasSizeGreaterThanOrEqualTo(8);
    assertThat(String.join("", pieces.stream().map(SpringAiTest::text).toList()))
        .isEqualTo(text(model.call(HELLO)));
  }

  @Test
  void embeddings_come_as_numbers() {
    OpenAiEmbeddingModel model =
        OpenAiEmbeddingModel.builder()
            .options(
                OpenAiEmbeddingOptions.builder()
                    .baseUrl(node.url() + "/v1")
                    .apiKey(NodeProcess.KEY)
                    .model("minilm")
                    .build())
            .build();
    assertThat(model.embed(List.of("one", "two")))
        .hasSize(2)
        .allSatisfy(vector -> assertThat(vector).hasSize(384));
  }

  @Test
  void each_refusal_is_the_exception_that_names_it() {
    OpenAiChatModel stranger = model(asked(node, 8, 0).apiKey("mk_nobody"));
    OpenAiChatModel unknown = model(asked(node, 8, 0).model("gpt-none"));
    assertThatThrownBy(() -> stranger.call(HELLO)).isInstanceOf(UnauthorizedException.class);
    assertThatThrownBy(() -> unknown.call(HELLO)).isInstanceOf(NotFoundException.class);
  }

  @Test
  void an_error_in_mid_stream_is_an_error() {
    OpenAiChatModel model =
        model(asked(node, 2_000, 0).customHeaders(Map.of("x-millrace-deadline-ms", "1500")));
    assertThatThrownBy(() -> model.stream(HELLO).blockLast(LONGEST))
        .isInstanceOf(SseException.class)
        .hasMessageContaining("deadline");
  }

  @Test
  void a_full_lane_is_a_rate_limit_and_is_waited_for() throws Exception {
    try (FullLane lane = new FullLane(node)) {
      OpenAiChatModel hasty = model(asked(node, 4, 0).customHeaders(FullLane.HEADERS));
      assertThatThrownBy(() -> hasty.call(HELLO)).isInstanceOf(RateLimitException.class);
      OpenAiChatModel patient = model(asked(node, 4, 3).customHeaders(FullLane.HEADERS));
      assertThat(text(lane.freedOnceRefused(() -> patient.call(HELLO)))).isNotEmpty();
    }
  }

  @Test
  void a_subscriber_that_leaves_ends_its_task() throws Exception {
    OpenAiChatModel model = model(asked(node, 2_000, 0));
    Cancels.by(
        node,
        () -> {
          CompletableFuture<String> first = new CompletableFuture<>();
          Disposable reading =
              model.stream(HELLO)
                  .subscribe(piece -> first.complete(text(piece)), first::completeExceptionally);
          assertThat(first.get(30, TimeUnit.SECONDS)).isNotNull();
          reading.dispose();
        });
  }

  @Test
  void a_node_killed_in_mid_stream_is_a_failure_to_the_client() throws Exception {
    CompletableFuture<String> first = new CompletableFuture<>();
    CompletableFuture<String> end = new CompletableFuture<>();
    try (NodeProcess killed =
        NodeProcess.start(folder, "models: {simulated: true, bundled: false}\n")) {
      model(asked(killed, 2_000, 0)).stream(HELLO)
          .subscribe(
              piece -> first.complete(text(piece)),
              end::completeExceptionally,
              () -> end.complete("success"));
      assertThat(first.get(30, TimeUnit.SECONDS)).isNotNull();
      killed.kill();
      assertThatThrownBy(() -> end.get(30, TimeUnit.SECONDS))
          .hasCauseInstanceOf(OpenAIIoException.class);
    }
  }
}
