package dev.millrace.runtime.testing;

import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.model.ModelSpec;
import dev.millrace.domain.model.ModelSpec.Defaults;
import dev.millrace.domain.model.ModelSpec.Field;
import dev.millrace.domain.model.ModelSpec.Isolation;
import dev.millrace.domain.model.ModelSpec.Kind;
import dev.millrace.domain.model.ModelSpec.ModelFile;
import dev.millrace.domain.model.ModelSpec.RuntimeKind;
import dev.millrace.domain.model.ModelSpec.Sample;
import dev.millrace.domain.model.ModelSpec.Step;
import dev.millrace.domain.task.TaskClass;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Builds manifests as values, as the parser would. */
public final class Specs {

  private static final List<String> FEATURES =
      List.of(
          "amount",
          "hour",
          "weekend",
          "night",
          "c_n_1d",
          "c_avg_1d",
          "t_n_1d",
          "t_risk_1d",
          "c_n_7d",
          "c_avg_7d",
          "t_n_7d",
          "t_risk_7d",
          "c_n_30d",
          "c_avg_30d",
          "t_n_30d",
          "t_risk_30d");

  private final String name;
  private final Kind kind;
  private final RuntimeKind runtime;
  private final Path folder;
  private final Map<String, ModelFile> files = new LinkedHashMap<>();
  private final List<Field> inputs = new ArrayList<>();
  private final List<Field> outputs = new ArrayList<>();
  private final List<Step> steps = new ArrayList<>();
  private int context;
  private Sample sample;

  public Specs(String name, Kind kind, RuntimeKind runtime, Path folder) {
    this.name = name;
    this.kind = kind;
    this.runtime = runtime;
    this.folder = folder.toAbsolutePath().normalize();
  }

  public Specs file(String logical, String path) {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(folder.resolve(path));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    return file(logical, new ModelFile(path, bytes.length, sha256(bytes)));
  }

  public Specs file(String logical, ModelFile file) {
    files.put(logical, file);
    return this;
  }

  public Specs input(String field, String type, List<Long> shape, Map<String, Object> options) {
    inputs.add(new Field(field, type, shape, options));
    return this;
  }

  public Specs output(String field, String type) {
    outputs.add(new Field(field, type, List.of(), Map.of()));
    return this;
  }

  public Specs step(String step, Map<String, Object> options) {
    steps.add(new Step(step, options));
    return this;
  }

  public Specs context(int tokens) {
    context = tokens;
    return this;
  }

  public Specs sample(String input, String expect, double tolerance) {
    sample = new Sample(input, expect, tolerance);
    return this;
  }

  public ModelSpec spec() {
    return new ModelSpec(
        name,
        "1",
        kind,
        runtime,
        "0".repeat(64),
        folder.toString(),
        files,
        inputs,
        outputs,
        steps,
        Isolation.IN_PROCESS,
        new Defaults(2_000, TaskClass.STANDARD, 16),
        context,
        sample,
        "Apache-2.0",
        null);
  }

  public Deployment deployment(int id, int concurrency) {
    return new Deployment(id, spec(), "main", Isolation.IN_PROCESS, 16, concurrency, true);
  }

  public static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException absent) {
      throw new IllegalStateException(absent);
    }
  }

  public static Specs cardFraud(String file) {
    return new Specs("card-fraud", Kind.TABULAR, RuntimeKind.ONNX, Assets.path("tabular"))
        .file("model", file)
        .input("features", "float32", List.of(16L), Map.of("names", FEATURES))
        .step("require-finite", Map.of())
        .step("run", Map.of())
        .output("label", "int64")
        .output("probabilities", "float32");
  }

  public static Specs intentsLight() {
    return new Specs("intents-light", Kind.CLASSIFY, RuntimeKind.ONNX, Assets.path("text"))
        .file("model", "banking77_light_tfidf_lr.onnx")
        .file("labels", "banking77_labels.json")
        .input("text", "text", List.of(), Map.of())
        .step("lowercase", Map.of())
        .step("run", Map.of("output", "probabilities"))
        .step("top", Map.of("k", 5L, "labels", "labels"));
  }

  public static Specs intentsHeavy() {
    Path folder = Assets.path("text");
    Path together = MiniLm.folder();
    copy(folder, together, "banking77_heavy_minilm_lr_head.onnx");
    copy(folder, together, "banking77_labels.json");
    return new Specs("intents-heavy", Kind.CLASSIFY, RuntimeKind.ONNX, together)
        .file("model", "banking77_heavy_minilm_lr_head.onnx")
        .file("labels", "banking77_labels.json")
        .file("encoder", MiniLm.MODEL)
        .file("tokenizer", MiniLm.TOKENIZER)
        .input("text", "text", List.of(), Map.of())
        .step("embed", Map.of("model", "encoder", "tokenizer", "tokenizer", "max_tokens", 128L))
        .step("run", Map.of("input", "embedding", "output", "probabilities"))
        .step("top", Map.of("k", 5L, "labels", "labels"));
  }

  private static void copy(Path from, Path to, String file) {
    try {
      if (!Files.exists(to.resolve(file))) {
        Files.copy(from.resolve(file), to.resolve(file));
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  public static Specs efficientNet(String file) {
    return new Specs("efficientnet-lite0", Kind.CLASSIFY, RuntimeKind.ONNX, Assets.path("classify"))
        .file("model", file)
        .file("labels", "imagenet1000.names")
        .input("image", "image", List.of(), Map.of("formats", List.of("jpeg", "png", "webp")))
        .step("decode-image", Map.of("orient", "exif", "mode", "rgb"))
        .step("center-crop", Map.of("fraction", 0.875))
        .step("resize", Map.of("size", 224L, "filter", "bicubic", "antialias", true))
        .step(
            "normalize",
            Map.of("mean", List.of(127L, 127L, 127L), "scale", 0.0078125, "layout", "nchw"))
        .step("run", Map.of("input", "image", "output", "logits"))
        .step("softmax", Map.of())
        .step("top", Map.of("k", 5L, "labels", "labels"));
  }

  /**
   * @param pixels {@code stored} or {@code upright}
   */
  public static Specs yoloxNano(String pixels, double threshold) {
    return new Specs("yolox-nano", Kind.DETECT, RuntimeKind.ONNX, Assets.path("detect"))
        .file("model", "yolox_nano_coco_dynamic.onnx")
        .file("labels", "coco80.names")
        .input("image", "image", List.of(), Map.of("formats", List.of("jpeg", "png", "webp")))
        .step("decode-image", Map.of("orient", "exif", "mode", "rgb"))
        .step("letterbox", Map.of("size", 416L, "fill", 114L))
        .step("normalize", Map.of("order", "bgr"))
        .step("run", Map.of("input", "images", "output", "output"))
        .step("yolox-decode", Map.of("strides", List.of(8L, 16L, 32L), "pixels", pixels))
        .step("nms", Map.of("iou", 0.45))
        .step("threshold", Map.of("at", threshold))
        .step("labels", Map.of("labels", "labels"))
        .output("detections", "list of {label, score, box}");
  }

  public static Specs miniLm() {
    return new Specs("minilm", Kind.EMBED, RuntimeKind.ONNX, MiniLm.folder())
        .file("model", MiniLm.MODEL)
        .file("tokenizer", MiniLm.TOKENIZER)
        .input("text", "text", List.of(), Map.of())
        .step("tokenize", Map.of("tokenizer", "tokenizer", "max_tokens", 128L))
        .step("run", Map.of("output", "last_hidden_state"))
        .step("mean-pool", Map.of())
        .step("l2", Map.of("output", "embedding"))
        .output("embedding", "float32");
  }

  public static Specs tale(String size) {
    return new Specs("tale-" + size, Kind.GENERATE, RuntimeKind.ONNX_DECODER, Assets.path("llm"))
        .file("model", "tale-" + size + "-kv-w16.onnx")
        .file("tokenizer", "tale-tokenizer.json")
        .input("prompt", "text", List.of(), Map.of())
        .context(256);
  }
}
