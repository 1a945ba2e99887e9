package dev.millrace.server.worker;

import dev.millrace.kernel.Clock;
import dev.millrace.runtime.decoder.DecoderEngine;
import dev.millrace.runtime.engine.Engine;
import dev.millrace.runtime.llama.LlamaEngine;
import dev.millrace.runtime.llama.LlamaSettings;
import dev.millrace.runtime.onnx.OnnxEngine;
import java.util.List;

/** The engines of this build: the same in the node and in a worker. */
public final class Engines {

  private Engines() {}

  public static List<Engine> all(Clock clock, LlamaSettings llama) {
    return List.of(new OnnxEngine(clock), new DecoderEngine(clock), new LlamaEngine(clock, llama));
  }
}
