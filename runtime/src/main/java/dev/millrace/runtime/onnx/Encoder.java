package dev.millrace.runtime.onnx;

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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A text encoder's run over tokens. Texts of one length may run together, so nothing is ever
 * padded. By default each runs alone: a quantized encoder scales its activations over the whole
 * batch, and a text's vector must not depend on who else asked (docs/decisions/0003).
 */
final class Encoder {

  private static final Logger LOG = LoggerFactory.getLogger(Encoder.class);
  private static final Set<String> TAKEN = Set.of("input_ids", "attention_mask", "token_type_ids");

  private final OrtModel model;
  private final Port output;
  private final int together;

  /**
   * @param output the model's output to take; empty for its first
   * @param together texts of one length that run at once
   */
  Encoder(OrtModel model, String output, int together) {
    this.model = model;
    this.together = together;
    this.output =
        model.outputs().stream()
            .filter(port -> output.isEmpty() || port.name().equals(output))
            .findFirst()
            .orElseThrow(() -> refused("no output " + output, model.outputs().toString()));
    for (Port port : model.inputs()) {
      if (!TAKEN.contains(port.name()) || port.type() != DataType.INT64) {
        throw refused("an input " + port.name() + " " + port.type(), "INT64 of " + TAKEN);
      }
    }
    if (this.output.type() != DataType.FP32 || this.output.shape().length != 3) {
      throw refused(this.output.name() + " " + this.output.type(), "FP32 [N, S, width]");
    }
  }

  private ProblemException refused(String found, String expected) {
    return new ProblemException(
        Problem.of(
            ErrorCode.RUNTIME_FAILED,
            model.name() + ": " + found + " (expected: " + expected + ")"));
  }

  List<Port> inputs() {
    return model.inputs();
  }

  String outputName() {
    return output.name();
  }

  /** One text of one frame, and where its vectors go. */
  private record Text(int frame, int row, int[] ids) {}

  /** Vectors for the tokens of each frame, in order; a frame on which it fails is told so. */
  List<Column.Hidden> run(List<Frame> frames, List<Column.Tokens> tokens, RunBuffers buffers) {
    List<Text> texts = new ArrayList<>();
    List<Column.Hidden> hidden = new ArrayList<>();
    for (int i = 0; i < frames.size(); i++) {
      int[][] rows = tokens.get(i).values();
      hidden.add(
          new Column.Hidden(
              new float[rows.length][], new int[rows.length], new int[rows.length], width()));
      for (int row = 0; row < rows.length; row++) {
        texts.add(new Text(i, row, rows[row]));
      }
    }
    if (together > 1) {
      texts.sort(Comparator.comparingInt(text -> text.ids().length));
    }
    for (int from = 0; from < texts.size(); ) {
      int to = from + 1;
      int length = texts.get(from).ids().length;
      while (to < texts.size() && to - from < together && texts.get(to).ids().length == length) {
        to++;
      }
      runAlike(texts.subList(from, to), frames, hidden, buffers);
      from = to;
    }
    buffers.trim();
    return hidden;
  }

  private int width() {
    return (int) output.shape()[2];
  }

  private void runAlike(
      List<Text> texts, List<Frame> frames, List<Column.Hidden> hidden, RunBuffers buffers) {
    try {
      float[] values = run(texts, buffers);
      int length = texts.getFirst().ids().length;
      for (int i = 0; i < texts.size(); i++) {
        Text text = texts.get(i);
        Column.Hidden into = hidden.get(text.frame());
        into.backing()[text.row()] = values;
        into.from()[text.row()] = i * length * width();
        into.counts()[text.row()] = length;
      }
    } catch (OrtException failed) {
      LOG.debug("{} failed on an input", model.name(), failed);
      for (Text text : texts) {
        frames
            .get(text.frame())
            .fail(Problem.of(ErrorCode.RUNTIME_FAILED, "the encoder failed on this text"));
      }
    }
  }

  private float[] run(List<Text> texts, RunBuffers buffers) throws OrtException {
    int length = texts.getFirst().ids().length;
    long[] shape = {texts.size(), length};
    for (Port port : model.inputs()) {
      TensorBuffer buffer = buffers.of(port.name());
      OnnxTensor tensor = buffer.shaped(shape);
      for (int i = 0; i < texts.size(); i++) {
        int[] ids = texts.get(i).ids();
        for (int k = 0; k < length; k++) {
          long value =
              switch (port.name()) {
                case "input_ids" -> ids[k];
                case "attention_mask" -> 1;
                default -> 0;
              };
          buffer.longs().put(i * length + k, value);
        }
      }
      buffers.fed.put(port.name(), tensor);
    }
    try (OrtSession.Result result = model.run(buffers.fed, Set.of(output.name()), Map.of())) {
      return OrtModel.tensor(result, output.name()).getFloatBuffer().array();
    }
  }
}
