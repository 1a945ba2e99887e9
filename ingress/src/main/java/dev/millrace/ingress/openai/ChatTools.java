package dev.millrace.ingress.openai;

import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.model.ModelSpec;
import dev.millrace.domain.model.ModelSpec.Capability;
import dev.millrace.ingress.json.JsonObjectReader;
import dev.millrace.ingress.json.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The tools that a chat offers its model. They are the model's to judge, so they are kept as they
 * came; one that takes none refuses them by name. Mutable while it is read.
 */
final class ChatTools {

  private static final String TOOLS = "tools";
  private static final int MOST_TOOLS = 128;
  private static final Set<String> NAMES = Set.of(TOOLS, "tool_choice", "parallel_tool_calls");

  private final Map<String, byte[]> kept = new LinkedHashMap<>(0);

  /**
   * Takes the field at hand if it is one of these.
   *
   * @return false when it is not; its value is still at hand then
   */
  boolean read(String name, JsonObjectReader json) {
    if (!NAMES.contains(name)) {
      return false;
    }
    kept.put(name, json.raw());
    return true;
  }

  /**
   * @throws ProblemException naming the parameter that this model cannot serve
   */
  void require(ModelSpec spec) {
    boolean takes = spec.can(Capability.TOOLS);
    kept.forEach((name, raw) -> hold(name, raw, takes));
    if (!takes) {
      kept.clear();
    }
  }

  private static void hold(String name, byte[] raw, boolean takes) {
    try (JsonObjectReader json = JsonObjectReader.ofField(name, raw, "")) {
      json.nextField();
      if (!takes) {
        Neutral.read(name, json);
      } else if (name.equals(TOOLS)) {
        json.elements(MOST_TOOLS, () -> tool(json));
      }
    }
  }

  private static void tool(JsonObjectReader json) {
    if (!json.isObject()) {
      throw json.unexpected("an object with a type and a function");
    }
    json.skip();
  }

  /** Writes them as fields of a generator's input. */
  void write(JsonText json) {
    kept.forEach((name, raw) -> json.name(name).raw(new String(raw, StandardCharsets.UTF_8)));
  }
}
