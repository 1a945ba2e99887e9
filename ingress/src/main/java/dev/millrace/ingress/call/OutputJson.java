package dev.millrace.ingress.call;

import dev.millrace.domain.model.ModelSpec;
import dev.millrace.domain.model.ModelSpec.Field;
import dev.millrace.domain.stream.ToolCalls;
import dev.millrace.domain.tensor.Tensor;
import dev.millrace.ingress.json.JsonText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A function's outputs as the manifest declares them; one row is told without its list. */
public final class OutputJson {

  private static final String LABELLED = "list of {label, score}";

  private OutputJson() {}

  /**
   * Writes one object.
   *
   * @param spec may be gone from the snapshot: then tensors stand under their own names
   */
  public static void write(@Nullable ModelSpec spec, List<Tensor> outputs, JsonText json) {
    json.beginObject();
    if (spec == null || spec.outputs().isEmpty()) {
      outputs.forEach(tensor -> writeTensor(tensor, json));
    } else {
      for (Field field : spec.outputs()) {
        writeField(field, outputs, json);
      }
    }
    json.endObject();
  }

  /**
   * Writes what a generator gave as one object.
   *
   * @param text null where the reader has seen it
   */
  static void writeGenerated(@Nullable String text, List<Tensor> outputs, JsonText json) {
    json.beginObject();
    if (text != null) {
      json.field("text", text);
    }
    List<String> calls = ToolCalls.in(outputs);
    if (!calls.isEmpty()) {
      json.name(ToolCalls.OUTPUT).beginArray();
      calls.forEach(json::raw);
      json.endArray();
    }
    json.endObject();
  }

  private static void writeField(Field field, List<Tensor> outputs, JsonText json) {
    if (field.type().equals(LABELLED)) {
      Tensor labels = find(outputs, "labels");
      Tensor scores = find(outputs, "scores");
      if (labels != null && scores != null) {
        json.name(field.name());
        writeLabelled(labels, scores, json);
      }
      return;
    }
    if (field.type().equals(BoxJson.TYPE)) {
      BoxJson boxes = BoxJson.of(outputs);
      if (boxes != null) {
        json.name(field.name());
        boxes.write(json);
      }
      return;
    }
    Tensor tensor = find(outputs, field.name());
    if (tensor != null) {
      writeTensor(tensor, json);
    }
  }

  static @Nullable Tensor find(List<Tensor> tensors, String name) {
    for (Tensor tensor : tensors) {
      if (tensor.name().equals(name)) {
        return tensor;
      }
    }
    return null;
  }

  private static void writeLabelled(Tensor labels, Tensor scores, JsonText json) {
    List<String> names = labels.texts();
    float[] values = scores.floats();
    int rows = rows(labels);
    int each = rows == 0 ? 0 : names.size() / rows;
    if (rows != 1) {
      json.beginArray();
    }
    for (int row = 0; row < rows; row++) {
      json.beginArray();
      for (int i = row * each; i < (row + 1) * each; i++) {
        json.beginObject().field("label", names.get(i));
        json.name("score").value(values[i]).endObject();
      }
      json.endArray();
    }
    if (rows != 1) {
      json.endArray();
    }
  }

  private static void writeTensor(Tensor tensor, JsonText json) {
    json.name(tensor.name());
    Elements elements = Elements.of(tensor);
    int from = rows(tensor) == 1 && tensor.shape().length > 0 ? 1 : 0;
    nest(tensor.shape(), from, elements, json);
  }

  private static int rows(Tensor tensor) {
    return tensor.shape().length == 0 ? 1 : Math.toIntExact(tensor.shape()[0]);
  }

  private static void nest(long[] shape, int dimension, Elements elements, JsonText json) {
    if (dimension >= shape.length) {
      elements.next(json);
      return;
    }
    json.beginArray();
    for (long i = 0; i < shape[dimension]; i++) {
      nest(shape, dimension + 1, elements, json);
    }
    json.endArray();
  }
}
