package dev.millrace.ingress.v2;

import dev.millrace.domain.model.ModelSpec;
import dev.millrace.domain.model.ModelSpec.Field;
import dev.millrace.domain.model.ModelSpec.Kind;
import dev.millrace.domain.model.ModelSpec.RuntimeKind;
import dev.millrace.domain.model.ModelSpec.Step;
import dev.millrace.domain.tensor.DataType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model's tensors as this door shows them: after its steps.
 *
 * @param inputs in declared order
 * @param outputs in declared order; empty when the manifest declares none
 */
public record Signature(List<Port> inputs, List<Port> outputs) {

  private static final String LABELLED = "list of {label, score}";
  private static final String BOXED = "list of {label, score, box}";
  private static final long[] ONE_A_ROW = {};

  /** What a generator takes beside what its manifest declares; each may be left out. */
  private static final List<Port> GENERATION =
      List.of(
          option("max_tokens", DataType.INT32),
          option("temperature", DataType.FP32),
          option("top_p", DataType.FP32),
          option("top_k", DataType.INT32),
          option("seed", DataType.INT64),
          option("repetition_penalty", DataType.FP32));

  /** What the elements of a port are. */
  public enum Content {
    NUMBERS,
    /** BYTES that are UTF-8. */
    TEXT,
    /** BYTES that are an encoded image; base64 text in JSON. */
    IMAGE,
    BYTES
  }

  /**
   * One tensor.
   *
   * @param row shape of one row, −1 for a size that varies; the tensor's shape is [N] and this
   * @param optional whether a request may leave it out
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Port(String name, DataType type, long[] row, Content content, boolean optional) {}

  static Signature of(ModelSpec spec) {
    List<Port> inputs = new ArrayList<>();
    for (Field field : spec.inputs()) {
      add(field, inputs);
    }
    List<Port> outputs = new ArrayList<>();
    for (Field field : spec.outputs()) {
      if (field.type().equals(LABELLED)) {
        addLabelled(spec, outputs);
      } else if (field.type().equals(BOXED)) {
        addBoxed(outputs);
      } else {
        add(field, outputs);
      }
    }
    if (spec.outputs().isEmpty() && spec.kind() == Kind.CLASSIFY) {
      addLabelled(spec, outputs);
    }
    if (spec.outputs().isEmpty() && spec.kind() == Kind.DETECT) {
      addBoxed(outputs);
    }
    if (spec.generates()) {
      addGeneration(spec, inputs, outputs);
    }
    return new Signature(List.copyOf(inputs), List.copyOf(outputs));
  }

  private static Port option(String name, DataType type) {
    return new Port(name, type, ONE_A_ROW, Content.NUMBERS, /* optional= */ true);
  }

  private static void addGeneration(ModelSpec spec, List<Port> inputs, List<Port> outputs) {
    if (spec.runtime() != RuntimeKind.SIM) {
      GENERATION.stream()
          .filter(option -> find(inputs, option.name()) == null)
          .toList()
          .forEach(inputs::add);
    }
    if (outputs.isEmpty()) {
      outputs.add(new Port("text", DataType.BYTES, ONE_A_ROW, Content.TEXT, false));
    }
  }

  private static void addLabelled(ModelSpec spec, List<Port> outputs) {
    long[] row = {top(spec)};
    outputs.add(new Port("labels", DataType.BYTES, row, Content.TEXT, false));
    outputs.add(new Port("scores", DataType.FP32, row, Content.NUMBERS, false));
  }

  /** Boxes of all pictures one after another; {@code counts} says how many each has. */
  private static void addBoxed(List<Port> outputs) {
    outputs.add(new Port("boxes", DataType.FP32, new long[] {4}, Content.NUMBERS, false));
    outputs.add(new Port("scores", DataType.FP32, ONE_A_ROW, Content.NUMBERS, false));
    outputs.add(new Port("labels", DataType.BYTES, ONE_A_ROW, Content.TEXT, false));
    outputs.add(new Port("counts", DataType.INT64, ONE_A_ROW, Content.NUMBERS, false));
  }

  private static long top(ModelSpec spec) {
    for (Step step : spec.steps()) {
      if (step.name().equals("top") && step.options().get("k") instanceof Long k) {
        return k;
      }
    }
    return -1;
  }

  private static void add(Field field, List<Port> ports) {
    DataType type = type(field.type());
    if (type != null) {
      long[] row = field.shape().stream().mapToLong(Long::longValue).toArray();
      boolean optional =
          field.options().containsKey("default")
              || Boolean.TRUE.equals(field.options().get("optional"));
      ports.add(new Port(field.name(), type, row, content(field.type()), optional));
    }
  }

  private static Content content(String declared) {
    return switch (declared) {
      case "text" -> Content.TEXT;
      case "image" -> Content.IMAGE;
      case "bytes" -> Content.BYTES;
      default -> Content.NUMBERS;
    };
  }

  /** The type by the manifest's name for it, or null where there is no tensor for it. */
  private static @Nullable DataType type(String declared) {
    return switch (declared) {
      case "text", "image", "bytes" -> DataType.BYTES;
      case "bool" -> DataType.BOOL;
      case "uint8" -> DataType.UINT8;
      case "uint16" -> DataType.UINT16;
      case "uint32" -> DataType.UINT32;
      case "uint64" -> DataType.UINT64;
      case "int8" -> DataType.INT8;
      case "int16" -> DataType.INT16;
      case "int32" -> DataType.INT32;
      case "int64" -> DataType.INT64;
      case "float16" -> DataType.FP16;
      case "bfloat16" -> DataType.BF16;
      case "float32" -> DataType.FP32;
      case "float64" -> DataType.FP64;
      default -> null;
    };
  }

  static @Nullable Port find(List<Port> ports, String name) {
    for (Port port : ports) {
      if (port.name().equals(name)) {
        return port;
      }
    }
    return null;
  }

  static String names(List<Port> ports) {
    return String.join(", ", ports.stream().map(Port::name).toList());
  }
}
