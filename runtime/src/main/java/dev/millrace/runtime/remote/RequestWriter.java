package dev.millrace.runtime.remote;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.task.Input;
import dev.millrace.domain.tensor.DataType;
import dev.millrace.domain.tensor.Tensor;
import dev.millrace.runtime.json.StrictJson;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A task's input as a server takes it. Only fields of {@link #PASSED} go on, as they stand; their
 * values are that server's to judge.
 */
final class RequestWriter {

  /** What a generator's input may say beside its prompt or messages. */
  static final Set<String> PASSED =
      Set.of(
          "max_tokens",
          "temperature",
          "top_p",
          "top_k",
          "min_p",
          "repetition_penalty",
          "presence_penalty",
          "frequency_penalty",
          "seed",
          "stop",
          "logit_bias",
          "reasoning_effort",
          "response_format",
          "tools",
          "tool_choice",
          "parallel_tool_calls");

  private static final JsonFactory JSON = StrictJson.lenient();

  private RequestWriter() {}

  /**
   * @throws ProblemException naming the field that is wrong
   */
  static UpstreamRequest completion(Input input, String model) {
    if (!(input instanceof Input.Json(var utf8))) {
      throw new ProblemException(
          Problem.invalid("/input", "tensors", "an object with a prompt or messages"));
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(utf8.length + 128);
    boolean chat;
    try (JsonParser from = StrictJson.open(utf8);
        JsonGenerator to =
            JSON.createGenerator(ObjectWriteContext.empty(), out, JsonEncoding.UTF8)) {
      to.writeStartObject();
      to.writeStringProperty("model", model);
      chat = copy(from, to);
      to.writeBooleanProperty("stream", true);
      to.writeObjectPropertyStart("stream_options");
      to.writeBooleanProperty("include_usage", true);
      to.writeEndObject();
      to.writeEndObject();
    } catch (JacksonException malformed) {
      throw StrictJson.malformed("/input", malformed);
    }
    return new UpstreamRequest(chat ? "/chat/completions" : "/completions", out.toByteArray(), 0);
  }

  private static boolean copy(JsonParser from, JsonGenerator to) {
    boolean prompt = false;
    boolean messages = false;
    if (from.nextToken() != JsonToken.START_OBJECT) {
      throw new ProblemException(
          Problem.invalid("/input", "no object", "an object with a prompt or messages"));
    }
    while (from.nextToken() != JsonToken.END_OBJECT) {
      String name = from.currentName();
      JsonToken value = from.nextToken();
      prompt |= name.equals("prompt") && value == JsonToken.VALUE_STRING;
      messages |= name.equals("messages") && value == JsonToken.START_ARRAY;
      if (value != JsonToken.VALUE_NULL && passes(name)) {
        to.writeName(name);
        to.copyCurrentStructureExact(from);
      } else {
        from.skipChildren();
      }
    }
    if (prompt == messages) {
      throw new ProblemException(
          Problem.invalid(
              prompt ? "/input/prompt" : "/input",
              prompt ? "a prompt beside messages" : "neither a prompt nor messages",
              "a text \"prompt\" or a list \"messages\""));
    }
    return messages;
  }

  private static boolean passes(String name) {
    return name.equals("prompt") || name.equals("messages") || PASSED.contains(name);
  }

  /**
   * @throws ProblemException naming the field that is wrong
   */
  static UpstreamRequest embedding(Input input, String model) {
    List<String> texts =
        switch (input) {
          case Input.Tensors(var tensors) -> texts(tensors);
          case Input.Json(var utf8) -> texts(utf8);
        };
    if (texts.isEmpty()) {
      throw new ProblemException(
          Problem.invalid("/input/text", "nothing", "a text or a list of texts"));
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator to =
        JSON.createGenerator(ObjectWriteContext.empty(), out, JsonEncoding.UTF8)) {
      to.writeStartObject();
      to.writeStringProperty("model", model);
      to.writeArrayPropertyStart("input");
      texts.forEach(to::writeString);
      to.writeEndArray();
      to.writeStringProperty("encoding_format", "float");
      to.writeEndObject();
    }
    return new UpstreamRequest("/embeddings", out.toByteArray(), texts.size());
  }

  private static List<String> texts(List<Tensor> tensors) {
    if (tensors.size() != 1 || tensors.getFirst().type() != DataType.BYTES) {
      throw new ProblemException(
          new Problem(
              ErrorCode.INVALID_ARGUMENT,
              "/input: " + tensors.size() + " tensors (expected: one of texts)",
              "/input",
              0));
    }
    return tensors.getFirst().texts();
  }

  private static List<String> texts(byte[] utf8) {
    List<String> texts = new ArrayList<>();
    try (JsonParser json = StrictJson.open(utf8)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new ProblemException(Problem.invalid("/input", "no object", "an object"));
      }
      while (json.nextToken() != JsonToken.END_OBJECT) {
        boolean wanted = json.currentName().equals("text");
        JsonToken value = json.nextToken();
        if (wanted && value == JsonToken.VALUE_STRING) {
          texts.add(json.getString());
        } else if (wanted && value == JsonToken.START_ARRAY) {
          list(json, texts);
        } else {
          json.skipChildren();
        }
      }
    } catch (JacksonException malformed) {
      throw StrictJson.malformed("/input", malformed);
    }
    return texts;
  }

  private static void list(JsonParser json, List<String> texts) {
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() != JsonToken.VALUE_STRING) {
        throw new ProblemException(
            Problem.invalid("/input/text/" + texts.size(), "no text", "a text"));
      }
      texts.add(json.getString());
    }
  }
}
