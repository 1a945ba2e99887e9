package dev.millrace.control.manifest;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.util.List;

/**
 * What an ONNX file takes and gives, read from its outline without its weights.
 *
 * @param inputs without those that the file itself initialises
 */
record OnnxOutline(List<OnnxValue> inputs, List<OnnxValue> outputs) {

  // https://github.com/onnx/onnx/blob/main/onnx/onnx.proto gives the field numbers.
  private static final int MODEL_IR_VERSION = 1;
  private static final int MODEL_GRAPH = 7;
  private static final int MODEL_TRAINING = 20;
  private static final int MODEL_FUNCTIONS = 25;
  private static final int TRAINING_INITIALISATION = 1;
  private static final int TRAINING_ALGORITHM = 2;
  private static final int FUNCTION_NODE = 7;
  private static final long NEWEST_IR = 100;

  /**
   * @throws MalformedModel when the file is no ONNX, is cut short, or keeps weights elsewhere
   */
  static OnnxOutline read(SeekableByteChannel channel, long size) throws IOException {
    ProtoCursor model = new ProtoCursor(new FileWindow(channel), 0, size);
    OnnxGraph graph = null;
    long version = 0;
    while (model.next()) {
      switch (model.field()) {
        case MODEL_IR_VERSION -> version = model.number();
        case MODEL_GRAPH -> {
          if (graph != null) {
            throw new MalformedModel("a second graph (expected: one)");
          }
          graph = new OnnxGraph(0);
          graph.read(model.message());
        }
        case MODEL_TRAINING -> training(model.message());
        case MODEL_FUNCTIONS -> function(model.message());
        default -> {}
      }
    }
    if (version < 1 || version > NEWEST_IR || graph == null) {
      throw new MalformedModel(
          "format version "
              + version
              + (graph == null ? ", no graph" : "")
              + " (expected: 1.."
              + NEWEST_IR
              + " and a graph)");
    }
    return graph.outline();
  }

  private static void training(ProtoCursor training) throws IOException {
    while (training.next()) {
      if (training.field() == TRAINING_INITIALISATION || training.field() == TRAINING_ALGORITHM) {
        new OnnxGraph(0).read(training.message());
      }
    }
  }

  private static void function(ProtoCursor function) throws IOException {
    while (function.next()) {
      if (function.field() == FUNCTION_NODE) {
        new OnnxGraph(0).node(function.message());
      }
    }
  }
}
