package dev.millrace.runtime.decoder;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.tensor.DataType;
import dev.millrace.runtime.ort.OrtModel;
import dev.millrace.runtime.ort.OrtModel.Port;
import dev.millrace.runtime.ort.TensorBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The model: {@code input_ids}, {@code past_k}, {@code past_v} → {@code logits}, {@code present_k},
 * {@code present_v}. A sequence's cache stays in ONNX Runtime's memory; one step's output is the
 * next one's input. Used by the agent's thread alone.
 */
final class KvModel implements AutoCloseable {

  private static final Set<String> CACHE = Set.of("present_k", "present_v");

  private final OrtModel model;
  private final int vocabulary;
  private final long[] emptyPast;
  private final TensorBuffer ids = new TensorBuffer(DataType.INT64);
  private final TensorBuffer logits = new TensorBuffer(DataType.FP32);
  private final TensorBuffer past = new TensorBuffer(DataType.FP32);

  /** What a sequence has been fed so far, as keys and values. */
  static final class Cache implements AutoCloseable {

    private OrtSession.@Nullable Result held;

    @Override
    public void close() {
      OrtSession.Result result = held;
      if (result != null) {
        result.close();
        held = null;
      }
    }
  }

  KvModel(OrtModel model, int vocabulary) {
    this.model = model;
    this.vocabulary = vocabulary;
    Port pastPort = port(model.inputs(), "past_k", DataType.FP32, 5);
    port(model.inputs(), "past_v", DataType.FP32, 5);
    port(model.inputs(), "input_ids", DataType.INT64, 2);
    port(model.outputs(), "present_k", DataType.FP32, 5);
    port(model.outputs(), "present_v", DataType.FP32, 5);
    Port out = port(model.outputs(), "logits", DataType.FP32, 3);
    if (out.shape()[2] != vocabulary) {
      throw refused("logits of " + out.shape()[2], "as many as the tokenizer's " + vocabulary);
    }
    long[] shape = pastPort.shape();
    this.emptyPast = new long[] {shape[0], 1, shape[2], 0, shape[4]};
    if (shape[0] < 1 || shape[2] < 1 || shape[4] < 1) {
      throw refused("past_k with free layers, heads or width", "[layers, B, heads, P, width]");
    }
  }

  private Port port(List<Port> ports, String name, DataType type, int rank) {
    for (Port port : ports) {
      if (port.name().equals(name) && port.type() == type && port.shape().length == rank) {
        return port;
      }
    }
    throw refused("no " + name, type + " of " + rank + " dimensions");
  }

  private ProblemException refused(String found, String expected) {
    return new ProblemException(
        Problem.of(
            ErrorCode.RUNTIME_FAILED,
            model.name() + ": " + found + " (expected: " + expected + ")"));
  }

  /**
   * Feeds tokens behind what the cache holds.
   *
   * @param source ids, of which {@code from} to {@code to} are fed
   * @param last receives the logits of the last one
   */
  void feed(Cache cache, int[] source, int from, int to, float[] last) throws OrtException {
    int count = to - from;
    OnnxTensor input = ids.shaped(1, count);
    for (int i = 0; i < count; i++) {
      ids.longs().put(i, source[from + i]);
    }
    OnnxTensor output = logits.shaped(1, count, vocabulary);
    OrtSession.Result before = cache.held;
    OrtSession.Result after = model.run(fed(input, before), CACHE, Map.of("logits", output));
    cache.held = after;
    if (before != null) {
      before.close();
    }
    logits.floats().get((count - 1) * vocabulary, last);
  }

  private Map<String, OnnxTensor> fed(OnnxTensor input, OrtSession.@Nullable Result before)
      throws OrtException {
    Map<String, OnnxTensor> fed = new HashMap<>();
    fed.put("input_ids", input);
    if (before == null) {
      OnnxTensor empty = past.shaped(emptyPast);
      fed.put("past_k", empty);
      fed.put("past_v", empty);
    } else {
      fed.put("past_k", OrtModel.tensor(before, "present_k"));
      fed.put("past_v", OrtModel.tensor(before, "present_v"));
    }
    return fed;
  }

  int vocabulary() {
    return vocabulary;
  }

  @Override
  public void close() {
    ids.close();
    logits.close();
    past.close();
    model.close();
  }
}
