package dev.millrace.runtime.engine;

import dev.millrace.domain.model.ModelSpec.Sample;
import dev.millrace.domain.port.ModelRuntime.Result;
import dev.millrace.domain.tensor.Tensor;
import dev.millrace.runtime.json.JsonTree;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compares an answer with what a manifest expects: an object with, by name,
 *
 * <ul>
 *   <li>{@code text} and {@code finish_reason} of a generator;
 *   <li>an output's values, as a value or lists of values; the first ones suffice;
 *   <li>under any other name, a list of {@code {label, score}} or {@code {label, score, box}},
 *       against the outputs {@code labels}, {@code scores} and {@code boxes}.
 * </ul>
 *
 * Numbers may differ by the tolerance, the edges of such a box by two pixels.
 */
final class SampleAnswer {

  private static final double BOX_PIXELS = 2;

  private SampleAnswer() {}

  /** The answer is not the expected one. */
  static final class Different extends Exception {
    private static final long serialVersionUID = 1L;

    private final String what;

    Different(String name, @Nullable Object found, @Nullable Object expected) {
      super(name, null, false, false);
      what = name + ": " + found + " (expected: " + expected + ")";
    }

    String what() {
      return what;
    }
  }

  static void compare(Sample sample, Result result, String text) throws Different {
    Object expected =
        JsonTree.read(sample.expect().getBytes(StandardCharsets.UTF_8), "sample.expect");
    if (!(expected instanceof Map<?, ?> outputs)) {
      throw new Different("sample.expect", "no object", "an object by output name");
    }
    for (Map.Entry<?, ?> output : outputs.entrySet()) {
      String name = (String) output.getKey();
      switch (name) {
        case "text" -> same(name, text, output.getValue());
        case "finish_reason" -> same(name, result.finishReason(), output.getValue());
        default -> compare(name, output.getValue(), result.outputs(), sample.tolerance());
      }
    }
  }

  private static void compare(
      String name, @Nullable Object expected, List<Tensor> outputs, double tolerance)
      throws Different {
    Tensor tensor = find(outputs, name);
    if (tensor != null) {
      values(name, flat(expected), elements(tensor), tolerance);
      return;
    }
    Tensor labels = find(outputs, "labels");
    Tensor scores = find(outputs, "scores");
    if (labels == null || scores == null || !(expected instanceof List<?> list)) {
      throw new Different("output " + name, "absent", outputs);
    }
    List<@Nullable Object> names = new ArrayList<>();
    List<@Nullable Object> numbers = new ArrayList<>();
    List<@Nullable Object> edges = new ArrayList<>();
    for (Object each : list) {
      if (each instanceof Map<?, ?> entry) {
        names.add(entry.get("label"));
        numbers.add(entry.get("score"));
        if (entry.containsKey("box")) {
          flatten(entry.get("box"), edges);
        }
      }
    }
    values(name + "/label", names, elements(labels), tolerance);
    values(name + "/score", numbers, elements(scores), tolerance);
    Tensor boxes = find(outputs, "boxes");
    if (!edges.isEmpty()) {
      values(name + "/box", edges, boxes == null ? List.of() : elements(boxes), BOX_PIXELS);
    }
  }

  private static void values(
      String name, List<@Nullable Object> expected, List<Object> found, double tolerance)
      throws Different {
    if (expected.isEmpty() || expected.size() > found.size()) {
      throw new Different(name, found.size() + " values", expected.size() + " values");
    }
    for (int i = 0; i < expected.size(); i++) {
      String place = name + "[" + i + "]";
      if (expected.get(i) instanceof Number wanted && found.get(i) instanceof Number number) {
        double difference = Math.abs(wanted.doubleValue() - number.doubleValue());
        // Not a plain comparison, so that NaN differs from everything.
        if (!(difference <= tolerance)) {
          throw new Different(place, number, wanted + " within " + tolerance);
        }
      } else {
        same(place, found.get(i), expected.get(i));
      }
    }
  }

  private static void same(String name, @Nullable Object found, @Nullable Object expected)
      throws Different {
    if (expected == null || !expected.equals(found)) {
      throw new Different(name, found, expected);
    }
  }

  private static @Nullable Tensor find(List<Tensor> outputs, String name) {
    for (Tensor output : outputs) {
      if (output.name().equals(name)) {
        return output;
      }
    }
    return null;
  }

  private static List<@Nullable Object> flat(@Nullable Object value) {
    List<@Nullable Object> flat = new ArrayList<>();
    flatten(value, flat);
    return flat;
  }

  private static void flatten(@Nullable Object value, List<@Nullable Object> into) {
    if (value instanceof List<?> list) {
      list.forEach(each -> flatten(each, into));
    } else {
      into.add(value);
    }
  }

  private static List<Object> elements(Tensor tensor) throws Different {
    List<Object> elements = new ArrayList<>();
    switch (tensor.type()) {
      case FP32 -> {
        for (float value : tensor.floats()) {
          elements.add(value);
        }
      }
      case INT64 -> {
        for (long value : tensor.longs()) {
          elements.add(value);
        }
      }
      case BYTES -> elements.addAll(tensor.texts());
      case BOOL -> {
        for (byte value : tensor.data()) {
          elements.add(value != 0);
        }
      }
      default -> throw new Different(tensor.name(), tensor.type(), "FP32, INT64, BOOL or BYTES");
    }
    return elements;
  }
}
