package dev.millrace.runtime.llama.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.runtime.llama.request.Message;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Templates as models carry them; the expected texts are those of the reference implementation. */
class ChatTemplateTest {

  private static final String SMOLLM2 =
      """
      {% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}\
      {{ '<|im_start|>system\\nYou are a helpful AI assistant named SmolLM, trained by Hugging \
      Face<|im_end|>\\n' }}{% endif %}{{'<|im_start|>' + message['role'] + '\\n' + \
      message['content'] + '<|im_end|>' + '\\n'}}{% endfor %}{% if add_generation_prompt %}\
      {{ '<|im_start|>assistant\\n' }}{% endif %}""";

  private static final String LLAMA2 =
      """
      {% if messages[0]['role'] == 'system' %}{% set loop_messages = messages[1:] %}\
      {% set system_message = messages[0]['content'] %}{% else %}\
      {% set loop_messages = messages %}{% set system_message = false %}{% endif %}\
      {% for message in loop_messages %}\
      {% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}\
      {{ raise_exception('Conversation roles must alternate user/assistant') }}{% endif %}\
      {% if loop.index0 == 0 and system_message != false %}\
      {% set content = '<<SYS>>\\n' + system_message + '\\n<</SYS>>\\n\\n' + message['content'] %}\
      {% else %}{% set content = message['content'] %}{% endif %}\
      {% if message['role'] == 'user' %}{{ bos_token + '[INST] ' + content.strip() + ' [/INST]' }}\
      {% elif message['role'] == 'assistant' %}{{ ' ' + content.strip() + ' ' + eos_token }}\
      {% endif %}{% endfor %}""";

  private static String render(String template, Message... messages) {
    return new ChatTemplate(template, "<s>", "</s>").render(List.of(messages));
  }

  @Test
  void the_template_of_smollm2_adds_its_system_message() {
    assertThat(render(SMOLLM2, new Message("user", "Hi there")))
        .isEqualTo(
            """
            <|im_start|>system
            You are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>
            <|im_start|>user
            Hi there<|im_end|>
            <|im_start|>assistant
            """);
  }

  @Test
  void the_template_of_smollm2_takes_the_callers_system_message() {
    assertThat(
            render(
                SMOLLM2,
                new Message("system", "Be brief."),
                new Message("user", "1 + 1?"),
                new Message("assistant", "2"),
                new Message("user", "0.5 * 4?")))
        .isEqualTo(
            """
            <|im_start|>system
            Be brief.<|im_end|>
            <|im_start|>user
            1 + 1?<|im_end|>
            <|im_start|>assistant
            2<|im_end|>
            <|im_start|>user
            0.5 * 4?<|im_end|>
            <|im_start|>assistant
            """);
  }

  @Test
  void numbers_in_messages_are_joined_as_text_and_never_added() {
    assertThat(render("{{ messages[0]['content'] + '2' }}", new Message("user", "40")))
        .isEqualTo("402");
  }

  @Test
  void the_template_of_llama_2_sets_slices_and_strips() {
    assertThat(render(LLAMA2, new Message("system", "S"), new Message("user", " Hi ")))
        .isEqualTo("<s>[INST] <<SYS>>\nS\n<</SYS>>\n\n Hi [/INST]".replace(" Hi ", " Hi "));
  }

  @Test
  void a_template_refuses_messages_in_its_own_words() {
    assertThatThrownBy(() -> render(LLAMA2, new Message("assistant", "Hi")))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.problem().code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
              assertThat(e.problem().message()).contains("roles must alternate");
            });
  }

  @Test
  void braces_in_a_message_are_text_and_no_template() {
    String hostile = "{{ 7 * 7 }}{% for i in range(9) %}x{% endfor %}{# gone #}";
    assertThat(render("[{{ messages[0].content }}]", new Message("user", hostile)))
        .isEqualTo("[" + hostile + "]");
  }

  @Test
  void markup_in_a_message_is_not_escaped() {
    assertThat(render("{{ messages[0].content }}", new Message("user", "<b> & \"q\" 'é' 😀\n")))
        .isEqualTo("<b> & \"q\" 'é' 😀\n");
  }

  @Test
  void a_template_reads_no_file_and_reaches_no_class() {
    assertThat(escape("{% include '/etc/passwd' %}")).doesNotContain("root");
    assertThat(escape("{{ messages.getClass().forName('java.lang.Runtime') }}"))
        .doesNotContain("Runtime");
    assertThat(escape("{{ ''.class.protectionDomain }}")).doesNotContain("ProtectionDomain");
  }

  @Test
  @Timeout(20)
  void a_template_that_runs_away_is_stopped() {
    String loops =
        "{% for a in range(16000) %}{% for b in range(16000) %}xxxxxxxxxxxxxxxxxxxxxxxx"
            + "{% endfor %}{% endfor %}";
    assertThat(escape(loops).length()).isLessThan(17 << 20);
    assertThat(escape("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}")).isNotNull();
  }

  /** What comes out, or the refusal. */
  private static String escape(String template) {
    try {
      return render(template, new Message("user", "a"));
    } catch (ProblemException refused) {
      return refused.problem().message();
    }
  }
}
