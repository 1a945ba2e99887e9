package dev.millrace.runtime.llama.grammar;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Turns a JSON schema into a grammar whose every text is JSON that the schema accepts. The grammar
 * may be narrower: no white space but one blank behind a comma or a colon, properties in their
 * declared order and no others beside declared ones, numbers of at most 16 digits.
 */
public final class SchemaGrammar {

  private static final int DEEPEST = 32;

  /** Keywords that say nothing about which values are accepted. */
  private static final Set<String> NOTES =
      Set.of(
          "title",
          "description",
          "default",
          "examples",
          "$schema",
          "$id",
          "$comment",
          "$defs",
          "definitions",
          "deprecated",
          "readOnly",
          "writeOnly");

  private final Map<?, ?> root;
  private final String place;
  private final Rules rules = new Rules();
  private final ObjectRules objects = new ObjectRules(this, rules);
  private final ValueRules values = new ValueRules(this, rules);

  private SchemaGrammar(Map<?, ?> root, String place) {
    this.root = root;
    this.place = place;
  }

  /** Any JSON object. */
  public static String anyObject() {
    Rules rules = new Rules();
    rules.put("root", "object");
    rules.basic("object");
    return rules.text();
  }

  /**
   * @param schema maps, lists, texts, Long, Double, Boolean, null
   * @param place of the schema in the request, a JSON pointer
   * @throws ProblemException naming the keyword that is not supported, or wrong
   */
  public static String of(@Nullable Object schema, String place) {
    if (!(schema instanceof Map<?, ?> map)) {
      throw unsupported(place, "a schema that is no object", "an object");
    }
    SchemaGrammar grammar = new SchemaGrammar(map, place);
    grammar.rules.reserve("root");
    grammar.rules.put("root", grammar.rule(map, place, "s", 0));
    return grammar.rules.text();
  }

  /**
   * The body of the rule for a schema.
   *
   * @param name of the rule that it becomes, the beginning of all names under it
   */
  String rule(@Nullable Object schema, String at, String name, int depth) {
    if (depth > DEEPEST) {
      throw unsupported(at, "a schema nested deeper", "at most " + DEEPEST + " levels");
    }
    if (schema instanceof Boolean accepted && accepted) {
      return rules.basic("value");
    }
    if (!(schema instanceof Map<?, ?> map)) {
      throw unsupported(at, "no schema", "an object");
    }
    if (map.containsKey("$ref")) {
      only(map, at, Set.of("$ref"));
      return reference(map.get("$ref"), at + "/$ref", depth);
    }
    if (map.containsKey("enum") || map.containsKey("const")) {
      only(map, at, Set.of("enum", "const", "type"));
      return values.constants(map, at);
    }
    for (String choice : List.of("anyOf", "oneOf")) {
      if (map.containsKey(choice)) {
        only(map, at, Set.of(choice));
        return choices(map.get(choice), at + "/" + choice, name, depth);
      }
    }
    return typed(map, at, name, depth);
  }

  private String typed(Map<?, ?> map, String at, String name, int depth) {
    Object type = map.get("type");
    if (type instanceof List<?> several && !several.isEmpty()) {
      List<String> bodies = new ArrayList<>();
      for (int i = 0; i < several.size(); i++) {
        bodies.add("(" + ofType(several.get(i), map, at, name + "-" + i, depth, true) + ")");
      }
      requireKnown(map, at, several);
      return String.join(" | ", bodies);
    }
    if (type == null && map.containsKey("properties")) {
      type = "object";
    } else if (type == null) {
      only(map, at, Set.of());
      return rules.basic("value");
    }
    return ofType(type, map, at, name, depth, false);
  }

  private void requireKnown(Map<?, ?> map, String at, List<?> types) {
    Set<String> known = new HashSet<>(Set.of("type"));
    types.forEach(type -> known.addAll(keywordsOf(type)));
    only(map, at, known);
  }

  private static Set<String> keywordsOf(@Nullable Object type) {
    return switch (nameOf(type)) {
      case "object" -> ObjectRules.KEYWORDS;
      case "array" -> ValueRules.ARRAY_KEYWORDS;
      case "string" -> ValueRules.STRING_KEYWORDS;
      default -> Set.of("type");
    };
  }

  private String ofType(
      @Nullable Object type, Map<?, ?> map, String at, String name, int depth, boolean several) {
    if (!several) {
      only(map, at, keywordsOf(type));
    }
    return switch (nameOf(type)) {
      case "object" -> objects.rule(map, at, name, depth);
      case "array" -> values.array(map, at, name, depth);
      case "string" -> values.text(map, at);
      case "integer", "number", "boolean", "null" -> rules.basic(nameOf(type));
      default ->
          throw unsupported(
              at + "/type", "this type", "object, array, string, number, integer, boolean or null");
    };
  }

  private static String nameOf(@Nullable Object type) {
    return type instanceof String name ? name : "";
  }

  private String choices(@Nullable Object value, String at, String name, int depth) {
    if (!(value instanceof List<?> list) || list.isEmpty()) {
      throw unsupported(at, "no list", "a list of schemas");
    }
    List<String> bodies = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      bodies.add(named(list.get(i), at + "/" + i, name + "-" + i, depth));
    }
    return String.join(" | ", bodies);
  }

  /** Makes a rule of its own for a schema, and gives its name. */
  String named(@Nullable Object schema, String at, String name, int depth) {
    String body = rule(schema, at, name, depth + 1);
    if (body.matches("[a-z0-9-]+")) {
      return body;
    }
    rules.put(name, body);
    return name;
  }

  /** Within the document only; it may lead back to where it stands. */
  private String reference(@Nullable Object value, String at, int depth) {
    if (!(value instanceof String pointer) || !pointer.matches("#(/[^/]*)*")) {
      throw unsupported(at, "this reference", "one within the schema, such as #/$defs/name");
    }
    String name =
        "ref"
            + pointer.substring(1).replaceAll("[^A-Za-z0-9]", "-").toLowerCase(Locale.ROOT)
            + "-"
            + Integer.toHexString(pointer.hashCode());
    if (!rules.has(name)) {
      rules.reserve(name);
      String target = pointer.substring(1);
      rules.put(name, rule(resolve(target, at), place + target, name + "-s", depth + 1));
    }
    return name;
  }

  private Object resolve(String pointer, String at) {
    Object found = root;
    for (String part : pointer.isEmpty() ? new String[0] : pointer.substring(1).split("/", -1)) {
      String key = part.replace("~1", "/").replace("~0", "~");
      Object next = found instanceof Map<?, ?> map ? map.get(key) : null;
      if (next == null) {
        throw unsupported(at, "a reference to nothing", "one within the schema");
      }
      found = next;
    }
    if (found instanceof Map<?, ?> map
        && map.containsKey("$ref")
        && map.get("$ref") instanceof String again
        && again.equals("#" + pointer)) {
      throw unsupported(at, "a reference to itself", "one to a schema");
    }
    return found;
  }

  private static void only(Map<?, ?> map, String at, Set<String> known) {
    for (Object key : map.keySet()) {
      String keyword = (String) key;
      if (!known.contains(keyword) && !NOTES.contains(keyword)) {
        String expected =
            known.isEmpty() ? "no keyword but notes" : "of keywords " + new TreeSet<>(known);
        throw unsupported(at + "/" + keyword, "not supported here", expected);
      }
    }
  }

  static ProblemException unsupported(String at, String found, String expected) {
    return new ProblemException(
        new Problem(
            ErrorCode.UNSUPPORTED, at + ": " + found + " (expected: " + expected + ")", at, 0));
  }
}
