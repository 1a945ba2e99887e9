package dev.millrace.ingress.openai;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.model.ModelSpec;
import dev.millrace.ingress.json.JsonObjectReader;
import dev.millrace.ingress.json.JsonText;
import org.jspecify.annotations.Nullable;

/** What a completion's body asks for, in either of its two forms. Mutable while it is read. */
final class GenerationBody {

  private static final int NAME_LENGTH = 256;

  /** The public contract's default where completions name none; chats go on to the model's end. */
  private static final int COMPLETION_TOKENS = 16;

  private final boolean chat;
  private final GenerationOptions options;
  private final ChatInput conversation = new ChatInput();
  private final ChatTools tools = new ChatTools();

  @Nullable String model;
  @Nullable String prompt;
  boolean stream;
  boolean includeUsage;

  private boolean streamOptions;

  /**
   * @param mostTokens that may be asked for
   */
  GenerationBody(boolean chat, int mostTokens) {
    this.chat = chat;
    this.options = new GenerationOptions(mostTokens);
  }

  /**
   * @throws ProblemException naming the parameter, when the body is not one that can be served
   */
  void read(byte[] utf8) {
    try (JsonObjectReader json = new JsonObjectReader(utf8)) {
      for (String name; (name = json.nextField()) != null; ) {
        if (!json.isNull() && !field(name, json) && !Neutral.read(name, json)) {
          json.skip();
        }
      }
    }
    if (streamOptions && !stream) {
      throw new ProblemException(
          Problem.invalid("/stream_options", "given", "it with \"stream\": true only"));
    }
    if (chat && !conversation.hasMessages()) {
      throw new ProblemException(Problem.invalid("/messages", "nothing", "a list of messages"));
    }
    if (!chat && prompt == null) {
      throw new ProblemException(Problem.invalid("/prompt", "nothing", "a text"));
    }
  }

  private boolean field(String name, JsonObjectReader json) {
    switch (name) {
      case "model" -> model = json.text(NAME_LENGTH);
      case "stream" -> stream = json.truth();
      case "stream_options" -> streamOptions(json);
      case "max_tokens", "max_completion_tokens" -> options.readMaxTokens(json);
      case "prompt" -> {
        return !chat && prompt(json);
      }
      default -> {
        return options.read(name, json)
            || conversation.readForm(name, json)
            || (chat && (conversation.readMessages(name, json) || tools.read(name, json)));
      }
    }
    return true;
  }

  private void streamOptions(JsonObjectReader json) {
    streamOptions = true;
    JsonObjectReader asked = json.object();
    for (String name; (name = asked.nextField()) != null; ) {
      if (name.equals("include_usage") && !asked.isNull()) {
        includeUsage = asked.truth();
      } else {
        asked.skip();
      }
    }
  }

  private boolean prompt(JsonObjectReader json) {
    if (json.isText()) {
      prompt = json.text();
    } else {
      json.elements(Integer.MAX_VALUE, () -> onePrompt(json));
    }
    return true;
  }

  private void onePrompt(JsonObjectReader json) {
    if (prompt != null || !json.isText()) {
      throw new ProblemException(
          new Problem(
              ErrorCode.UNSUPPORTED,
              "/prompt: "
                  + (json.isText() ? "more than one text" : "tokens")
                  + " (expected: one text; send one request a prompt)",
              "/prompt",
              0));
    }
    prompt = json.text();
  }

  /**
   * @throws ProblemException naming the parameter that this model cannot serve
   */
  void require(ModelSpec spec) {
    conversation.require(spec);
    options.require(spec);
    tools.require(spec);
  }

  /** The canonical input of a generator. */
  byte[] generatorInput() {
    JsonText json = new JsonText();
    json.beginObject();
    if (prompt != null) {
      json.field("prompt", prompt);
    }
    conversation.write(json);
    options.write(chat ? 0 : COMPLETION_TOKENS, json);
    tools.write(json);
    return json.endObject().toUtf8();
  }

  byte[] simulatorInput() {
    return options.simulatorInput();
  }
}
