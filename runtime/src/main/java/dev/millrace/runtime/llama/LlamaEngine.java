package dev.millrace.runtime.llama;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.model.ModelSpec;
import dev.millrace.domain.model.ModelSpec.RuntimeKind;
import dev.millrace.kernel.Clock;
import dev.millrace.runtime.engine.Engine;
import dev.millrace.runtime.engine.LoadedModel;
import dev.millrace.runtime.engine.ModelFiles;
import dev.millrace.runtime.llama.bind.LlamaLibrary;
import dev.millrace.runtime.llama.bind.MemoryPlan;
import dev.millrace.runtime.llama.port.LanguageModel;
import dev.millrace.runtime.llama.port.Vocabulary;
import dev.millrace.runtime.llama.template.ChatTemplate;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Runs language models on llama.cpp: manifests with {@code runtime: llama}, the file {@code model}
 * in GGUF, and {@code template} if the model's own chat template is not to be used.
 */
public final class LlamaEngine implements Engine {

  private static final String TEMPLATE = "template";
  private static final int KEPT_SEQUENCES = 8;
  private static final int MOST_SEQUENCES = 256;
  private static final int BATCH_TOKENS = 256;

  private final Clock clock;
  private final LlamaSettings settings;

  public LlamaEngine(Clock clock, LlamaSettings settings) {
    this.clock = clock;
    this.settings = settings;
  }

  @Override
  public boolean serves(Deployment deployment) {
    return deployment.spec().runtime() == RuntimeKind.LLAMA;
  }

  @Override
  public LoadedModel load(Deployment deployment) {
    ModelSpec spec = deployment.spec();
    Path file = ModelFiles.verified(spec, "model");
    LlamaLibrary library = LlamaLibrary.open(settings.folders());
    int sequences = Math.max(1, deployment.concurrency()) + KEPT_SEQUENCES;
    if (sequences > MOST_SEQUENCES) {
      throw refused(
          spec.name()
              + ": concurrency "
              + deployment.concurrency()
              + " (expected: at most "
              + (MOST_SEQUENCES - KEPT_SEQUENCES)
              + ")");
    }
    LanguageModel model =
        library.load(
            file,
            new MemoryPlan(
                spec.context(),
                sequences,
                settings.memoryBytes(),
                BATCH_TOKENS,
                settings.threads()));
    try {
      PromptEncoder prompts =
          new PromptEncoder(
              model.vocabulary(), template(spec, model.vocabulary()), model.context());
      LlamaModel loaded = new LlamaModel(deployment, model, prompts, clock);
      loaded.start();
      return loaded;
    } catch (RuntimeException failed) {
      model.close();
      throw failed;
    }
  }

  private static @Nullable ChatTemplate template(ModelSpec spec, Vocabulary vocabulary) {
    String source =
        spec.files().containsKey(TEMPLATE)
            ? new String(ModelFiles.read(spec, TEMPLATE), StandardCharsets.UTF_8)
            : vocabulary.chatTemplate();
    return source == null
        ? null
        : new ChatTemplate(source, vocabulary.beginText(), vocabulary.endText());
  }

  private static ProblemException refused(String message) {
    return new ProblemException(Problem.of(ErrorCode.RUNTIME_FAILED, message));
  }
}
