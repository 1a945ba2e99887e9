package dev.millrace.verify.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIIoException;
import com.openai.errors.RateLimitException;
import com.openai.errors.SseException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.completions.CompletionCreateParams;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseRetrieveParams;
import com.openai.models.responses.ResponseStatus;
import com.openai.models.responses.ResponseStreamEvent;
import dev.millrace.verify.node.Assets;
import dev.millrace.verify.node.NodeProcess;
import dev.millrace.verify.node.SharedNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The official OpenAI client for Java, which can hold every answer against its own schema. */
@EnabledIf("dev.millrace.verify.node.Assets#present")
@ExtendWith(SharedNode.class)
class OpenAiJavaTest {

  private final OpenAIClient client;

  @TempDir private Path folder;

  OpenAiJavaTest(NodeProcess node) {
    assertThat(Assets.present()).isTrue();
    this.client = client(node.url(), NodeProcess.KEY);
  }

  @AfterEach
  void close() {
    client.close();
  }

  private static OpenAIClient client(String url, String key) {
    return OpenAIOkHttpClient.builder()
        .baseUrl(url + "/v1")
        .apiKey(key)
        .maxRetries(0)
        .timeout(Duration.ofSeconds(30))
        .build();
  }

  private static ChatCompletionCreateParams.Builder chat(long tokens, int intervalMillis) {
    return ChatCompletionCreateParams.builder()
        .model("sim")
        .addUserMessage("Hello")
        .maxCompletionTokens(tokens)
        .putAdditionalBodyProperty("interval_ms", JsonValue.from(intervalMillis));
  }

  private static ResponseCreateParams.Builder response(long tokens, int intervalMillis) {
    return ResponseCreateParams.builder()
        .model("sim")
        .input("Hello")
        .maxOutputTokens(tokens)
        .putAdditionalBodyProperty("interval_ms", JsonValue.from(intervalMillis));
  }

  private static <T> List<T> all(StreamResponse<T> stream) {
    try (stream) {
      return stream.stream().toList();
    }
  }

  private static String said(List<ResponseStreamEvent> events) {
    return events.stream()
        .flatMap(event -> event.outputTextDelta().stream())
        .map(delta -> delta.delta())
        .collect(Collectors.joining());
  }

  private static String text(Response response) {
    return response.output().getFirst().asMessage().content().getFirst().asOutputText().text();
  }

  @Test
  void a_chat_streams_and_says_the_same_as_the_whole_one() {
    ChatCompletion whole = client.chat().completions().create(chat(8, 0).build()).validate();
    List<ChatCompletionChunk> chunks =
        all(client.chat().completions().createStreaming(chat(8, 0).build()));
    String said =
        chunks.stream()
            .map(chunk -> chunk.validate().choices().getFirst().delta().content().orElse(""))
            .collect(Collectors.joining());
    assertThat(said).isEqualTo(whole.choices().getFirst().message().content().orElseThrow());
    assertThat(whole.usage().orElseThrow().completionTokens()).isEqualTo(8);
  }

  @Test
  void a_completion_is_the_known_one() {
    var asked =
        CompletionCreateParams.builder()
            .model("tale-1.1m")
            .prompt("Once upon a time")
            .maxTokens(12)
            .temperature(0)
            .build();
    assertThat(client.completions().create(asked).choices().getFirst().text())
        .startsWith(", there was a little girl");
  }

  @Test
  void embeddings_come_as_numbers() {
    var asked =
        EmbeddingCreateParams.builder()
            .model("minilm")
            .inputOfArrayOfStrings(List.of("one", "two"))
            .build();
    var data = client.embeddings().create(asked).data();
    assertThat(data).hasSize(2);
    assertThat(data.getLast().embedding()).hasSize(384);
  }

  @Test
  void a_response_and_each_of_its_events_are_valid_and_say_the_same() {
    Response whole = client.responses().create(response(8, 0).build()).validate();
    List<ResponseStreamEvent> events =
        all(client.responses().createStreaming(response(8, 0).build()));
    events.forEach(ResponseStreamEvent::validate);
    assertThat(said(events)).isEqualTo(text(whole));
    assertThat(text(events.getLast().completed().orElseThrow().response())).isEqualTo(text(whole));
    assertThat(whole.usage().orElseThrow().outputTokens()).isEqualTo(8);
  }

  @Test
  void a_response_in_the_background_is_left_and_followed_on() {
    List<ResponseStreamEvent> events = new ArrayList<>();
    try (var stream = client.responses().createStreaming(background(40, 5))) {
      Iterator<ResponseStreamEvent> each = stream.stream().iterator();
      while (events.size() < 12) {
        events.add(each.next());
      }
    }
    String name = events.getFirst().created().orElseThrow().response().id();
    long seen = events.getLast().outputTextDelta().orElseThrow().sequenceNumber();
    assertThat(seen).isEqualTo(11);
    events.addAll(
        all(
            client
                .responses()
                .retrieveStreaming(
                    name, ResponseRetrieveParams.builder().startingAfter(seen).build())));
    events.forEach(ResponseStreamEvent::validate);
    Response whole = client.responses().retrieve(name).validate();
    assertThat(whole.status()).contains(ResponseStatus.COMPLETED);
    assertThat(said(events)).isEqualTo(text(whole));
  }

  private static ResponseCreateParams background(long tokens, int intervalMillis) {
    return response(tokens, intervalMillis).background(true).build();
  }

  @Test
  void a_response_in_the_background_is_cancelled() {
    String name = client.responses().create(background(2000, 30)).id();
    assertThat(client.responses().cancel(name).status()).contains(ResponseStatus.CANCELLED);
  }

  @Test
  void an_error_in_mid_stream_is_an_error() {
    var late = chat(2000, 20).putAdditionalHeader("x-millrace-deadline-ms", "1500").build();
    assertThatThrownBy(() -> all(client.chat().completions().createStreaming(late)))
        .isInstanceOf(SseException.class);
    var response = response(2000, 20).putAdditionalHeader("x-millrace-deadline-ms", "1500").build();
    var failed = all(client.responses().createStreaming(response)).getLast().failed();
    assertThat(failed.orElseThrow().response().error().orElseThrow().code().asString())
        .isEqualTo("deadline_exceeded");
  }

  @Test
  void a_full_lane_is_a_rate_limit_and_is_waited_for(NodeProcess node) throws Exception {
    var asked = chat(4, 0).putAdditionalHeader("x-millrace-class", "sheddable").build();
    try (FullLane lane = new FullLane(node)) {
      assertThatThrownBy(() -> client.chat().completions().create(asked))
          .isInstanceOf(RateLimitException.class);
      OpenAIClient patient = client.withOptions(options -> options.maxRetries(3));
      ChatCompletion answer =
          lane.freedOnceRefused(() -> patient.chat().completions().create(asked));
      assertThat(answer.usage().orElseThrow().completionTokens()).isEqualTo(4);
    }
  }

  @Test
  void a_closed_stream_ends_its_task(NodeProcess node) throws Exception {
    Cancels.by(
        node,
        () -> {
          try (var stream = client.chat().completions().createStreaming(chat(2000, 20).build())) {
            assertThat(stream.stream().iterator().next().choices()).hasSize(1);
          }
        });
  }

  @Test
  void errors_are_those_of_the_contract() {
    assertThatThrownBy(() -> client.responses().create(response(8, 0).model("gpt-none").build()))
        .isInstanceOf(NotFoundException.class);
    assertThatThrownBy(() -> client.responses().retrieve("resp_1"))
        .isInstanceOf(NotFoundException.class);
    assertThatThrownBy(
            () -> client.responses().create(response(8, 0).previousResponseId("resp_1").build()))
        .isInstanceOfSatisfying(
            BadRequestException.class,
            refused -> assertThat(refused.param()).contains("previous_response_id"));
  }

  @Test
  void a_wrong_key_is_told(NodeProcess node) {
    OpenAIClient stranger = client(node.url(), "mk_nobody");
    assertThatThrownBy(() -> stranger.models().list()).isInstanceOf(UnauthorizedException.class);
    stranger.close();
  }

  @Test
  void a_node_killed_in_mid_stream_is_a_failure_to_the_client() {
    try (NodeProcess node =
        NodeProcess.start(folder, "models: {simulated: true, bundled: false}\n")) {
      OpenAIClient cut = client(node.url(), NodeProcess.KEY);
      try (var stream = cut.responses().createStreaming(response(2000, 20).build())) {
        Iterator<ResponseStreamEvent> each = stream.stream().iterator();
        for (int i = 0; i < 8; i++) {
          each.next();
        }
        node.kill();
        assertThatThrownBy(() -> each.forEachRemaining(_ -> {}))
            .isInstanceOf(OpenAIIoException.class);
      } finally {
        cut.close();
      }
    }
  }
}
