package dev.millrace.runtime.remote;

import dev.millrace.runtime.json.StrictJson;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads {@code {"data":[{"index":0,"embedding":[...]}],"usage":{...}}}. One use. */
final class Vectors {

  private static final int WIDEST = 65_536;

  private final int texts;
  private final Map<Integer, byte[]> rows = new HashMap<>();
  private int promptTokens = -1;
  private float[] numbers = new float[1_024];

  private Vectors(int texts) {
    this.texts = texts;
  }

  static Vectors read(byte[] utf8, int texts) {
    Vectors vectors = new Vectors(texts);
    try (JsonParser json = StrictJson.open(utf8)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw malformed("no JSON object");
      }
      vectors.top(json);
    } catch (JacksonException | IllegalArgumentException malformed) {
      throw malformed("no embeddings that can be read");
    }
    vectors.check();
    return vectors;
  }

  private void top(JsonParser json) {
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      if (name.equals("data") && value == JsonToken.START_ARRAY) {
        for (int at = 0; json.nextToken() != JsonToken.END_ARRAY; at++) {
          row(json, at);
        }
      } else if (name.equals("usage") && value == JsonToken.START_OBJECT) {
        usage(json);
      } else {
        json.skipChildren();
      }
    }
  }

  private void usage(JsonParser json) {
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String name = json.currentName();
      if (json.nextToken() == JsonToken.VALUE_NUMBER_INT && name.equals("prompt_tokens")) {
        promptTokens = Math.clamp(json.getValueAsLong(), 0, Integer.MAX_VALUE);
      }
      json.skipChildren();
    }
  }

  private void row(JsonParser json, int place) {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw malformed("an embedding that is no object");
    }
    long index = place;
    byte[] vector = null;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      if (name.equals("index") && value == JsonToken.VALUE_NUMBER_INT) {
        index = json.getLongValue();
      } else if (name.equals("embedding")) {
        vector = value == JsonToken.VALUE_STRING ? base64(json) : list(json);
      } else {
        json.skipChildren();
      }
    }
    if (vector == null || index < 0 || index >= texts || rows.put((int) index, vector) != null) {
      throw malformed("an embedding for no text or for one twice");
    }
  }

  private static byte[] base64(JsonParser json) {
    byte[] bytes = Base64.getDecoder().decode(json.getString());
    if (bytes.length % Float.BYTES != 0) {
      throw malformed("an embedding of " + bytes.length + " bytes");
    }
    return bytes;
  }

  private byte[] list(JsonParser json) {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw malformed("an embedding that is no list");
    }
    int count = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (!json.currentToken().isNumeric() || count == WIDEST) {
        throw malformed("an embedding of other than at most " + WIDEST + " numbers");
      }
      if (count == numbers.length) {
        numbers = Arrays.copyOf(numbers, count * 2);
      }
      numbers[count++] = json.getFloatValue();
    }
    ByteBuffer packed = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at < count; at++) {
      packed.putFloat(numbers[at]);
    }
    return packed.array();
  }

  private void check() {
    int bytes = row(0).length;
    for (int at = 0; at < texts; at++) {
      ByteBuffer numbersOf = ByteBuffer.wrap(row(at)).order(ByteOrder.LITTLE_ENDIAN);
      if (bytes == 0 || numbersOf.remaining() != bytes) {
        throw malformed("embeddings of different widths, or of none");
      }
      while (numbersOf.hasRemaining()) {
        if (!Float.isFinite(numbersOf.getFloat())) {
          throw malformed("an embedding with a number that is not finite");
        }
      }
    }
  }

  private byte[] row(int at) {
    byte[] row = rows.get(at);
    if (row == null) {
      throw malformed(rows.size() + " embeddings (expected: " + texts + ")");
    }
    return row;
  }

  int width() {
    return row(0).length / Float.BYTES;
  }

  byte[] packed() {
    ByteBuffer packed = ByteBuffer.allocate(Math.multiplyExact(texts, row(0).length));
    for (int at = 0; at < texts; at++) {
      packed.put(row(at));
    }
    return packed.array();
  }

  /** −1 when it was not told. */
  int promptTokens() {
    return promptTokens;
  }

  private static Fault.Thrown malformed(String what) {
    return new Fault.Thrown(Faults.malformed(what));
  }
}
