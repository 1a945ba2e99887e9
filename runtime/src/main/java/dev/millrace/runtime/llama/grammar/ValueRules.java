package dev.millrace.runtime.llama.grammar;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Constants, texts and arrays. */
final class ValueRules {

  static final Set<String> STRING_KEYWORDS = Set.of("type", "minLength", "maxLength", "format");
  static final Set<String> ARRAY_KEYWORDS = Set.of("type", "items", "minItems", "maxItems");

  private static final int MOST_CONSTANTS = 1_024;
  private static final int MOST_REPEATED = 1_024;

  private static final String DATE =
      "[0-9]{4} \"-\" (\"0\" [1-9] | \"1\" [0-2]) \"-\" "
          + "(\"0\" [1-9] | \"1\" [0-9] | \"2\" [0-8])";
  private static final String TIME =
      "(([01] [0-9]) | (\"2\" [0-3])) \":\" [0-5] [0-9] \":\" [0-5] [0-9] \"Z\"";
  private static final String UUID =
      "[0-9a-f]{8} \"-\" [0-9a-f]{4} \"-\" [0-9a-f]{4} \"-\" [0-9a-f]{4} \"-\" [0-9a-f]{12}";

  private final SchemaGrammar schemas;
  private final Rules rules;

  ValueRules(SchemaGrammar schemas, Rules rules) {
    this.schemas = schemas;
    this.rules = rules;
  }

  String constants(Map<?, ?> map, String at) {
    if (map.containsKey("const")) {
      if (map.containsKey("enum")) {
        throw SchemaGrammar.unsupported(at + "/enum", "beside const", "one of them");
      }
      return JsonLiteral.of(map.get("const"));
    }
    if (!(map.get("enum") instanceof List<?> values)
        || values.isEmpty()
        || values.size() > MOST_CONSTANTS) {
      throw SchemaGrammar.unsupported(
          at + "/enum", "no such list", "1.." + MOST_CONSTANTS + " values");
    }
    List<String> literals = new ArrayList<>();
    values.forEach(value -> literals.add(JsonLiteral.of(value)));
    return String.join(" | ", literals);
  }

  String text(Map<?, ?> map, String at) {
    if (map.get("format") != null) {
      return formatted(map, at);
    }
    int least = count(map, "minLength", 0, at);
    int most = count(map, "maxLength", -1, at);
    if (least == 0 && most < 0) {
      return rules.basic("string");
    }
    rules.basic("char");
    return "\"\\\"\" char" + repeated(least, most) + " \"\\\"\"";
  }

  private static String formatted(Map<?, ?> map, String at) {
    if (map.containsKey("minLength") || map.containsKey("maxLength")) {
      throw SchemaGrammar.unsupported(at + "/format", "beside a length", "one of them");
    }
    String body =
        switch (String.valueOf(map.get("format"))) {
          case "date" -> DATE;
          case "time" -> TIME;
          case "date-time" -> DATE + " \"T\" " + TIME;
          case "uuid" -> UUID;
          default ->
              throw SchemaGrammar.unsupported(
                  at + "/format", "not supported here", "date, time, date-time or uuid");
        };
    return "\"\\\"\" " + body + " \"\\\"\"";
  }

  String array(Map<?, ?> map, String at, String name, int depth) {
    int least = count(map, "minItems", 0, at);
    int most = count(map, "maxItems", -1, at);
    String item =
        map.containsKey("items")
            ? schemas.named(map.get("items"), at + "/items", name + "-i", depth)
            : rules.basic("value");
    rules.basic("ws");
    if (most == 0) {
      return "\"[]\"";
    }
    String rest = "(\",\" ws " + item + ")" + repeated(Math.max(0, least - 1), most - 1);
    return least == 0
        ? "\"[\" (" + item + " " + rest + ")? \"]\""
        : "\"[\" " + item + " " + rest + " \"]\"";
  }

  private static String repeated(int least, int most) {
    if (most < 0) {
      return least == 0 ? "*" : "{" + least + ",}";
    }
    return "{" + least + "," + most + "}";
  }

  private static int count(Map<?, ?> map, String keyword, int absent, String at) {
    @Nullable Object value = map.get(keyword);
    if (value == null) {
      return absent;
    }
    if (!(value instanceof Long number) || number < 0 || number > MOST_REPEATED) {
      throw SchemaGrammar.unsupported(
          at + "/" + keyword, "this value", "a whole number 0.." + MOST_REPEATED);
    }
    if (keyword.startsWith("max")
        && map.get(keyword.replace("max", "min")) instanceof Long least
        && least > number) {
      throw SchemaGrammar.unsupported(at + "/" + keyword, "below the least", "at least " + least);
    }
    return number.intValue();
  }
}
