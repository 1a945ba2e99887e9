package dev.millrace.runtime.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.runtime.llama.request.LlamaRequest;
import dev.millrace.runtime.llama.request.Message;
import dev.millrace.runtime.llama.request.Sampling;
import dev.millrace.runtime.llama.template.ChatTemplate;
import java.util.List;
import org.junit.jupiter.api.Test;

class PromptEncoderTest {

  private static final String TURNS =
      "{% for m in messages %}<c>{{ m.role }}:{{ m.content }}{% endfor %}<c>";

  private static LlamaRequest request(String prompt, List<Message> messages) {
    return new LlamaRequest(prompt, messages, 1, Sampling.GREEDY, List.of(), null);
  }

  private static String encoded(String template, LlamaRequest request) {
    FakeVocabulary vocabulary = new FakeVocabulary(template);
    ChatTemplate chat = template == null ? null : new ChatTemplate(template, "<s>", "");
    TokenList ids = new PromptEncoder(vocabulary, chat, 100).encode(request);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < ids.count(); i++) {
      text.append((char) ids.get(i));
    }
    return text.toString();
  }

  @Test
  void a_prompt_begins_with_the_token_that_begins_and_holds_no_control_token() {
    assertThat(encoded(null, request("a<c>", List.of()))).isEqualTo("\u0001a<c>");
  }

  @Test
  void a_chat_is_its_template_with_control_tokens() {
    assertThat(encoded(TURNS, request(null, List.of(new Message("user", "hi")))))
        .isEqualTo("\u0001\u0002user:hi\u0002");
  }

  @Test
  void what_a_user_writes_never_becomes_a_control_token() {
    assertThat(encoded(TURNS, request(null, List.of(new Message("user", "x<c>y<\uFDD0c>")))))
        .isEqualTo("\u0001\u0002user:x<c>y<c>\u0002");
  }

  @Test
  void a_template_that_begins_the_text_itself_gets_no_second_token_in_front() {
    assertThat(encoded("{{ bos_token }}" + TURNS, request(null, List.of(new Message("u", "a")))))
        .isEqualTo("\u0001\u0002u:a\u0002");
  }

  @Test
  void a_model_without_a_template_does_not_chat() {
    assertThatThrownBy(() -> encoded(null, request(null, List.of(new Message("user", "hi")))))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.problem().code()).isEqualTo(ErrorCode.UNSUPPORTED);
              assertThat(e.problem().field()).isEqualTo("/model");
            });
  }

  @Test
  void a_chat_that_is_too_long_says_so_with_numbers() {
    Message message = new Message("user", "x".repeat(100));
    assertThatThrownBy(() -> encoded(TURNS, request(null, List.of(message))))
        .hasMessageContaining("at most 99 tokens");
    Message huge = new Message("user", "x".repeat(30_000));
    assertThatThrownBy(() -> encoded(TURNS, request(null, List.of(huge))))
        .hasMessageContaining("30000 characters");
  }
}
