package dev.millrace.runtime.llama.grammar;

import dev.millrace.runtime.json.FieldValues;
import java.util.LinkedHashMap;
import java.util.Map;

/** The rules of one grammar by name, in the order that they were begun. */
final class Rules {

  private static final int MOST = 4_096;
  private static final int LONGEST = 1 << 20;

  private static final Map<String, String> BASICS =
      Map.of(
          "ws", "\" \"?",
          "boolean", "\"true\" | \"false\"",
          "null", "\"null\"",
          "char", "[^\"\\\\\\x7F\\x00-\\x1F] | \"\\\\\" [\"\\\\/bfnrt]",
          "string", "\"\\\"\" char* \"\\\"\"",
          "integer", "\"-\"? (\"0\" | [1-9] [0-9]{0,15})",
          "number", "integer (\".\" [0-9]{1,15})? ([eE] [-+]? [0-9]{1,2})?",
          "value", "object | array | string | number | boolean | null",
          "object", "\"{\" (pair (\",\" ws pair)*)? \"}\"",
          "pair", "string \":\" ws value");

  private static final Map<String, String> USES =
      Map.of(
          "string", "char",
          "number", "integer",
          "value", "object array string number boolean null",
          "object", "pair ws",
          "pair", "string ws value",
          "array", "value ws");

  private final Map<String, String> rules = new LinkedHashMap<>();
  private int length;

  /** The name of a rule that every JSON grammar may use; defined with what it uses. */
  String basic(String name) {
    if (!rules.containsKey(name)) {
      put(
          name,
          name.equals("array")
              ? "\"[\" (value (\",\" ws value)*)? \"]\""
              : BASICS.getOrDefault(name, ""));
      for (String used : USES.getOrDefault(name, "").split(" ")) {
        if (!used.isEmpty()) {
          basic(used);
        }
      }
    }
    return name;
  }

  /** Takes a name before its rule is known. */
  void reserve(String name) {
    put(name, "");
  }

  boolean has(String name) {
    return rules.containsKey(name);
  }

  void put(String name, String rule) {
    rules.put(name, rule);
    length += rule.length();
    if (rules.size() > MOST || length > LONGEST) {
      throw FieldValues.invalid(
          "/input/response_format",
          "a schema of " + rules.size() + " rules",
          "at most " + MOST + " rules and " + LONGEST + " characters");
    }
  }

  String text() {
    StringBuilder text = new StringBuilder();
    rules.forEach((name, rule) -> text.append(name).append(" ::= ").append(rule).append('\n'));
    return text.toString();
  }
}
