package dev.millrace.ingress.openai;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.ingress.json.JsonObjectReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Parameters of the public contract that would change the answer and are not served here: each is
 * taken when its value asks for nothing, and refused by name otherwise.
 */
final class Neutral {

  private static final List<String> NOTHING = List.of();
  private static final List<String> ZERO = List.of("0", "0.0");
  private static final List<String> ONE = List.of("1");
  private static final List<String> FALSE = List.of("false");
  private static final List<String> EMPTY_LIST = List.of("[]");
  private static final List<String> NO_TOOL = List.of("\"none\"", "\"auto\"");

  /** By parameter, the values beside null that ask for nothing. */
  private static final Map<String, List<String>> VALUES =
      Map.ofEntries(
          Map.entry("n", ONE),
          Map.entry("best_of", ONE),
          Map.entry("echo", FALSE),
          Map.entry("logprobs", FALSE),
          Map.entry("store", FALSE),
          Map.entry("top_logprobs", ZERO),
          Map.entry("presence_penalty", ZERO),
          Map.entry("frequency_penalty", ZERO),
          Map.entry("logit_bias", List.of("{}")),
          Map.entry("tools", EMPTY_LIST),
          Map.entry("functions", EMPTY_LIST),
          Map.entry("tool_choice", NO_TOOL),
          Map.entry("function_call", NO_TOOL),
          Map.entry("modalities", List.of("[\"text\"]")),
          Map.entry("suffix", List.of("\"\"")),
          Map.entry("audio", NOTHING),
          Map.entry("reasoning_effort", NOTHING),
          Map.entry("web_search_options", NOTHING),
          Map.entry("prompt_embeds", NOTHING),
          Map.entry("dimensions", NOTHING));

  /** The same for responses, whose parameters have names and defaults of their own. */
  private static final Map<String, List<String>> RESPONSE_VALUES =
      Map.ofEntries(
          Map.entry("previous_response_id", NOTHING),
          Map.entry("conversation", NOTHING),
          Map.entry("prompt", NOTHING),
          Map.entry("max_tool_calls", NOTHING),
          Map.entry("context_management", EMPTY_LIST),
          Map.entry("include", EMPTY_LIST),
          Map.entry("tools", EMPTY_LIST),
          Map.entry("tool_choice", NO_TOOL),
          Map.entry("top_logprobs", ZERO),
          Map.entry("truncation", List.of("\"disabled\"")),
          Map.entry(
              "reasoning",
              List.of("{}", "{\"effort\":null}", "{\"effort\":null,\"summary\":null}")));

  private Neutral() {}

  /**
   * Takes the field at hand if it is one of these.
   *
   * @return false when it is not; its value is still at hand then
   * @throws ProblemException when it asks for what is not served
   */
  static boolean read(String name, JsonObjectReader json) {
    return read(VALUES.get(name), json);
  }

  /** As {@link #read}, for a response's body. */
  static boolean readOfResponse(String name, JsonObjectReader json) {
    return read(RESPONSE_VALUES.get(name), json);
  }

  private static boolean read(@Nullable List<String> neutral, JsonObjectReader json) {
    if (neutral == null) {
      return false;
    }
    if (json.isNull()) {
      return true;
    }
    String value = compact(json);
    if (value == null || !neutral.contains(value)) {
      throw new ProblemException(
          new Problem(
              ErrorCode.UNSUPPORTED,
              json.pointer()
                  + ": this value is not supported here (expected: none"
                  + (neutral.isEmpty() ? "" : ", or " + String.join(" or ", neutral))
                  + ")",
              json.pointer(),
              0));
    }
    return true;
  }

  /** The value without blanks, or null when it is longer than any neutral one. */
  private static @Nullable String compact(JsonObjectReader json) {
    byte[] raw = json.raw();
    return raw.length > 64 ? null : new String(raw, StandardCharsets.UTF_8).replaceAll("\\s+", "");
  }
}
