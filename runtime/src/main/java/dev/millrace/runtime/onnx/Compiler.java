package dev.millrace.runtime.onnx;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.model.ModelSpec;
import dev.millrace.kernel.Clock;
import dev.millrace.runtime.engine.ModelFiles;
import dev.millrace.runtime.json.JsonTree;
import dev.millrace.runtime.ort.OrtModel;
import dev.millrace.runtime.text.WordPiece;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * From a manifest to a pipeline: loads the files that its steps name, each once, and refuses what
 * it does not know, with the step's place. Used by one thread, once.
 */
final class Compiler {

  private static final String KNOWN =
      "decode-image, letterbox, resize, center-crop, normalize, lowercase, tokenize, embed, l2, mean-pool,"
          + " run, softmax, top, labels, yolox-decode, nms, threshold, require-finite";
  private static final int MOST_STEPS = 64;
  private static final int MOST_TOGETHER = 64;

  private final ModelSpec spec;
  private final Clock clock;
  private final int threads;
  private final Map<String, OrtModel> models = new HashMap<>();
  private final Map<String, WordPiece> tokenizers = new HashMap<>();
  private final List<Step> steps = new ArrayList<>();
  private boolean tokens;
  private boolean ran;

  Compiler(ModelSpec spec, Clock clock, int threads) {
    this.spec = spec;
    this.clock = clock;
    this.threads = threads;
  }

  /** The sessions that were loaded; whoever compiled closes them, also after a failure. */
  List<OrtModel> models() {
    return List.copyOf(models.values());
  }

  Pipeline compile() {
    if (spec.steps().size() > MOST_STEPS) {
      throw refused("steps", spec.steps().size() + "", "at most " + MOST_STEPS);
    }
    for (int i = 0; i < spec.steps().size(); i++) {
      ModelSpec.Step step = spec.steps().get(i);
      Options options = new Options("steps[" + i + "] " + step.name(), step.options());
      steps.add(step(step.name(), options, "steps[" + i + "]"));
      options.done();
    }
    if (!ran) {
      steps.add(run(new Options("the implied step run", Map.of())));
    }
    return new Pipeline(
        new InputReader(spec.inputs(), model("model").inputs()), steps, spec.outputs());
  }

  private Step step(String name, Options options, String place) {
    return switch (name) {
      case "decode-image" -> ImageSteps.decode(options, imageOptions(), clock);
      case "letterbox" -> ImageSteps.letterbox(options);
      case "resize" -> ImageSteps.resize(options);
      case "center-crop" -> ImageSteps.centerCrop(options);
      case "normalize" -> ImageSteps.normalize(options);
      case "lowercase" -> TextSteps.lowercase(options);
      case "tokenize" -> {
        tokens = true;
        yield TextSteps.tokenize(options, tokenizer(options.text("tokenizer", "tokenizer")));
      }
      case "embed" -> embed(options);
      case "run" -> run(options);
      case "l2" -> NumberSteps.l2(options);
      case "mean-pool" -> NumberSteps.meanPool(options);
      case "softmax" -> NumberSteps.softmax(options);
      case "yolox-decode" -> new YoloxDecode(options);
      case "nms" -> new Suppression(options);
      case "threshold" -> NumberSteps.threshold(options);
      case "require-finite" -> NumberSteps.requireFinite(options, names(), ran);
      case "top" -> LabelSteps.top(options, labels(options.text("labels", "")));
      case "labels" -> LabelSteps.labels(options, labels(options.text("labels", "labels")));
      default -> throw refused(place, name, "one of: " + KNOWN);
    };
  }

  private Options imageOptions() {
    return spec.inputs().stream()
        .filter(field -> field.type().equals("image"))
        .findFirst()
        .map(field -> new Options("input " + field.name(), field.options()))
        .orElseThrow(() -> refused("steps", "decode-image", "an input of type image"));
  }

  private List<String> names() {
    return spec.inputs().stream()
        .filter(field -> field.options().containsKey("names"))
        .findFirst()
        .map(field -> new Options("input " + field.name(), field.options()).texts("names"))
        .orElse(List.of());
  }

  private Step embed(Options options) {
    Encoder encoder =
        new Encoder(
            model(options.text("model", "encoder")),
            options.text("vectors", ""),
            options.number("together", 1, 1, MOST_TOGETHER));
    return EncodeSteps.embed(encoder, tokenizer(options.text("tokenizer", "tokenizer")), options);
  }

  private Step run(Options options) {
    ran = true;
    OrtModel model = model(options.text("model", "model"));
    if (!tokens) {
      return new RunStep(model, options);
    }
    tokens = false;
    options.text("input", "");
    return EncodeSteps.run(
        new Encoder(
            model, options.text("output", ""), options.number("together", 1, 1, MOST_TOGETHER)));
  }

  private OrtModel model(String file) {
    OrtModel loaded = models.get(file);
    if (loaded == null) {
      loaded = OrtModel.load(ModelFiles.read(spec, file), spec.name() + ": " + file, threads);
      models.put(file, loaded);
    }
    return loaded;
  }

  private WordPiece tokenizer(String file) {
    return tokenizers.computeIfAbsent(file, name -> WordPiece.read(ModelFiles.read(spec, name)));
  }

  /** A label a line, or a JSON list of texts; none without a file. */
  private List<String> labels(String file) {
    if (file.isEmpty()) {
      return List.of();
    }
    byte[] bytes = ModelFiles.read(spec, file);
    String text = new String(bytes, StandardCharsets.UTF_8);
    String begin = text.stripLeading();
    if (!begin.startsWith("[") && !begin.startsWith("{")) {
      return text.lines().toList();
    }
    if (JsonTree.read(bytes, file) instanceof List<?> list
        && list.stream().allMatch(String.class::isInstance)) {
      return list.stream().map(String.class::cast).toList();
    }
    throw refused("files." + file, "other JSON", "a list of texts");
  }

  private ProblemException refused(String place, String found, String expected) {
    return new ProblemException(
        Problem.of(
            ErrorCode.INVALID_ARGUMENT,
            spec.name() + ": " + place + ": " + found + " (expected: " + expected + ")"));
  }
}
