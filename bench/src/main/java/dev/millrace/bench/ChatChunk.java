package dev.millrace.bench;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** What one chunk of a chat says, as far as the generator looks at it. Used again for the next. */
final class ChatChunk {

  private static final int CHUNK = 1;
  private static final int CHOICE = 2;
  private static final int DELTA = 3;

  private final JsonFactory json = new JsonFactory();
  private @Nullable String id;
  private boolean text;
  private @Nullable String finishReason;
  private @Nullable String error;

  /** False when the bytes are no JSON object. */
  boolean read(byte[] bytes, int length) {
    id = null;
    text = false;
    finishReason = null;
    error = null;
    try (JsonParser parser = json.createParser(ObjectReadContext.empty(), bytes, 0, length)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return false;
      }
      members(parser);
      return true;
    } catch (JacksonException malformed) {
      return false;
    }
  }

  private void members(JsonParser parser) {
    int depth = CHUNK;
    while (depth > 0) {
      JsonToken token = parser.nextToken();
      switch (token) {
        case START_OBJECT -> depth++;
        case END_OBJECT -> depth--;
        case PROPERTY_NAME -> {
          String name = parser.currentName();
          depth += member(parser, name, parser.nextToken(), depth);
        }
        case null -> throw new IllegalStateException("an object ends before its end");
        default -> {}
      }
    }
  }

  /** Takes a member; gives 1 when an object was begun that is to be looked into. */
  private int member(JsonParser parser, String name, JsonToken value, int depth) {
    if (depth == CHUNK && name.equals("id") && value == JsonToken.VALUE_STRING) {
      id = parser.getString();
    } else if (depth == CHUNK && name.equals("error") && value == JsonToken.START_OBJECT) {
      error = codeOf(parser);
    } else if (depth == CHOICE && name.equals("finish_reason") && value.isScalarValue()) {
      finishReason = value == JsonToken.VALUE_NULL ? null : parser.getString();
    } else if (depth == DELTA && name.equals("content") && value == JsonToken.VALUE_STRING) {
      text = parser.getStringLength() > 0;
    } else if (depth == CHUNK && name.equals("choices")) {
      // Looked into: its objects are what is one deeper.
      return 0;
    } else if (depth == CHOICE && name.equals("delta") && value == JsonToken.START_OBJECT) {
      return 1;
    } else {
      parser.skipChildren();
    }
    return 0;
  }

  private static String codeOf(JsonParser parser) {
    String code = "none";
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      boolean isCode = parser.currentName().equals("code");
      if (parser.nextToken() == JsonToken.VALUE_STRING && isCode) {
        code = parser.getString();
      }
      parser.skipChildren();
    }
    return code;
  }

  @Nullable String id() {
    return id;
  }

  /** Whether it adds text. */
  boolean hasText() {
    return text;
  }

  @Nullable String finishReason() {
    return finishReason;
  }

  /** The code of the error that it tells of, or null. */
  @Nullable String error() {
    return error;
  }
}
