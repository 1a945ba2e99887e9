package dev.millrace.ingress.v2;

import dev.millrace.domain.model.ModelSpec;
import dev.millrace.domain.model.ModelSpec.Field;
import dev.millrace.domain.model.ModelSpec.Kind;
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
record Signature(List<Port> inputs, List<Port> outputs) {

  private static final String LABELLED = "list of {label, score}";
  private static final String BOXED = "list of {label, score, box}";

  /**
   * One tensor.
   *
   * @param row shape of one row, −1 for a size that varies; the tensor's shape is [N] and this
   * @param image whether its BYTES are an image's, as base64 text in JSON
   * @param optional whether a request may leave it out
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Port(String name, DataType type, long[] row, boolean image, boolean optional) {}

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
    return new Signature(List.copyOf(inputs), List.copyOf(outputs));
  }

  private static void addLabelled(ModelSpec spec, List<Port> outputs) {
    long[] row = {top(spec)};
    outputs.add(new Port("labels", DataType.BYTES, row, false, false));
    outputs.add(new Port("scores", DataType.FP32, row, false, false));
  }

  /** Boxes of all pictures one after another; {@code counts} says how many each has. */
  private static void addBoxed(List<Port> outputs) {
    outputs.add(new Port("boxes", DataType.FP32, new long[] {4}, false, false));
    outputs.add(new Port("scores", DataType.FP32, new long[0], false, false));
    outputs.add(new Port("labels", DataType.BYTES, new long[0], false, false));
    outputs.add(new Port("counts", DataType.INT64, new long[0], false, false));
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
      ports.add(new Port(field.name(), type, row, field.type().equals("image"), optional));
    }
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
