package dev.millrace.ingress.testing;

import dev.millrace.domain.model.ModelSpec;
import dev.millrace.domain.model.ModelSpec.Capability;
import dev.millrace.domain.model.ModelSpec.Defaults;
import dev.millrace.domain.model.ModelSpec.Field;
import dev.millrace.domain.model.ModelSpec.Isolation;
import dev.millrace.domain.model.ModelSpec.Kind;
import dev.millrace.domain.model.ModelSpec.RuntimeKind;
import dev.millrace.domain.model.ModelSpec.Step;
import dev.millrace.domain.task.TaskClass;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Models as their manifests would declare them; nothing runs them. */
public final class Models {

  public static final ModelSpec SIM =
      model(
          "sim",
          Kind.GENERATE,
          RuntimeKind.SIM,
          List.of(optional("tokens", "int64"), optional("interval_ms", "int64")),
          List.of(),
          List.of());

  public static final ModelSpec TALE =
      model(
          "tale",
          Kind.GENERATE,
          RuntimeKind.ONNX_DECODER,
          List.of(field("prompt", "text")),
          List.of(),
          List.of());

  /** Chats, keeps to schemas and takes images. */
  public static final ModelSpec SCRIBE =
      new ModelSpec(
          "scribe",
          "1",
          Kind.GENERATE,
          RuntimeKind.LLAMA,
          "0".repeat(64),
          "",
          Map.of(),
          List.of(field("prompt", "text")),
          List.of(),
          List.of(),
          Isolation.WORKER,
          new Defaults(30_000, TaskClass.STANDARD, 16),
          256,
          null,
          "Apache-2.0",
          null,
          Set.of(Capability.STRUCTURED_OUTPUT, Capability.IMAGES));

  /** Chats at another server, keeps to schemas and takes tools. */
  public static final ModelSpec AFAR =
      new ModelSpec(
          "remote",
          "1",
          Kind.GENERATE,
          RuntimeKind.REMOTE,
          "0".repeat(64),
          "",
          Map.of(),
          List.of(optional("prompt", "text"), optional("messages", "text")),
          List.of(field("text", "text")),
          List.of(),
          Isolation.IN_PROCESS,
          new Defaults(30_000, TaskClass.STANDARD, 1),
          0,
          null,
          null,
          null,
          Set.of(Capability.STRUCTURED_OUTPUT, Capability.TOOLS));

  public static final ModelSpec FRAUD =
      model(
          "card-fraud",
          Kind.TABULAR,
          RuntimeKind.ONNX,
          List.of(field("features", "float32", 16)),
          List.of(field("label", "int64"), field("probabilities", "float32", 2)),
          List.of());

  public static final ModelSpec INTENTS =
      model(
          "intents",
          Kind.CLASSIFY,
          RuntimeKind.ONNX,
          List.of(field("text", "text")),
          List.of(field("classes", "list of {label, score}")),
          List.of(new Step("top", Map.of("k", 3L))));

  public static final ModelSpec PHOTO =
      model(
          "photo",
          Kind.CLASSIFY,
          RuntimeKind.ONNX,
          List.of(field("image", "image")),
          List.of(field("classes", "list of {label, score}")),
          List.of(new Step("top", Map.of("k", 5L))));

  public static final ModelSpec DETECTOR =
      model(
          "detector",
          Kind.DETECT,
          RuntimeKind.ONNX,
          List.of(field("image", "image")),
          List.of(field("detections", "list of {label, score, box}")),
          List.of());

  public static final ModelSpec MINILM =
      model(
          "minilm",
          Kind.EMBED,
          RuntimeKind.ONNX,
          List.of(field("text", "text")),
          List.of(field("embedding", "float32", 4)),
          List.of());

  /** Takes every element type, each as an optional input of its type's name. */
  public static final ModelSpec ECHO =
      model("echo", Kind.TENSOR, RuntimeKind.ONNX, everyType(), List.of(), List.of());

  public static final List<ModelSpec> ALL =
      List.of(SIM, TALE, SCRIBE, AFAR, FRAUD, INTENTS, PHOTO, MINILM, ECHO, DETECTOR);

  private Models() {}

  private static List<Field> everyType() {
    List<Field> fields = new ArrayList<>();
    for (String type :
        List.of(
            "bool",
            "uint8",
            "uint16",
            "uint32",
            "uint64",
            "int8",
            "int16",
            "int32",
            "int64",
            "float16",
            "bfloat16",
            "float32",
            "float64",
            "text")) {
      fields.add(new Field(type, type, List.of(-1L), Map.of("optional", true)));
    }
    return fields;
  }

  private static Field field(String name, String type, long... row) {
    return new Field(name, type, java.util.Arrays.stream(row).boxed().toList(), Map.of());
  }

  private static Field optional(String name, String type) {
    return new Field(name, type, List.of(), Map.of("optional", true));
  }

  public static ModelSpec model(
      String name,
      Kind kind,
      RuntimeKind runtime,
      List<Field> inputs,
      List<Field> outputs,
      List<Step> steps) {
    return new ModelSpec(
        name,
        "1",
        kind,
        runtime,
        "0".repeat(64),
        "",
        Map.of(),
        inputs,
        outputs,
        steps,
        Isolation.WORKER,
        new Defaults(30_000, TaskClass.STANDARD, 16),
        kind == Kind.GENERATE ? 256 : 0,
        null,
        "Apache-2.0",
        null);
  }
}
