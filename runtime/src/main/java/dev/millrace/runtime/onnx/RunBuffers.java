package dev.millrace.runtime.onnx;

import ai.onnxruntime.OnnxTensor;
import dev.millrace.domain.tensor.DataType;
import dev.millrace.runtime.ort.OrtModel.Port;
import dev.millrace.runtime.ort.TensorBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One step's direct buffers on one thread, and the maps that a run is called with. */
final class RunBuffers implements AutoCloseable {

  private final Map<String, TensorBuffer> byName = new HashMap<>();
  final Map<String, OnnxTensor> fed = new HashMap<>();
  final Map<String, OnnxTensor> pinned = new HashMap<>();

  RunBuffers(List<Port> ports) {
    for (Port port : ports) {
      if (port.type() == DataType.FP32 || port.type() == DataType.INT64) {
        byName.put(port.name(), new TensorBuffer(port.type()));
      }
    }
  }

  TensorBuffer of(String port) {
    TensorBuffer buffer = byName.get(port);
    if (buffer == null) {
      throw new IllegalStateException("no buffer for " + port);
    }
    return buffer;
  }

  void trim() {
    byName.values().forEach(TensorBuffer::trim);
  }

  @Override
  public void close() {
    byName.values().forEach(TensorBuffer::close);
  }
}
