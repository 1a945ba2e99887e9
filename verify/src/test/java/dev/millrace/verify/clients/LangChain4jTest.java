package dev.millrace.verify.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.exception.AuthenticationException;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.LangChain4jException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.model.StreamingResponseHandler;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiEmbeddingModel;
import dev.langchain4j.model.openai.OpenAiLanguageModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingLanguageModel;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.Response;
import dev.langchain4j.store.embedding.CosineSimilarity;
import dev.millrace.verify.node.NodeProcess;
import dev.millrace.verify.node.SharedNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** LangChain4j for Java, whose HTTP client asks each connection to become HTTP/2. */
@ExtendWith(SharedNode.class)
class LangChain4jTest {

  private static final String ONCE = "Once upon a time";
  private static final String TOLD = ", there was a little girl named Lily.";
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private final NodeProcess node;
  private final String base;

  @TempDir private Path folder;

  LangChain4jTest(NodeProcess node) {
    this.node = node;
    this.base = node.url() + "/v1";
  }

  /** What a streaming call gave, piece by piece. */
  private static final class Heard<T> {
    private final List<String> pieces = new CopyOnWriteArrayList<>();
    private final CompletableFuture<T> end = new CompletableFuture<>();
    private final CompletableFuture<String> first = new CompletableFuture<>();

    void piece(String piece) {
      pieces.add(piece);
      first.complete(piece);
    }

    T await() throws Exception {
      return end.get(30, TimeUnit.SECONDS);
    }
  }

  private static StreamingChatResponseHandler into(Heard<ChatResponse> heard) {
    return new StreamingChatResponseHandler() {
      @Override
      public void onPartialResponse(String piece) {
        heard.piece(piece);
      }

      @Override
      public void onCompleteResponse(ChatResponse whole) {
        heard.end.complete(whole);
      }

      @Override
      public void onError(Throwable failure) {
        heard.end.completeExceptionally(failure);
      }
    };
  }

  private OpenAiChatModel chat(String model, String key) {
    return OpenAiChatModel.builder()
        .baseUrl(base)
        .apiKey(key)
        .modelName(model)
        .maxTokens(8)
        .maxRetries(0)
        .timeout(LONGEST)
        .build();
  }

  private static OpenAiStreamingChatModel streamingChat(String base, int tokens) {
    return OpenAiStreamingChatModel.builder()
        .baseUrl(base)
        .apiKey(NodeProcess.KEY)
        .modelName("sim")
        .maxTokens(tokens)
        .timeout(LONGEST)
        .build();
  }

  @Test
  void a_chat_is_answered_whole() {
    ChatResponse answer = chat("sim", NodeProcess.KEY).chat(UserMessage.from("Hello"));
    assertThat(answer.aiMessage().text()).isNotEmpty();
    assertThat(answer.tokenUsage().outputTokenCount()).isEqualTo(8);
    assertThat(answer.finishReason()).isIn(FinishReason.LENGTH, FinishReason.STOP);
  }

  @Test
  void a_chat_streams_and_says_the_same_as_the_whole_one() throws Exception {
    Heard<ChatResponse> heard = new Heard<>();
    streamingChat(base, 8).chat("Hello", into(heard));
    ChatResponse streamed = heard.await();
    assertThat(heard.pieces).hasSize(8);
    assertThat(streamed.aiMessage().text())
        .isEqualTo(String.join("", heard.pieces))
        .isEqualTo(chat("sim", NodeProcess.KEY).chat("Hello"));
    assertThat(streamed.tokenUsage().outputTokenCount()).isEqualTo(8);
    assertThat(streamed.finishReason()).isIn(FinishReason.LENGTH, FinishReason.STOP);
  }

  @Test
  void a_text_is_continued_as_known() {
    Response<String> answer =
        OpenAiLanguageModel.builder()
            .baseUrl(base)
            .apiKey(NodeProcess.KEY)
            .modelName("tale-1.1m")
            .temperature(0.0)
            .timeout(LONGEST)
            .build()
            .generate(ONCE);
    assertThat(answer.content()).startsWith(TOLD);
    assertThat(answer.tokenUsage().outputTokenCount()).isEqualTo(16);
    assertThat(answer.finishReason()).isEqualTo(FinishReason.LENGTH);
  }

  @Test
  void a_text_streams_as_known() throws Exception {
    Heard<Response<String>> heard = new Heard<>();
    OpenAiStreamingLanguageModel.builder()
        .baseUrl(base)
        .apiKey(NodeProcess.KEY)
        .modelName("tale-1.1m")
        .temperature(0.0)
        .timeout(LONGEST)
        .build()
        .generate(
            ONCE,
            new StreamingResponseHandler<>() {
              @Override
              public void onNext(String piece) {
                heard.piece(piece);
              }

              @Override
              public void onComplete(Response<String> whole) {
                heard.end.complete(whole);
              }

              @Override
              public void onError(Throwable failure) {
                heard.end.completeExceptionally(failure);
              }
            });
    assertThat(heard.await().content()).startsWith(TOLD);
    assertThat(heard.pieces).hasSizeGreaterThan(8);
  }

  @Test
  void embeddings_are_near_where_the_meaning_is() {
    List<Embedding> vectors =
        OpenAiEmbeddingModel.builder()
            .baseUrl(base)
            .apiKey(NodeProcess.KEY)
            .modelName("minilm")
            .timeout(LONGEST)
            .build()
            .embedAll(
                List.of(
                    TextSegment.from("How do I reset my password?"),
                    TextSegment.from("I forgot my password, how can I change it?"),
                    TextSegment.from("The weather is nice today")))
            .content();
    assertThat(vectors).allSatisfy(vector -> assertThat(vector.dimension()).isEqualTo(384));
    assertThat(CosineSimilarity.between(vectors.get(0), vectors.get(1))).isGreaterThan(0.8);
    assertThat(CosineSimilarity.between(vectors.get(0), vectors.get(2))).isLessThan(0.2);
  }

  @Test
  void each_refusal_is_the_exception_that_names_it() {
    OpenAiChatModel stranger = chat("sim", "mk_nobody");
    OpenAiChatModel unknown = chat("gpt-none", NodeProcess.KEY);
    OpenAiChatModel noChat = chat("tale-1.1m", NodeProcess.KEY);
    assertThatThrownBy(() -> stranger.chat("Hello")).isInstanceOf(AuthenticationException.class);
    assertThatThrownBy(() -> unknown.chat("Hello")).isInstanceOf(ModelNotFoundException.class);
    assertThatThrownBy(() -> noChat.chat("Hello"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("/v1/completions");
  }

  @Test
  void an_error_in_mid_stream_is_an_error() {
    Heard<ChatResponse> heard = new Heard<>();
    OpenAiStreamingChatModel.builder()
        .baseUrl(base)
        .apiKey(NodeProcess.KEY)
        .modelName("sim")
        .maxTokens(2_000)
        .customHeaders(Map.of("x-millrace-deadline-ms", "1500"))
        .timeout(LONGEST)
        .build()
        .chat("Hello", into(heard));
    // It reads no error out of a stream: that the connection is cut is all that it tells.
    assertThatThrownBy(heard::await).hasCauseInstanceOf(LangChain4jException.class);
    assertThat(heard.pieces).isNotEmpty();
  }

  @Test
  void a_full_lane_is_a_rate_limit_and_is_asked_again() throws Exception {
    var builder =
        OpenAiChatModel.builder()
            .baseUrl(base)
            .apiKey(NodeProcess.KEY)
            .modelName("sim")
            .maxTokens(4)
            .customHeaders(FullLane.HEADERS)
            .timeout(LONGEST);
    try (FullLane lane = new FullLane(node)) {
      OpenAiChatModel hasty = builder.maxRetries(0).build();
      assertThatThrownBy(() -> hasty.chat("Hello")).isInstanceOf(RateLimitException.class);
      OpenAiChatModel patient = builder.maxRetries(8).build();
      assertThat(lane.freedOnceRefused(() -> patient.chat("Hello"))).isNotEmpty();
    }
  }

  @Test
  void a_cancelled_stream_ends_its_task() throws Exception {
    Cancels.by(
        node,
        () -> {
          CompletableFuture<String> first = new CompletableFuture<>();
          streamingChat(base, 2_000).chat("Hello", leaving(first));
          assertThat(first.get(30, TimeUnit.SECONDS)).isNotEmpty();
        });
  }

  /** Leaves at the first piece. */
  private static StreamingChatResponseHandler leaving(CompletableFuture<String> first) {
    return new StreamingChatResponseHandler() {
      @Override
      public void onPartialResponse(PartialResponse piece, PartialResponseContext context) {
        context.streamingHandle().cancel();
        first.complete(piece.text());
      }

      @Override
      public void onCompleteResponse(ChatResponse whole) {
        first.completeExceptionally(new AssertionError("it ended: " + whole));
      }

      @Override
      public void onError(Throwable failure) {
        first.completeExceptionally(failure);
      }
    };
  }

  @Test
  void a_node_killed_in_mid_stream_is_a_failure_to_the_client() throws Exception {
    Heard<ChatResponse> heard = new Heard<>();
    try (NodeProcess node =
        NodeProcess.start(folder, "models: {simulated: true, bundled: false}\n")) {
      streamingChat(node.url() + "/v1", 2_000).chat("Hello", into(heard));
      assertThat(heard.first.get(30, TimeUnit.SECONDS)).isNotEmpty();
      node.kill();
      assertThatThrownBy(heard::await).isNotNull();
      assertThat(heard.end).isCompletedExceptionally();
    }
  }
}
