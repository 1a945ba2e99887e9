package dev.millrace.ingress.v2;

import dev.millrace.ingress.json.JsonObjectReader;
import dev.millrace.ingress.json.JsonText;
import java.nio.charset.StandardCharsets;

/** The {@code parameters} of a request in JSON. */
final class InferParameters {

  private static final int VALUE_LENGTH = 8_192;
  private static final long UINT32_MOST = 0xFFFF_FFFFL;

  private InferParameters() {}

  /** Ours by the names of the headers, the protocol's reserved ones, a generator's options. */
  static void ofRequest(JsonObjectReader outer, InferRequest into) {
    JsonObjectReader json = outer.object();
    for (String name; (name = json.nextField()) != null; ) {
      read(name, json, into);
    }
  }

  /** The parameter at hand. */
  static void read(String name, JsonObjectReader json, InferRequest into) {
    switch (name) {
      case "priority" -> into.priority(json.whole(0, UINT32_MOST));
      case "timeout" -> into.timeout(json.whole(0, Long.MAX_VALUE));
      case "sequence_id", "sequence_start", "sequence_end" -> noSequence(json);
      case "binary_data_output" -> into.binaryOutput = json.truth();
      default -> other(name, json, into);
    }
  }

  private static void other(String name, JsonObjectReader json, InferRequest into) {
    if (json.isNull() || json.isObject()) {
      json.skip();
    } else if (name.startsWith("x-millrace-")) {
      into.parameter(name, text(json), "");
    } else if (!into.takes(name)) {
      json.skip();
    } else if (json.isText()) {
      String text = json.text();
      into.parameter(name, text, new JsonText().value(text).toString());
    } else {
      String raw = new String(json.raw(), StandardCharsets.UTF_8);
      into.parameter(name, raw, raw);
    }
  }

  private static void noSequence(JsonObjectReader json) {
    if (isSequence(text(json))) {
      throw InferRequest.unsupported(json.pointer());
    }
  }

  /** Whether the value asks for what only models with a state of their own have. */
  static boolean isSequence(String value) {
    return !value.isEmpty() && !value.equals("0") && !value.equals("false");
  }

  /** A parameter's value as text, whether it came as text, number or truth value. */
  private static String text(JsonObjectReader json) {
    if (json.isText()) {
      return json.text(VALUE_LENGTH);
    }
    if (json.isObject() || json.isArray()) {
      throw json.unexpected("a text, a number or a truth value");
    }
    return new String(json.raw(), StandardCharsets.UTF_8).strip();
  }
}
