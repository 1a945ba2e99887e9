package dev.millrace.runtime.llama.request;

import dev.millrace.runtime.json.FieldValues;
import dev.millrace.runtime.json.JsonTree;
import dev.millrace.runtime.llama.grammar.GrammarCheck;
import dev.millrace.runtime.llama.grammar.SchemaGrammar;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;

/**
 * Reads what an answer must keep to: {@code response_format} as chats know it, {@code json_schema}
 * with a bare schema, or {@code grammar} in GBNF. At most one of them.
 */
final class ConstraintReader {

  private @Nullable String grammar;

  void field(String name, JsonParser parser, String place) {
    if (grammar != null) {
      throw FieldValues.invalid(
          place, "beside another", "one of response_format, json_schema and grammar");
    }
    switch (name) {
      case "grammar" -> grammar = GrammarCheck.checked(FieldValues.text(parser, place), place);
      case "json_schema" -> grammar = SchemaGrammar.of(JsonTree.value(parser), place);
      default -> format(JsonTree.value(parser), place);
    }
  }

  private void format(@Nullable Object value, String place) {
    if (!(value instanceof Map<?, ?> format) || !(format.get("type") instanceof String type)) {
      throw FieldValues.invalid(place, "no type", "an object with the type json_schema");
    }
    switch (type) {
      case "text" -> {}
      case "json_object" -> grammar = SchemaGrammar.anyObject();
      case "json_schema" -> {
        if (!(format.get("json_schema") instanceof Map<?, ?> named)
            || !(named.get("schema") instanceof Map<?, ?> schema)) {
          throw FieldValues.invalid(
              place + "/json_schema/schema", "no schema", "an object with a JSON schema");
        }
        grammar = SchemaGrammar.of(schema, place + "/json_schema/schema");
      }
      default ->
          throw FieldValues.invalid(
              place + "/type", "another type", "text, json_object or json_schema");
    }
  }

  @Nullable String grammar() {
    return grammar;
  }
}
