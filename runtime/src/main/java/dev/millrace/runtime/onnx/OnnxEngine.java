package dev.millrace.runtime.onnx;

import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.model.ModelSpec.RuntimeKind;
import dev.millrace.kernel.Clock;
import dev.millrace.runtime.engine.Engine;
import dev.millrace.runtime.engine.LoadedModel;
import dev.millrace.runtime.ort.OrtModel;

/** Runs functions on ONNX Runtime: manifests with {@code runtime: onnx}. */
public final class OnnxEngine implements Engine {

  private final Clock clock;
  private final int threads;

  public OnnxEngine(Clock clock) {
    this(clock, 1);
  }

  /**
   * @param threads of one run of a model; one is best where several runs go on side by side
   */
  public OnnxEngine(Clock clock, int threads) {
    if (threads < 1 || threads > 256) {
      throw new IllegalArgumentException("threads: " + threads + " (expected: 1..256)");
    }
    this.clock = clock;
    this.threads = threads;
  }

  @Override
  public boolean serves(Deployment deployment) {
    return deployment.spec().runtime() == RuntimeKind.ONNX;
  }

  @Override
  public LoadedModel load(Deployment deployment) {
    Compiler compiler = new Compiler(deployment.spec(), clock, threads);
    try {
      Pipeline pipeline = compiler.compile();
      return new OnnxModel(deployment, pipeline, compiler.models(), clock);
    } catch (RuntimeException failed) {
      compiler.models().forEach(OrtModel::close);
      throw failed;
    }
  }
}
