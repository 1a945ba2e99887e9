package dev.millrace.runtime.remote;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * What one chunk adds to one tool call.
 *
 * @param place of the call among those of the answer; −1 where the server does not say
 * @param id null in all chunks of a call but its first
 * @param name null in all chunks of a call but its first
 * @param arguments a piece of their JSON text; empty for none
 */
record CallDelta(int place, @Nullable String id, @Nullable String name, String arguments) {

  private static final int NO_PLACE = -1;

  /** Reads the object at hand to its end; what is of another type than known is passed over. */
  static CallDelta read(JsonParser json) {
    int place = NO_PLACE;
    String id = null;
    Function function = Function.NONE;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String field = json.currentName();
      JsonToken value = json.nextToken();
      if (field.equals("index") && value == JsonToken.VALUE_NUMBER_INT) {
        place = Math.clamp(json.getValueAsLong(), NO_PLACE, Integer.MAX_VALUE);
      } else if (field.equals("id") && value == JsonToken.VALUE_STRING) {
        id = json.getString();
      } else if (field.equals("function") && value == JsonToken.START_OBJECT) {
        function = Function.read(json);
      } else {
        json.skipChildren();
      }
    }
    return new CallDelta(place, id, function.name, function.arguments);
  }

  boolean isEmpty() {
    return id == null && name == null && arguments.isEmpty();
  }

  /** The same of its function alone. */
  private record Function(@Nullable String name, String arguments) {

    static final Function NONE = new Function(null, "");

    static Function read(JsonParser json) {
      String name = null;
      String arguments = "";
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String field = json.currentName();
        boolean text = json.nextToken() == JsonToken.VALUE_STRING;
        if (text && field.equals("name")) {
          name = json.getString();
        } else if (text && field.equals("arguments")) {
          arguments = json.getString();
        } else {
          json.skipChildren();
        }
      }
      return new Function(name, arguments);
    }
  }
}
