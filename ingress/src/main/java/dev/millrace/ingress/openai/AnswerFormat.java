package dev.millrace.ingress.openai;

import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.ingress.json.JsonObjectReader;
import dev.millrace.ingress.json.JsonText;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The form that an answer must have: {@code text}, {@code json_object}, or {@code json_schema} with
 * a schema. Chats nest the schema one level deeper than responses do.
 */
final class AnswerFormat {

  private static final int NAME_LENGTH = 64;
  private static final int DESCRIPTION_LENGTH = 4_096;
  private static final String TYPES = "text, json_object or json_schema";

  private @Nullable String type;
  private @Nullable String name;
  private @Nullable String description;
  private byte @Nullable [] schema;
  private @Nullable Boolean strict;
  private boolean nested;

  private AnswerFormat() {}

  /**
   * Holds a chat's {@code response_format} against its form.
   *
   * @return whether it asks for anything beside text
   */
  static boolean ofChat(byte[] raw) {
    AnswerFormat format = new AnswerFormat();
    try (JsonObjectReader json = JsonObjectReader.ofField("response_format", raw, "")) {
      json.nextField();
      format.read(json.object(), true);
    }
    return format.constrains("/response_format", "/response_format/json_schema");
  }

  /**
   * Translates the {@code text.format} of a response.
   *
   * @return as chats say it, or null when it asks for nothing beside text
   */
  static byte @Nullable [] ofResponse(byte[] raw) {
    AnswerFormat format = new AnswerFormat();
    try (JsonObjectReader json = JsonObjectReader.ofField("format", raw, "/text")) {
      json.nextField();
      format.read(json.object(), false);
    }
    return format.constrains("/text/format", "/text/format") ? format.asChat() : null;
  }

  private void read(JsonObjectReader json, boolean chat) {
    for (String field; (field = json.nextField()) != null; ) {
      if (field.equals("type")) {
        type = type(json);
      } else if (chat && field.equals("json_schema") && !json.isNull()) {
        nested = true;
        schema(json.object());
      } else if (chat || json.isNull() || !schemaField(field, json)) {
        json.skip();
      }
    }
  }

  private void schema(JsonObjectReader json) {
    for (String field; (field = json.nextField()) != null; ) {
      if (json.isNull() || !schemaField(field, json)) {
        json.skip();
      }
    }
  }

  private boolean schemaField(String field, JsonObjectReader json) {
    switch (field) {
      case "name" -> name = name(json);
      case "description" -> description = json.text(DESCRIPTION_LENGTH);
      case "strict" -> strict = json.truth();
      case "schema" -> {
        if (!json.isObject()) {
          throw json.unexpected("an object with a JSON schema");
        }
        schema = json.raw();
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private static String type(JsonObjectReader json) {
    String type = json.text(NAME_LENGTH);
    return switch (type) {
      case "text", "json_object", "json_schema" -> type;
      default -> throw json.unexpected(TYPES);
    };
  }

  private static String name(JsonObjectReader json) {
    String name = json.text(NAME_LENGTH);
    if (!name.matches("[A-Za-z0-9_-]{1," + NAME_LENGTH + "}")) {
      throw json.unexpected("1.." + NAME_LENGTH + " letters, digits, _ or -");
    }
    return name;
  }

  private boolean constrains(String place, String schemaPlace) {
    if (type == null) {
      throw new ProblemException(Problem.invalid(place + "/type", "nothing", TYPES));
    }
    if (!type.equals("json_schema")) {
      return !type.equals("text");
    }
    if (schema == null) {
      String missing = schemaPlace.equals(place) || nested ? schemaPlace + "/schema" : schemaPlace;
      throw new ProblemException(
          Problem.invalid(missing, "nothing", "an object with a JSON schema"));
    }
    return true;
  }

  private byte[] asChat() {
    JsonText json = new JsonText();
    json.beginObject().field("type", type == null ? "text" : type);
    if (schema != null) {
      json.name("json_schema").beginObject().field("name", name == null ? "answer" : name);
      if (description != null) {
        json.field("description", description);
      }
      json.name("schema").raw(new String(schema, StandardCharsets.UTF_8));
      if (strict != null) {
        json.field("strict", strict.booleanValue());
      }
      json.endObject();
    }
    return json.endObject().toUtf8();
  }
}
