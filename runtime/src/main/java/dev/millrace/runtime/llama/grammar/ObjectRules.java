package dev.millrace.runtime.llama.grammar;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Objects: declared properties in their order, optional ones may be left out; without declared ones
 * any names. Two rules a property: one where nothing was written before it, one behind a comma.
 */
final class ObjectRules {

  static final Set<String> KEYWORDS =
      Set.of("type", "properties", "required", "additionalProperties");

  private static final int MOST_PROPERTIES = 256;

  private final SchemaGrammar schemas;
  private final Rules rules;

  ObjectRules(SchemaGrammar schemas, Rules rules) {
    this.schemas = schemas;
    this.rules = rules;
  }

  /** A property as rules: its name and value, and whether it must be there. */
  private record Property(String pair, boolean required) {}

  String rule(Map<?, ?> map, String at, String name, int depth) {
    Object declared = map.get("properties");
    if (!(declared instanceof Map<?, ?> properties) || properties.isEmpty()) {
      requireDeclared(map.get("required"), Map.of(), at + "/required");
      return open(map.get("additionalProperties"), at + "/additionalProperties", name, depth);
    }
    if (properties.size() > MOST_PROPERTIES) {
      throw SchemaGrammar.unsupported(
          at + "/properties", properties.size() + " properties", "at most " + MOST_PROPERTIES);
    }
    List<?> required = requireDeclared(map.get("required"), properties, at + "/required");
    List<Property> all = new ArrayList<>();
    rules.basic("ws");
    int number = 0;
    for (Map.Entry<?, ?> entry : properties.entrySet()) {
      String key = (String) entry.getKey();
      String place = at + "/properties/" + key.replace("~", "~0").replace("/", "~1");
      String value = schemas.named(entry.getValue(), place, name + "-p" + number++, depth);
      String pair = JsonLiteral.quoted(JsonLiteral.json(key) + ":") + " ws " + value;
      all.add(new Property(pair, required.contains(key)));
    }
    return "\"{\" " + chain(all, name) + " \"}\"";
  }

  /** From the last property to the first: {@code first} where nothing stands before. */
  private String chain(List<Property> all, String name) {
    String first = "";
    String next = "";
    for (int i = all.size() - 1; i >= 0; i--) {
      Property property = all.get(i);
      String begun = property.pair + (next.isEmpty() ? "" : " " + next);
      String nextBody = "\",\" ws " + begun;
      String firstBody = begun;
      if (!property.required) {
        nextBody = next.isEmpty() ? "(" + nextBody + ")?" : nextBody + " | " + next;
        firstBody = first.isEmpty() ? "(" + firstBody + ")?" : firstBody + " | " + first;
      }
      first = name + "-f" + i;
      next = name + "-n" + i;
      rules.put(first, firstBody);
      if (i > 0) {
        rules.put(next, nextBody);
      }
    }
    return first;
  }

  private String open(@Nullable Object additional, String at, String name, int depth) {
    if (additional == null || Boolean.TRUE.equals(additional)) {
      return rules.basic("object");
    }
    if (Boolean.FALSE.equals(additional)) {
      return "\"{}\"";
    }
    String value = schemas.named(additional, at, name + "-v", depth);
    String pair = rules.basic("string") + " \":\" " + rules.basic("ws") + " " + value;
    return "\"{\" (" + pair + " (\",\" ws " + pair + ")*)? \"}\"";
  }

  private static List<?> requireDeclared(
      @Nullable Object required, Map<?, ?> properties, String at) {
    if (required == null) {
      return List.of();
    }
    if (!(required instanceof List<?> names)) {
      throw SchemaGrammar.unsupported(at, "no list", "a list of names");
    }
    for (int i = 0; i < names.size(); i++) {
      if (!properties.containsKey(names.get(i))) {
        throw SchemaGrammar.unsupported(
            at + "/" + i, "a name that is not declared", "one of properties");
      }
    }
    return names;
  }
}
