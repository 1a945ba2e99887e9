package dev.millrace.ingress.openai;

import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.model.ModelSpec;
import dev.millrace.domain.model.ModelSpec.RuntimeKind;
import dev.millrace.ingress.json.JsonObjectReader;
import dev.millrace.ingress.json.JsonText;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What a response's body asks for. Mutable while it is read. */
final class ResponseBody {

  private static final int NAME_LENGTH = 256;
  private static final int MOST_METADATA = 16;
  private static final int METADATA_NAME = 64;
  private static final int METADATA_VALUE = 512;

  private final GenerationOptions options;
  private final ChatInput conversation = new ChatInput();
  private final ResponseInput input = new ResponseInput();
  private @Nullable String instructions;
  private String format = ResponseAsked.TEXT;
  private String metadata = ResponseAsked.NO_METADATA;
  private boolean streamOptions;

  @Nullable String model;
  boolean stream;
  boolean background;
  boolean store = true;

  /**
   * @param mostTokens that may be asked for
   */
  ResponseBody(int mostTokens) {
    this.options = new GenerationOptions(mostTokens);
  }

  /**
   * @throws ProblemException naming the parameter, when the body is not one that can be served
   */
  void read(byte[] utf8) {
    try (JsonObjectReader json = new JsonObjectReader(utf8)) {
      for (String name; (name = json.nextField()) != null; ) {
        if (!json.isNull() && !field(name, json) && !Neutral.readOfResponse(name, json)) {
          json.skip();
        }
      }
    }
    if (input.isEmpty()) {
      throw new ProblemException(
          Problem.invalid("/input", "nothing", "a text or a list of messages"));
    }
    if (streamOptions && !stream) {
      throw new ProblemException(
          Problem.invalid("/stream_options", "given", "it with \"stream\": true only"));
    }
    if (background && !store) {
      throw new ProblemException(
          Problem.invalid(
              "/store", "false", "true, or no \"background\": what runs there is kept"));
    }
    conversation.messages(input.messages(instructions), input.firstImage());
  }

  private boolean field(String name, JsonObjectReader json) {
    switch (name) {
      case "model" -> model = json.text(NAME_LENGTH);
      case "input" -> input.read(json);
      case "instructions" -> instructions = json.text();
      case "stream" -> stream = json.truth();
      case "background" -> background = json.truth();
      case "store" -> store = json.truth();
      case "max_output_tokens" -> options.readMaxTokens(json);
      case "text" -> text(json.object());
      case "metadata" -> metadata = metadata(json);
      case "stream_options" -> {
        streamOptions = true;
        json.skip();
      }
      default -> {
        return options.read(name, json);
      }
    }
    return true;
  }

  private void text(JsonObjectReader text) {
    for (String name; (name = text.nextField()) != null; ) {
      if (text.isNull()) {
        text.skip();
      } else if (name.equals("format")) {
        format(text);
      } else if (name.equals("verbosity") && !text.text(NAME_LENGTH).equals("medium")) {
        throw text.unexpected("medium: the model decides how much it says");
      } else {
        text.skip();
      }
    }
  }

  private void format(JsonObjectReader text) {
    String place = text.pointer();
    byte[] raw = text.raw();
    byte[] asChat = AnswerFormat.ofResponse(raw);
    if (asChat != null) {
      format = new String(raw, StandardCharsets.UTF_8);
      conversation.format(asChat, place);
    }
  }

  private static String metadata(JsonObjectReader json) {
    JsonText kept = new JsonText().beginObject();
    JsonObjectReader pairs = json.object();
    int count = 0;
    for (String name; (name = pairs.nextField()) != null; ) {
      if (++count > MOST_METADATA || name.length() > METADATA_NAME) {
        throw pairs.unexpected(
            "at most " + MOST_METADATA + " names of at most " + METADATA_NAME + " characters");
      }
      kept.field(name, pairs.text(METADATA_VALUE));
    }
    return kept.endObject().toString();
  }

  ResponseAsked asked() {
    return new ResponseAsked(
        instructions, options.temperature, options.topP, options.maxTokens, format, metadata);
  }

  /**
   * The input that the model takes.
   *
   * @throws ProblemException naming the parameter that this model cannot serve
   */
  byte[] modelInput(ModelSpec spec) {
    conversation.require(spec);
    options.require(spec);
    if (spec.runtime() == RuntimeKind.SIM) {
      return options.simulatorInput();
    }
    JsonText json = new JsonText();
    json.beginObject();
    conversation.write(json);
    options.write(0, json);
    return json.endObject().toUtf8();
  }
}
