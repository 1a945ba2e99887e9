package dev.millrace.runtime.engine;

import dev.millrace.domain.model.Deployment;

/** One sort of runtime, such as ONNX functions or ONNX decoders. */
public interface Engine {

  /** Whether it can run this deployment. */
  boolean serves(Deployment deployment);

  /**
   * Reads the files, holding each against its digest before it is parsed, and makes the model ready
   * to run. May take seconds; never called on a loop or a pool's thread.
   *
   * @throws dev.millrace.domain.error.ProblemException when the version cannot be loaded, with the
   *     reason as a person needs it
   */
  LoadedModel load(Deployment deployment);
}
