package dev.millrace.runtime.decoder;

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
import dev.millrace.runtime.ort.OrtModel;
import dev.millrace.runtime.text.PieceTokenizer;

/**
 * Runs language models on ONNX Runtime: manifests with {@code runtime: onnx-decoder} and the files
 * {@code model} and {@code tokenizer}.
 */
public final class DecoderEngine implements Engine {

  private static final int LONGEST_CONTEXT = 1 << 20;

  private final Clock clock;
  private final int threads;

  public DecoderEngine(Clock clock) {
    this(clock, 1);
  }

  /**
   * @param threads of one decode step
   */
  public DecoderEngine(Clock clock, int threads) {
    if (threads < 1 || threads > 256) {
      throw new IllegalArgumentException("threads: " + threads + " (expected: 1..256)");
    }
    this.clock = clock;
    this.threads = threads;
  }

  @Override
  public boolean serves(Deployment deployment) {
    return deployment.spec().runtime() == RuntimeKind.ONNX_DECODER;
  }

  @Override
  public LoadedModel load(Deployment deployment) {
    ModelSpec spec = deployment.spec();
    if (spec.context() < 2 || spec.context() > LONGEST_CONTEXT) {
      throw new ProblemException(
          Problem.of(
              ErrorCode.INVALID_ARGUMENT,
              "%s: context: %d (expected: 2..%d tokens)"
                  .formatted(spec.name(), spec.context(), LONGEST_CONTEXT)));
    }
    PieceTokenizer tokenizer = PieceTokenizer.read(ModelFiles.read(spec, "tokenizer"));
    OrtModel session =
        OrtModel.load(ModelFiles.read(spec, "model"), spec.name() + ": model", threads);
    try {
      DecoderModel model =
          new DecoderModel(deployment, new KvModel(session, tokenizer.size()), tokenizer, clock);
      model.start();
      return model;
    } catch (RuntimeException failed) {
      session.close();
      throw failed;
    }
  }
}
