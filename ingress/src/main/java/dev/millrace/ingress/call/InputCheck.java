package dev.millrace.ingress.call;

import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.model.ModelSpec;
import dev.millrace.domain.model.ModelSpec.Field;
import dev.millrace.domain.model.ModelSpec.RuntimeKind;
import dev.millrace.ingress.json.JsonObjectReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Holds an {@code input} object against what the model's manifest declares, before anything is
 * kept: missing fields are refused, unknown ones become warnings. Values are the runtime's to
 * judge.
 */
final class InputCheck {

  /** What every generator takes beside what its manifest declares. */
  private static final Set<String> GENERATION =
      Set.of(
          "prompt",
          "max_tokens",
          "temperature",
          "top_p",
          "top_k",
          "seed",
          "stop",
          "repetition_penalty");

  /** What those that chat take beside that. */
  private static final Set<String> CHAT =
      Set.of(
          "messages",
          "response_format",
          "json_schema",
          "grammar",
          "min_p",
          "presence_penalty",
          "frequency_penalty");

  /** What only other servers take: they decide which of it. */
  private static final Set<String> REMOTE =
      Set.of("logit_bias", "reasoning_effort", "tools", "tool_choice", "parallel_tool_calls");

  /** What only our own language models take, and other servers have other words for. */
  private static final Set<String> NOT_REMOTE = Set.of("json_schema", "grammar");

  private static final int MOST_WARNINGS = 16;

  private InputCheck() {}

  /** The warnings, one for each unknown field. */
  static List<String> check(ModelSpec spec, byte[] input) {
    Set<String> seen = new HashSet<>();
    List<String> warnings = new ArrayList<>(0);
    try (JsonObjectReader reader = new JsonObjectReader(input)) {
      for (String name; (name = reader.nextField()) != null; ) {
        seen.add(name);
        if (!isKnown(spec, name) && warnings.size() < MOST_WARNINGS) {
          warnings.add("/input/" + name + ": unknown to " + spec.name() + ", ignored");
        }
        reader.skip();
      }
    }
    for (Field field : spec.inputs()) {
      if (!isOptional(spec, field)
          && !seen.contains(field.name())
          && !isInMessages(spec, field, seen)) {
        throw new ProblemException(
            Problem.invalid("/input/" + field.name(), "nothing", "a value: " + field.type()));
      }
    }
    return warnings;
  }

  private static boolean isKnown(ModelSpec spec, String name) {
    for (Field field : spec.inputs()) {
      if (field.name().equals(name)) {
        return true;
      }
    }
    if (spec.runtime() == RuntimeKind.REMOTE
        && (NOT_REMOTE.contains(name) || REMOTE.contains(name))) {
      return spec.generates() && REMOTE.contains(name);
    }
    return takesGenerationOptions(spec)
        && (GENERATION.contains(name) || (spec.chats() && CHAT.contains(name)));
  }

  private static boolean isOptional(ModelSpec spec, Field field) {
    return field.options().containsKey("default")
        || Boolean.TRUE.equals(field.options().get("optional"))
        || (takesGenerationOptions(spec)
            && GENERATION.contains(field.name())
            && !field.name().equals("prompt"));
  }

  /** A conversation is a prompt in another form. */
  private static boolean isInMessages(ModelSpec spec, Field field, Set<String> seen) {
    return spec.chats() && field.name().equals("prompt") && seen.contains("messages");
  }

  private static boolean takesGenerationOptions(ModelSpec spec) {
    return spec.generates() && spec.runtime() != RuntimeKind.SIM;
  }
}
