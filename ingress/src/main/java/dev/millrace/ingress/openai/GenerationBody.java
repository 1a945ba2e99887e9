package dev.millrace.ingress.openai;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.ingress.json.JsonObjectReader;
import dev.millrace.ingress.json.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a completion's body asks for, in either of its two forms. Mutable while it is read. */
final class GenerationBody {

  private static final int NAME_LENGTH = 256;
  private static final int MOST_STOPS = 16;
  private static final int STOP_LENGTH = 256;
  private static final long LONGEST_INTERVAL_MILLIS = 60_000;

  private final boolean chat;
  private final int mostTokens;

  @Nullable String model;
  @Nullable String prompt;
  boolean stream;
  boolean includeUsage;

  private byte @Nullable [] messages;
  private boolean streamOptions;
  private long maxTokens;
  private long intervalMillis = -1;
  private @Nullable Long seed;
  private @Nullable Long topK;
  private @Nullable Double temperature;
  private @Nullable Double topP;
  private @Nullable Double repetitionPenalty;
  private final List<String> stops = new ArrayList<>(0);

  /**
   * @param mostTokens that may be asked for
   */
  GenerationBody(boolean chat, int mostTokens) {
    this.chat = chat;
    this.mostTokens = mostTokens;
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
    if (chat && messages == null) {
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
      case "max_tokens", "max_completion_tokens" -> maxTokens = json.whole(1, mostTokens);
      case "temperature" -> temperature = json.number(0, 2);
      case "top_p" -> topP = json.number(Double.MIN_VALUE, 1);
      case "top_k" -> topK = json.whole(0, 1_000_000);
      case "repetition_penalty" -> repetitionPenalty = json.number(0.01, 100);
      case "seed" -> seed = json.whole(Long.MIN_VALUE, Long.MAX_VALUE);
      case "stop" -> stop(json);
      case "interval_ms" -> intervalMillis = json.whole(0, LONGEST_INTERVAL_MILLIS);
      case "prompt" -> {
        return !chat && prompt(json);
      }
      case "messages" -> {
        return chat && messages(json);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private void streamOptions(JsonObjectReader json) {
    streamOptions = true;
    JsonObjectReader options = json.object();
    for (String name; (name = options.nextField()) != null; ) {
      if (name.equals("include_usage") && !options.isNull()) {
        includeUsage = options.truth();
      } else {
        options.skip();
      }
    }
  }

  private void stop(JsonObjectReader json) {
    if (json.isText()) {
      stops.add(stopText(json));
    } else {
      json.elements(MOST_STOPS, () -> stops.add(stopText(json)));
    }
  }

  private static String stopText(JsonObjectReader json) {
    String stop = json.text(STOP_LENGTH);
    if (stop.isEmpty()) {
      throw json.unexpected("a text that is not empty");
    }
    return stop;
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

  private boolean messages(JsonObjectReader json) {
    byte[] raw = json.raw();
    try (JsonObjectReader again = JsonObjectReader.ofField("messages", raw, "")) {
      again.nextField();
      ChatMessages.check(again);
      again.nextField();
    }
    messages = raw;
    return true;
  }

  /** The canonical input of a generator. */
  byte[] generatorInput() {
    JsonText json = new JsonText();
    json.beginObject();
    if (prompt != null) {
      json.field("prompt", prompt);
    }
    if (messages != null) {
      json.name("messages").raw(new String(messages, StandardCharsets.UTF_8));
    }
    // The public contract's default where completions name none; chats go on to the model's end.
    if (maxTokens != 0 || !chat) {
      json.field("max_tokens", maxTokens == 0 ? Math.min(16, mostTokens) : maxTokens);
    }
    number("temperature", temperature, json);
    number("top_p", topP, json);
    number("repetition_penalty", repetitionPenalty, json);
    whole("top_k", topK, json);
    whole("seed", seed, json);
    if (!stops.isEmpty()) {
      json.name("stop").beginArray();
      stops.forEach(json::value);
      json.endArray();
    }
    return json.endObject().toUtf8();
  }

  /** What the simulator takes: as many tokens as are asked for, whatever the text says. */
  byte[] simulatorInput() {
    JsonText json = new JsonText();
    json.beginObject().field("tokens", maxTokens == 0 ? 16 : maxTokens);
    if (intervalMillis >= 0) {
      json.field("interval_ms", intervalMillis);
    }
    return json.endObject().toUtf8();
  }

  private static void number(String name, @Nullable Double value, JsonText json) {
    if (value != null) {
      json.name(name).value(value.doubleValue());
    }
  }

  private static void whole(String name, @Nullable Long value, JsonText json) {
    if (value != null) {
      json.field(name, value.longValue());
    }
  }
}
