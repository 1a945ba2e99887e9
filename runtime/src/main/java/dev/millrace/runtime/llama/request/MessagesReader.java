package dev.millrace.runtime.llama.request;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.runtime.json.FieldValues;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads {@code [{"role", "content"}]}; content is a text or a list of parts of type text. */
final class MessagesReader {

  private static final int MOST_MESSAGES = 4_096;
  private static final int MOST_PARTS = 256;
  private static final String ROLE = "[A-Za-z][A-Za-z0-9_-]{0,31}";

  private MessagesReader() {}

  static List<Message> read(JsonParser parser, String place) {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw FieldValues.invalid(place, "no list", "a list of messages");
    }
    List<Message> messages = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (messages.size() == MOST_MESSAGES) {
        throw FieldValues.invalid(place, "more than " + MOST_MESSAGES, "at most " + MOST_MESSAGES);
      }
      messages.add(message(parser, place + "/" + messages.size()));
    }
    if (messages.isEmpty()) {
      throw FieldValues.invalid(place, "an empty list", "at least one message");
    }
    return messages;
  }

  private static Message message(JsonParser parser, String place) {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw FieldValues.invalid(place, "no object", "an object with role and content");
    }
    String role = "";
    String content = "";
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      boolean absent = parser.nextToken() == JsonToken.VALUE_NULL;
      if (name.equals("role") && !absent) {
        role = FieldValues.text(parser, place + "/role");
      } else if (name.equals("content") && !absent) {
        content = content(parser, place + "/content");
      } else {
        parser.skipChildren();
      }
    }
    if (!role.matches(ROLE)) {
      throw FieldValues.invalid(place + "/role", "no name", "system, user or assistant");
    }
    // The newer name of the same role, which templates do not know.
    return new Message(role.equals("developer") ? "system" : role, content);
  }

  private static String content(JsonParser parser, String place) {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      return FieldValues.text(parser, place);
    }
    StringBuilder content = new StringBuilder();
    for (int part = 0; parser.nextToken() != JsonToken.END_ARRAY; part++) {
      if (part == MOST_PARTS || parser.currentToken() != JsonToken.START_OBJECT) {
        throw FieldValues.invalid(
            place + "/" + part, "no part", "at most " + MOST_PARTS + " parts of type text");
      }
      content.append(part(parser, place + "/" + part));
    }
    return content.toString();
  }

  private static String part(JsonParser parser, String place) {
    String type = "";
    String text = "";
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      switch (name) {
        case "type" -> type = FieldValues.text(parser, place + "/type");
        case "text", "refusal" -> text = FieldValues.text(parser, place + "/" + name);
        default -> parser.skipChildren();
      }
    }
    if (!type.equals("text") && !type.equals("refusal")) {
      throw new ProblemException(
          new Problem(
              ErrorCode.UNSUPPORTED,
              place + ": this kind of content (expected: text; the model takes no other)",
              place,
              0));
    }
    return text;
  }
}
