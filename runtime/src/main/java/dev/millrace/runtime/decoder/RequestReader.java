package dev.millrace.runtime.decoder;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.task.Input;
import dev.millrace.runtime.json.FieldValues;
import dev.millrace.runtime.json.StrictJson;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads {@code {"prompt", "max_tokens", "temperature", ...}}; unknown fields are ignored. */
final class RequestReader {

  private static final int MOST_TOKENS = 1 << 20;
  private static final int MOST_TOP_K = 1 << 20;
  private static final int MOST_STOPS = 16;
  private static final int LONGEST_STOP = 256;

  private @Nullable String prompt;
  private int maxTokens = MOST_TOKENS;
  private double temperature;
  private double topP = 1;
  private int topK;
  private double repetitionPenalty = 1;
  private long seed;
  private final List<String> stop = new ArrayList<>();

  private RequestReader(long seedWhenAbsent) {
    this.seed = seedWhenAbsent;
  }

  /**
   * @param seedWhenAbsent the same for every attempt of a task
   * @throws ProblemException naming the field, what was found and what is expected
   */
  static GenerateRequest read(Input input, long seedWhenAbsent) {
    if (!(input instanceof Input.Json(var utf8))) {
      throw new ProblemException(
          new Problem(
              ErrorCode.UNSUPPORTED,
              "/input: tensors (expected: an object with a prompt)",
              "/input",
              0));
    }
    return new RequestReader(seedWhenAbsent).read(utf8);
  }

  private GenerateRequest read(byte[] utf8) {
    try (JsonParser parser = StrictJson.open(utf8)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw FieldValues.invalid("/input", "no object", "an object with a prompt");
      }
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        // A null is how many clients say that they have no opinion.
        if (parser.nextToken() != JsonToken.VALUE_NULL) {
          field(name, parser);
        }
      }
    } catch (JacksonException malformed) {
      throw StrictJson.malformed("/input", malformed);
    }
    if (prompt == null) {
      throw FieldValues.invalid("/input/prompt", "absent", "a text");
    }
    return new GenerateRequest(
        prompt, maxTokens, temperature, topP, topK, repetitionPenalty, seed, List.copyOf(stop));
  }

  private void field(String name, JsonParser parser) {
    String place = "/input/" + name;
    switch (name) {
      case "prompt" -> prompt = FieldValues.text(parser, place);
      case "max_tokens" -> maxTokens = (int) FieldValues.integer(parser, place, 1, MOST_TOKENS);
      case "temperature" -> temperature = FieldValues.real(parser, place, 0, 2);
      case "top_p" -> topP = FieldValues.real(parser, place, Double.MIN_VALUE, 1);
      case "top_k" -> topK = (int) FieldValues.integer(parser, place, 0, MOST_TOP_K);
      case "repetition_penalty" -> repetitionPenalty = FieldValues.real(parser, place, 0.1, 10);
      case "seed" -> seed = FieldValues.integer(parser, place, Long.MIN_VALUE, Long.MAX_VALUE);
      case "stop" -> stops(parser, place);
      default -> parser.skipChildren();
    }
  }

  private void stops(JsonParser parser, String place) {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      stop.add(stop(parser, place));
      return;
    }
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (stop.size() == MOST_STOPS) {
        throw FieldValues.invalid(
            place, "more than " + MOST_STOPS + " texts", "at most " + MOST_STOPS);
      }
      stop.add(stop(parser, place + "/" + stop.size()));
    }
  }

  private static String stop(JsonParser parser, String place) {
    String text = FieldValues.text(parser, place);
    if (text.isEmpty() || text.length() > LONGEST_STOP) {
      throw FieldValues.invalid(place, text.length() + " characters", "1.." + LONGEST_STOP);
    }
    return text;
  }
}
