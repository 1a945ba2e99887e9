package dev.millrace.runtime.llama;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.runtime.llama.port.Vocabulary;
import dev.millrace.runtime.llama.request.LlamaRequest;
import dev.millrace.runtime.llama.request.Message;
import dev.millrace.runtime.llama.template.ChatTemplate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Prompts and chats as ids. What a user wrote never becomes a control token: where it looks like
 * one, a mark is put into it before the template is filled in, and the text is cut there before it
 * is encoded.
 */
final class PromptEncoder {

  /** No character, by Unicode's own word; taken out of what users write. */
  private static final char MARK = '\uFDD0';

  private static final int CHARS_PER_TOKEN = 256;

  private final Vocabulary vocabulary;
  private final @Nullable ChatTemplate template;
  private final int context;
  private final List<String> controls;

  PromptEncoder(Vocabulary vocabulary, @Nullable ChatTemplate template, int context) {
    this.vocabulary = vocabulary;
    this.template = template;
    this.context = context;
    this.controls = vocabulary.controlTexts().stream().filter(text -> text.length() > 1).toList();
  }

  /**
   * @throws ProblemException when it does not fit the context, or the model does not chat
   */
  TokenList encode(LlamaRequest request) {
    String prompt = request.prompt();
    TokenList ids = new TokenList(64);
    if (prompt != null) {
      requireLength("/input/prompt", prompt.length());
      ids.addAll(vocabulary.encode(prompt, true, false));
    } else {
      chat(request.messages(), ids);
    }
    if (ids.count() == 0) {
      throw new ProblemException(
          Problem.invalid("/input/prompt", "an empty text", "one character at least"));
    }
    if (ids.count() >= context) {
      throw tooLong(place(request), ids.count() + " tokens");
    }
    return ids;
  }

  private static String place(LlamaRequest request) {
    return request.prompt() == null ? "/messages" : "/input/prompt";
  }

  private void chat(List<Message> messages, TokenList ids) {
    ChatTemplate filled = template;
    if (filled == null) {
      throw new ProblemException(
          new Problem(
              ErrorCode.UNSUPPORTED,
              "/model: the model has no chat template (expected: POST /v1/completions with a"
                  + " prompt)",
              "/model",
              0));
    }
    requireLength("/messages", messages.stream().mapToLong(m -> m.content().length()).sum());
    List<Message> marked = new ArrayList<>();
    for (Message message : messages) {
      marked.add(new Message(message.role(), marked(message.content())));
    }
    String text = filled.render(marked);
    boolean begins = !vocabulary.beginText().isEmpty() && text.startsWith(vocabulary.beginText());
    int from = 0;
    while (from <= text.length()) {
      int mark = text.indexOf(MARK, from);
      int to = mark < 0 ? text.length() : mark;
      boolean first = from == 0;
      ids.addAll(vocabulary.encode(text.substring(from, to), first && !begins, true));
      from = to + 1;
    }
  }

  private String marked(String content) {
    String clean = content.replace(String.valueOf(MARK), "");
    for (String control : controls) {
      if (clean.contains(control)) {
        clean = clean.replace(control, control.charAt(0) + "" + MARK + control.substring(1));
      }
    }
    return clean;
  }

  /** Before anything is encoded: no token has that many characters. */
  private void requireLength(String place, long characters) {
    if (characters > (long) context * CHARS_PER_TOKEN) {
      throw tooLong(place, characters + " characters");
    }
  }

  private ProblemException tooLong(String place, String found) {
    return new ProblemException(
        Problem.invalid(place, found, "at most " + (context - 1) + " tokens"));
  }
}
