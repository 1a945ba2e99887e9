package dev.millrace.ingress.v2;

import dev.millrace.domain.model.ModelSpec;
import dev.millrace.domain.model.ModelSpec.Field;
import dev.millrace.domain.model.ModelSpec.RuntimeKind;
import dev.millrace.domain.task.Input;
import dev.millrace.domain.tensor.Tensor;
import dev.millrace.ingress.call.Elements;
import dev.millrace.ingress.json.JsonText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a generator is asked, gathered from tensors and parameters: the object of our own doors. */
final class GeneratorInput {

  private static final Set<String> NEVER = Set.of("stream", "exclude_input_in_output");

  private final ModelSpec spec;
  private final Map<String, String> fields = new LinkedHashMap<>();

  GeneratorInput(ModelSpec spec) {
    this.spec = spec;
  }

  /** Whether a parameter of that name is for the model. */
  boolean takes(String name) {
    if (NEVER.contains(name)) {
      return false;
    }
    // The simulated model refuses what it does not know; all others pass over it.
    return spec.runtime() != RuntimeKind.SIM || declares(ours(name));
  }

  private boolean declares(String name) {
    for (Field field : spec.inputs()) {
      if (field.name().equals(name)) {
        return true;
      }
    }
    return false;
  }

  /** The names that other servers of the protocol use for what has a name of its own here. */
  private String ours(String name) {
    return switch (name) {
      case "text_input" -> "prompt";
      case "max_tokens" -> spec.runtime() == RuntimeKind.SIM ? "tokens" : name;
      default -> name;
    };
  }

  void option(String name, String json) {
    if (takes(name)) {
      fields.put(ours(name), json);
    }
  }

  boolean has(String name) {
    return fields.containsKey(name);
  }

  /** The input, with what came as tensors; each has one row. */
  Input.Json with(List<Tensor> tensors) {
    for (Tensor tensor : tensors) {
      if (tensor.shape()[0] != 1) {
        throw InferRequest.invalid(
            "/inputs", tensor.shape()[0] + " rows", "1 row: a generator answers one prompt");
      }
      fields.put(tensor.name(), json(tensor));
    }
    JsonText json = new JsonText();
    json.beginObject();
    fields.forEach((name, value) -> json.name(name).raw(value));
    return new Input.Json(json.endObject().toUtf8());
  }

  private static String json(Tensor tensor) {
    JsonText json = new JsonText();
    Elements elements = Elements.of(tensor);
    long count = tensor.elements();
    if (count == 1) {
      elements.next(json);
      return json.toString();
    }
    json.beginArray();
    for (long i = 0; i < count; i++) {
      elements.next(json);
    }
    return json.endArray().toString();
  }
}
