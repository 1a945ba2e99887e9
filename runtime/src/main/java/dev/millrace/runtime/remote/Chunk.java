package dev.millrace.runtime.remote;

import dev.millrace.domain.task.Usage;
import dev.millrace.runtime.json.StrictJson;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * One chunk of a completion, or a whole one: what of it matters here. Only the first choice is
 * read; we ask for no other.
 *
 * @param text that it adds; empty for none
 * @param thinking whether the model gave something that is no answer yet
 * @param finishReason null while the answer goes on
 * @param usage null in most chunks
 * @param calls what it adds to tool calls; empty in most chunks
 * @param failed whether it tells of an error instead
 */
record Chunk(
    String text,
    boolean thinking,
    @Nullable String finishReason,
    @Nullable Usage usage,
    List<CallDelta> calls,
    boolean failed) {

  /** Chunks are read by the thousand, and what a name twice means is nobody's question there. */
  private static final JsonFactory JSON = StrictJson.lenient();

  static Chunk read(byte[] utf8) {
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), utf8)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new Fault.Thrown(Faults.malformed("an event that is no JSON object"));
      }
      Reader reader = new Reader(json);
      reader.top();
      if (json.nextToken() != null) {
        throw new Fault.Thrown(Faults.malformed("an event of more than one JSON value"));
      }
      return reader.chunk();
    } catch (JacksonException malformed) {
      throw new Fault.Thrown(Faults.malformed("an event that is no JSON"));
    }
  }

  /** Half a surrogate pair becomes a sign that stands for any. */
  static String wellFormed(String text) {
    return StrictJson.wellFormed(text)
        ? text
        : text.codePoints()
            .map(point -> point >= 0xD800 && point <= 0xDFFF ? 0xFFFD : point)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
  }

  /** Walks over the object; what is of another type than known is passed over. */
  private static final class Reader {
    private final JsonParser json;
    private String text = "";
    private final List<CallDelta> calls = new ArrayList<>(0);
    private boolean thinking;
    private boolean failed;
    private @Nullable String finishReason;
    private int promptTokens = -1;
    private int completionTokens = -1;

    Reader(JsonParser json) {
      this.json = json;
    }

    Chunk chunk() {
      Usage usage =
          completionTokens < 0 ? null : new Usage(Math.max(0, promptTokens), completionTokens);
      return new Chunk(wellFormed(text), thinking, finishReason, usage, calls, failed);
    }

    void top() {
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        JsonToken value = json.nextToken();
        switch (name) {
          case "choices" -> choices(value);
          case "usage" -> usage(value);
          case "error" -> failed |= value != JsonToken.VALUE_NULL;
          case "object" -> failed |= "error".equals(json.getValueAsString());
          default -> {}
        }
        skipRest(value);
      }
    }

    /** Leaves an object or a list whose reader did not walk to its end; none does by half. */
    private void skipRest(JsonToken value) {
      if (json.currentToken() == value) {
        json.skipChildren();
      }
    }

    private void choices(JsonToken value) {
      if (value != JsonToken.START_ARRAY) {
        return;
      }
      boolean first = true;
      while (json.nextToken() != JsonToken.END_ARRAY) {
        if (first && json.currentToken() == JsonToken.START_OBJECT) {
          choice();
        } else {
          json.skipChildren();
        }
        first = false;
      }
    }

    private void choice() {
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        JsonToken value = json.nextToken();
        switch (name) {
          case "delta", "message" -> delta(value);
          case "text" -> text(value);
          case "finish_reason" -> finishReason = json.getValueAsString();
          default -> {}
        }
        skipRest(value);
      }
    }

    private void delta(JsonToken start) {
      if (start != JsonToken.START_OBJECT) {
        return;
      }
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        JsonToken value = json.nextToken();
        switch (name) {
          case "content" -> text(value);
          case "tool_calls" -> calls(value);
          case "reasoning_content", "reasoning" -> thinking |= value == JsonToken.VALUE_STRING;
          default -> {}
        }
        skipRest(value);
      }
    }

    private void calls(JsonToken value) {
      if (value != JsonToken.START_ARRAY) {
        return;
      }
      while (json.nextToken() != JsonToken.END_ARRAY) {
        if (json.currentToken() == JsonToken.START_OBJECT) {
          CallDelta call = CallDelta.read(json);
          if (!call.isEmpty()) {
            calls.add(call);
          }
        } else {
          json.skipChildren();
        }
      }
    }

    private void text(JsonToken value) {
      if (value == JsonToken.VALUE_STRING) {
        text = text.isEmpty() ? json.getString() : text + json.getString();
      }
    }

    private void usage(JsonToken start) {
      if (start != JsonToken.START_OBJECT) {
        return;
      }
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        JsonToken value = json.nextToken();
        if (value == JsonToken.VALUE_NUMBER_INT) {
          int count = Math.clamp(json.getValueAsLong(), 0, Integer.MAX_VALUE);
          if (name.equals("prompt_tokens")) {
            promptTokens = count;
          } else if (name.equals("completion_tokens")) {
            completionTokens = count;
          }
        }
        json.skipChildren();
      }
    }
  }
}
