package dev.millrace.runtime.onnx;

import java.util.IdentityHashMap;
import java.util.function.Supplier;

/** What one running thread owns: for each run step its buffers. */
final class Slot implements AutoCloseable {

  private final IdentityHashMap<Step, RunBuffers> buffers = new IdentityHashMap<>();

  RunBuffers of(Step step, Supplier<RunBuffers> fresh) {
    return buffers.computeIfAbsent(step, key -> fresh.get());
  }

  @Override
  public void close() {
    buffers.values().forEach(RunBuffers::close);
    buffers.clear();
  }
}
