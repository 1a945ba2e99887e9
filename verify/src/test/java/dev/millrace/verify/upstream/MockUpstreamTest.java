package dev.millrace.verify.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;

class MockUpstreamTest {

  private static HttpResponse<String> ask(MockUpstream upstream, String model, String more)
      throws Exception {
    String body = "{\"model\":\"" + model + "\",\"prompt\":\"x\"" + more + "}";
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create(upstream.url() + "/completions"))
              .version(HttpClient.Version.HTTP_1_1)
              .POST(BodyPublishers.ofString(body))
              .build(),
          BodyHandlers.ofString());
    }
  }

  @Test
  void it_answers_whole_or_streamed_as_many_tokens_as_asked_for() throws Exception {
    try (MockUpstream upstream = MockUpstream.start(0)) {
      assertThat(ask(upstream, "mock", ",\"max_tokens\":2").body()).contains("\" w0 w1\"");
      assertThat(ask(upstream, "mock?tokens=2", ",\"stream\":true").body())
          .contains("\" w0\"", "\" w1\"", "\"stop\"", "\"completion_tokens\":2")
          .endsWith("data: [DONE]\n\n");
      assertThat(upstream.requests()).isEqualTo(2);
    }
  }

  @Test
  void its_faults_are_what_their_names_say() throws Exception {
    try (MockUpstream upstream = MockUpstream.start(0)) {
      assertThat(ask(upstream, "mock?fault=status&status=503", "").statusCode()).isEqualTo(503);
      assertThatThrownBy(() -> ask(upstream, "mock?fault=cut&at=1", ",\"stream\":true"))
          .isInstanceOf(IOException.class);
      assertThat(ask(upstream, "mock?fault=unsigned", ",\"stream\":true").body())
          .contains("\"length\"")
          .doesNotContain("[DONE]");
      assertThat(ask(upstream, "mock?fault=unfinished&at=1", ",\"stream\":true").body())
          .doesNotContain("\"length\"");
      assertThat(ask(upstream, "mock?calls=1", ",\"stream\":true").body())
          .contains("\"call_0\"", "\"tool_calls\"", "[DONE]");
      assertThat(ask(upstream, "mock?usage=false", ",\"stream\":true").body())
          .doesNotContain("usage");
    }
  }

  @Test
  void models_that_ask_for_nothing_answer_as_is_usual_here() throws Exception {
    try (MockUpstream upstream = MockUpstream.start(0, "tokens=1")) {
      assertThat(ask(upstream, "mock", "").body()).contains("\" w0\"");
      assertThat(ask(upstream, "mock?tokens=2", "").body()).contains("\" w0 w1\"");
    }
  }

  @Test
  void a_behaviour_that_is_none_is_refused_by_name() {
    assertThatThrownBy(() -> Behaviour.of("mock?speed=1")).hasMessageContaining("speed");
    assertThatThrownBy(() -> Behaviour.of("mock?tokens=-2")).hasMessageContaining("tokens");
  }
}
