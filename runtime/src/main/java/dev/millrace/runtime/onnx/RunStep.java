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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code run: {input: image, output: logits}}: the model itself, over the rows of all frames at
 * once where its outermost sizes are free. {@code input} names the model's input that takes the
 * current value (default: values go to inputs of their name, and a lone one to the only input);
 * {@code output} is one name or a list (default: all).
 */
final class RunStep implements Step {

  private static final Logger LOG = LoggerFactory.getLogger(RunStep.class);

  /** Outputs with wider rows are left to ONNX Runtime's own memory. */
  private static final long WIDEST_PINNED_ROW = 16_384;

  private final OrtModel model;
  private final String input;
  private final List<Port> outputs;
  private final Set<String> pinnable = new HashSet<>();
  private final Set<String> wanted = new HashSet<>();
  private final List<Port> buffered = new ArrayList<>();
  private final boolean joins;

  RunStep(OrtModel model, Options options) {
    this.model = model;
    this.input = options.text("input", "");
    this.outputs = chosen(model, options);
    this.joins =
        model.inputs().stream().allMatch(Port::hasFreeRows)
            && outputs.stream().allMatch(Port::hasFreeRows);
    buffered.addAll(model.inputs());
    for (Port port : outputs) {
      boolean known = port.hasFreeRows() && port.rowWidth() >= 0;
      boolean plain = port.type() == DataType.FP32 || port.type() == DataType.INT64;
      if (joins && known && plain && port.rowWidth() <= WIDEST_PINNED_ROW) {
        pinnable.add(port.name());
        buffered.add(port);
      } else {
        wanted.add(port.name());
      }
    }
  }

  private static List<Port> chosen(OrtModel model, Options options) {
    List<String> names = options.texts("output");
    if (names.isEmpty()) {
      return model.outputs();
    }
    List<Port> chosen = new ArrayList<>();
    for (String name : names) {
      chosen.add(
          model.outputs().stream()
              .filter(port -> port.name().equals(name))
              .findFirst()
              .orElseThrow(() -> options.refused("output", name, "one of " + model.outputs())));
    }
    return chosen;
  }

  @Override
  public boolean runs() {
    return true;
  }

  @Override
  public void apply(List<Frame> frames, Slot slot) {
    List<Fed> waiting = new ArrayList<>(frames.size());
    for (Frame frame : frames) {
      if (frame.alive()) {
        try {
          waiting.add(feed(frame));
        } catch (ProblemException failed) {
          frame.fail(failed.problem());
        }
      }
    }
    RunBuffers buffers = slot.of(this, () -> new RunBuffers(buffered));
    while (!waiting.isEmpty()) {
      List<Fed> group =
          waiting.size() == 1 || !joins ? List.of(waiting.getFirst()) : alike(waiting);
      waiting.removeAll(group);
      runOrSplit(group, buffers);
    }
    buffers.trim();
  }

  /** A frame with its columns in the order of the model's inputs. */
  private record Fed(Frame frame, List<Column> columns, List<long[]> shapes, int rows) {

    boolean joins(Fed other) {
      for (int i = 0; i < shapes.size(); i++) {
        long[] mine = shapes.get(i);
        long[] others = other.shapes.get(i);
        if (!Arrays.equals(mine, 1, mine.length, others, 1, others.length)) {
          return false;
        }
      }
      return true;
    }
  }

  private static List<Fed> alike(List<Fed> waiting) {
    Fed first = waiting.getFirst();
    return waiting.stream().filter(first::joins).toList();
  }

  private Fed feed(Frame frame) {
    List<Column> columns = new ArrayList<>(model.inputs().size());
    List<long[]> shapes = new ArrayList<>(model.inputs().size());
    int rows = -1;
    for (Port port : model.inputs()) {
      Column column = columnFor(frame, port);
      long[] shape = Feeding.shape(column, port);
      if (joins && rows >= 0 && rows != column.rows()) {
        throw new ProblemException(
            Problem.invalid("/input/" + port.name(), column.rows() + " rows", rows + " rows"));
      }
      rows = column.rows();
      columns.add(column);
      shapes.add(shape);
    }
    return new Fed(frame, columns, shapes, rows);
  }

  private Column columnFor(Frame frame, Port port) {
    if (port.name().equals(input)) {
      return frame.current();
    }
    Column named = frame.find(port.name());
    if (named != null) {
      return named;
    }
    return model.inputs().size() == 1 ? frame.current() : frame.column(port.name());
  }

  private void runOrSplit(List<Fed> group, RunBuffers buffers) {
    try {
      run(group, buffers);
    } catch (OrtException failed) {
      if (group.size() > 1) {
        // One frame's values may have made the model fail; the others must not pay for it.
        group.forEach(fed -> runOrSplit(List.of(fed), buffers));
        return;
      }
      LOG.debug("{} failed on an input", model.name(), failed);
      group
          .getFirst()
          .frame()
          .fail(Problem.of(ErrorCode.RUNTIME_FAILED, "the model failed on this input"));
    }
  }

  private void run(List<Fed> group, RunBuffers buffers) throws OrtException {
    int rows = group.stream().mapToInt(Fed::rows).sum();
    List<OnnxTensor> own = new ArrayList<>(0);
    try {
      for (int i = 0; i < model.inputs().size(); i++) {
        feedInput(model.inputs().get(i), i, group, rows, buffers, own);
      }
      for (Port port : outputs) {
        if (pinnable.contains(port.name())) {
          long[] shape = port.shape().clone();
          shape[0] = rows;
          buffers.pinned.put(port.name(), buffers.of(port.name()).shaped(shape));
        }
      }
      try (OrtSession.Result result = model.run(buffers.fed, wanted, buffers.pinned)) {
        take(result, rows, group, buffers);
      }
    } finally {
      own.forEach(OnnxTensor::close);
    }
  }

  private static void feedInput(
      Port port, int at, List<Fed> group, int rows, RunBuffers buffers, List<OnnxTensor> own)
      throws OrtException {
    List<Column> parts = new ArrayList<>(group.size());
    for (Fed fed : group) {
      parts.add(fed.columns().get(at));
    }
    long[] shape = group.getFirst().shapes().get(at);
    if (group.size() > 1) {
      shape = shape.clone();
      shape[0] = rows;
    }
    OnnxTensor tensor;
    if (port.type() == DataType.FP32 || port.type() == DataType.INT64) {
      tensor = Feeding.fill(buffers.of(port.name()), parts, shape);
    } else {
      tensor = Feeding.fresh(port, parts, shape);
      own.add(tensor);
    }
    buffers.fed.put(port.name(), tensor);
  }

  private void take(OrtSession.Result result, int rows, List<Fed> group, RunBuffers buffers)
      throws OrtException {
    Map<String, Column> columns = new LinkedHashMap<>();
    for (Port port : outputs) {
      Column column =
          pinnable.contains(port.name())
              ? Reading.pinned(buffers.of(port.name()), port, rows)
              : Reading.result(OrtModel.tensor(result, port.name()), port);
      columns.put(port.name(), column);
    }
    int from = 0;
    for (Fed fed : group) {
      Frame frame = fed.frame();
      frame.clear();
      int first = from;
      columns.forEach(
          (name, column) ->
              frame.put(
                  name,
                  group.size() == 1 ? column : Reading.rows(column, first, fed.rows(), name)));
      frame.select(outputs.getFirst().name());
      from += fed.rows();
    }
  }
}
