package dev.millrace.runtime.sim;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.task.Input;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * What one task asks of the simulated model. Every field may be left out; none may be unknown.
 *
 * @param tokens to answer with, 0..4,096
 * @param intervalMillis between tokens, and before the first; 0..10,000
 * @param serviceMillis of real processor time before the first token, 0..10,000
 * @param failRate the share of attempts that fail somewhere, 0..1
 */
record SimRequest(int tokens, int intervalMillis, int serviceMillis, double failRate) {

  static final int MOST_TOKENS = 4_096;
  static final int LONGEST_MILLIS = 10_000;
  static final SimRequest DEFAULT = new SimRequest(16, 20, 0, 0);

  private static final int MOST_BYTES = 65_536;
  private static final String FIELDS = "tokens, interval_ms, service_ms, fail_rate";
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(8)
                  .maxNumberLength(32)
                  .maxNameLength(64)
                  .maxStringLength(256)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  /**
   * @throws ProblemException with the field, the value found and the value expected
   */
  static SimRequest parse(Input input) {
    return switch (input) {
      case Input.Tensors tensors ->
          throw invalid("/input", tensors.tensors().size() + " tensors", "a JSON object");
      case Input.Json(var utf8) -> parse(utf8);
    };
  }

  private static SimRequest parse(byte[] utf8) {
    if (utf8.length > MOST_BYTES) {
      throw new ProblemException(
          Problem.of(
              ErrorCode.TOO_LARGE,
              "/input: " + utf8.length + " bytes (expected: at most " + MOST_BYTES + ")"));
    }
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), utf8)) {
      return parse(parser);
    } catch (JacksonException malformed) {
      throw invalid("/input", "not JSON: " + malformed.getOriginalMessage(), "a JSON object");
    }
  }

  private static SimRequest parse(JsonParser parser) {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw invalid("/input", found(parser), "a JSON object");
    }
    SimRequest request = DEFAULT;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      request = request.with(name, parser);
    }
    if (parser.nextToken() != null) {
      throw invalid("/input", found(parser) + " after the object", "its end");
    }
    return request;
  }

  private SimRequest with(String name, JsonParser value) {
    return switch (name) {
      case "tokens" ->
          new SimRequest(whole(name, value, MOST_TOKENS), intervalMillis, serviceMillis, failRate);
      case "interval_ms" ->
          new SimRequest(tokens, whole(name, value, LONGEST_MILLIS), serviceMillis, failRate);
      case "service_ms" ->
          new SimRequest(tokens, intervalMillis, whole(name, value, LONGEST_MILLIS), failRate);
      case "fail_rate" -> new SimRequest(tokens, intervalMillis, serviceMillis, rate(name, value));
      default -> throw invalid("/input", "a field \"" + name + "\"", "one of " + FIELDS);
    };
  }

  private static int whole(String name, JsonParser value, int most) {
    String expected = "a whole number 0.." + most;
    if (value.currentToken() != JsonToken.VALUE_NUMBER_INT) {
      throw invalid("/input/" + name, found(value), expected);
    }
    // A number too long for a long is out of range, not malformed.
    boolean small = value.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
    long number = small ? value.getLongValue() : -1;
    if (number < 0 || number > most) {
      throw invalid("/input/" + name, found(value), expected);
    }
    return (int) number;
  }

  private static double rate(String name, JsonParser value) {
    boolean numeric = value.currentToken().isNumeric();
    double number = numeric ? value.getDoubleValue() : -1;
    if (!(number >= 0 && number <= 1)) {
      throw invalid("/input/" + name, found(value), "a number 0..1");
    }
    return number;
  }

  /** Numbers as they stand, anything else by its sort alone: it may be private. */
  private static String found(JsonParser parser) {
    JsonToken token = parser.currentToken();
    if (token == null) {
      return "nothing";
    }
    return switch (token) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "a list";
      case VALUE_STRING -> "a text";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getString();
      default -> token.name().replace("VALUE_", "").toLowerCase(Locale.ROOT);
    };
  }

  private static ProblemException invalid(String field, String found, String expected) {
    return new ProblemException(Problem.invalid(field, found, expected));
  }
}
