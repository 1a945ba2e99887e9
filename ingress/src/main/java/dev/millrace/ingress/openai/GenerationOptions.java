package dev.millrace.ingress.openai;

import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.model.ModelSpec;
import dev.millrace.domain.model.ModelSpec.RuntimeKind;
import dev.millrace.ingress.json.JsonObjectReader;
import dev.millrace.ingress.json.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How an answer is to be drawn, as all bodies of this door name it. Mutable while it is read. */
final class GenerationOptions {

  private static final int MOST_STOPS = 16;
  private static final int STOP_LENGTH = 256;
  private static final long LONGEST_INTERVAL_MILLIS = 60_000;
  private static final int SIMULATED_TOKENS = 16;

  /** What language models take beside the rest, and others refuse or pass over. */
  private static final Set<String> FURTHER =
      Set.of("min_p", "presence_penalty", "frequency_penalty");

  /** What only other servers take beside that: values are theirs to judge. */
  private static final Set<String> FURTHER_REMOTE = Set.of("logit_bias", "reasoning_effort");

  private final int mostTokens;
  private final Map<String, byte[]> further = new LinkedHashMap<>(0);
  @Nullable Double temperature;
  @Nullable Double topP;

  /** 0 when the body names none. */
  long maxTokens;

  private long intervalMillis = -1;
  private @Nullable Long seed;
  private @Nullable Long topK;
  private @Nullable Double repetitionPenalty;
  private final List<String> stops = new ArrayList<>(0);

  /**
   * @param mostTokens that may be asked for
   */
  GenerationOptions(int mostTokens) {
    this.mostTokens = mostTokens;
  }

  /**
   * Takes the field at hand if it is one of these.
   *
   * @return false when it is not; its value is still at hand then
   */
  boolean read(String name, JsonObjectReader json) {
    switch (name) {
      case "temperature" -> temperature = json.number(0, 2);
      case "top_p" -> topP = json.number(Double.MIN_VALUE, 1);
      case "top_k" -> topK = json.whole(0, 1_000_000);
      case "repetition_penalty" -> repetitionPenalty = json.number(0.01, 100);
      case "seed" -> seed = json.whole(Long.MIN_VALUE, Long.MAX_VALUE);
      case "stop" -> stop(json);
      case "interval_ms" -> intervalMillis = json.whole(0, LONGEST_INTERVAL_MILLIS);
      default -> {
        if (!FURTHER.contains(name) && !FURTHER_REMOTE.contains(name)) {
          return false;
        }
        further.put(name, json.raw());
      }
    }
    return true;
  }

  /**
   * @throws ProblemException naming the parameter that this model cannot serve
   */
  void require(ModelSpec spec) {
    boolean remote = spec.runtime() == RuntimeKind.REMOTE;
    boolean chats = spec.chats() && spec.runtime() != RuntimeKind.SIM;
    further
        .entrySet()
        .removeIf(
            field -> {
              boolean takes = FURTHER_REMOTE.contains(field.getKey()) ? remote : chats;
              if (!takes) {
                holdNeutral(field.getKey(), field.getValue());
              }
              return !takes;
            });
  }

  private static void holdNeutral(String name, byte[] raw) {
    try (JsonObjectReader json = JsonObjectReader.ofField(name, raw, "")) {
      json.nextField();
      Neutral.read(name, json);
    }
  }

  /** The field at hand as the longest answer that is wanted, whatever its name. */
  void readMaxTokens(JsonObjectReader json) {
    maxTokens = json.whole(1, mostTokens);
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

  /**
   * Writes them as fields of a generator's input.
   *
   * @param tokensWhenAbsent where the body names no longest answer; 0 for the model's end
   */
  void write(int tokensWhenAbsent, JsonText json) {
    long tokens = maxTokens == 0 ? Math.min(tokensWhenAbsent, mostTokens) : maxTokens;
    if (tokens != 0) {
      json.field("max_tokens", tokens);
    }
    number("temperature", temperature, json);
    number("top_p", topP, json);
    number("repetition_penalty", repetitionPenalty, json);
    whole("top_k", topK, json);
    whole("seed", seed, json);
    further.forEach((name, raw) -> json.name(name).raw(new String(raw, StandardCharsets.UTF_8)));
    if (!stops.isEmpty()) {
      json.name("stop").beginArray();
      stops.forEach(json::value);
      json.endArray();
    }
  }

  /** What the simulator takes: as many tokens as are asked for, whatever the text says. */
  byte[] simulatorInput() {
    JsonText json = new JsonText();
    json.beginObject().field("tokens", maxTokens == 0 ? SIMULATED_TOKENS : maxTokens);
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
