package dev.millrace.runtime.onnx;

import dev.millrace.domain.model.ModelSpec.Field;
import dev.millrace.domain.port.ModelRuntime;
import dev.millrace.domain.task.Input;
import dev.millrace.domain.task.Usage;
import dev.millrace.domain.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A manifest's steps, compiled. Immutable but for the sessions inside; any slot's thread. */
final class Pipeline {

  private final InputReader reader;
  private final List<Step> steps;
  private final int firstRun;
  private final List<Field> declared;

  /**
   * @param declared outputs of the manifest
   */
  Pipeline(InputReader reader, List<Step> steps, List<Field> declared) {
    this.reader = reader;
    this.steps = List.copyOf(steps);
    this.declared = List.copyOf(declared);
    int first = 0;
    while (first < steps.size() && !steps.get(first).runs()) {
      first++;
    }
    this.firstRun = first;
  }

  /**
   * @throws dev.millrace.domain.error.ProblemException what is wrong with the input
   */
  Frame read(Input input) {
    Frame frame = new Frame();
    reader.read(input, frame);
    return frame;
  }

  /** Takes the frames through all steps; afterwards each is finished or failed. */
  void run(List<Frame> frames, Slot slot) {
    boolean anyRaw = false;
    for (Frame frame : frames) {
      anyRaw |= frame.isRaw();
    }
    List<Frame> cooked = anyRaw ? frames.stream().filter(frame -> !frame.isRaw()).toList() : frames;
    for (int i = 0; i < steps.size(); i++) {
      steps.get(i).apply(i < firstRun ? cooked : frames, slot);
    }
  }

  /** The answer of a frame that went through. */
  ModelRuntime.Result result(Frame frame) {
    BoxSteps.tellUnnamed(frame);
    List<Tensor> outputs = new ArrayList<>(frame.columns().size());
    Map<String, Column> columns = frame.columns();
    if (declaredAll(columns)) {
      for (Field field : declared) {
        outputs.add(Reading.tensor(field.name(), frame.column(field.name()), frame));
      }
    } else if (declared.size() == 1 && columns.size() == 1) {
      outputs.add(Reading.tensor(declared.getFirst().name(), frame.current(), frame));
    } else {
      columns.forEach((name, column) -> outputs.add(Reading.tensor(name, column, frame)));
    }
    Usage usage = frame.tokens() == 0 ? Usage.NONE : new Usage(frame.tokens(), 0);
    return new ModelRuntime.Result(null, usage, outputs, List.copyOf(frame.labels()));
  }

  private boolean declaredAll(Map<String, Column> columns) {
    for (Field field : declared) {
      if (!columns.containsKey(field.name())) {
        return false;
      }
    }
    return !declared.isEmpty();
  }
}
