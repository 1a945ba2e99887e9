package dev.millrace.runtime.onnx;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.tensor.DataType;
import dev.millrace.domain.tensor.Tensor;
import java.util.List;

/** Steps over rows of numbers. Each takes the current value, or the one named by {@code input}. */
final class NumberSteps {

  private NumberSteps() {}

  /** {@code softmax: {}}: each row sums to 1. */
  static Step softmax(Options options) {
    Target target = Target.of(options);
    return (Step.Single)
        frame -> {
          Column.Floats in = target.floats(frame, "softmax");
          int width = in.width();
          float[] out = new float[in.values().length];
          for (int from = 0; from < out.length; from += width) {
            softmaxRow(in.values(), out, from, width);
          }
          target.replace(frame, new Column.Floats(out, in.shape()));
        };
  }

  private static void softmaxRow(float[] in, float[] out, int from, int width) {
    float highest = Float.NEGATIVE_INFINITY;
    for (int i = from; i < from + width; i++) {
      highest = Math.max(highest, in[i]);
    }
    double sum = 0;
    for (int i = from; i < from + width; i++) {
      sum += Math.exp(in[i] - highest);
    }
    for (int i = from; i < from + width; i++) {
      out[i] = (float) (Math.exp(in[i] - highest) / sum);
    }
  }

  /** {@code l2: {}}: each row gets length 1. A row of zeros stays. */
  static Step l2(Options options) {
    Target target = Target.of(options);
    return (Step.Single)
        frame -> {
          Column.Floats in = target.floats(frame, "l2");
          float[] out = in.values().clone();
          normalizeRows(out, in.width());
          target.replace(frame, new Column.Floats(out, in.shape()));
        };
  }

  static void normalizeRows(float[] values, int width) {
    for (int from = 0; from < values.length; from += width) {
      double sum = 0;
      for (int i = from; i < from + width; i++) {
        sum += (double) values[i] * values[i];
      }
      float scale = sum == 0 ? 1 : (float) (1 / Math.sqrt(sum));
      for (int i = from; i < from + width; i++) {
        values[i] *= scale;
      }
    }
  }

  /** {@code mean-pool: {}}: the mean of a text's token vectors. */
  static Step meanPool(Options options) {
    Target target = Target.of(options);
    return (Step.Single)
        frame -> {
          if (!(target.column(frame) instanceof Column.Hidden hidden)) {
            throw frame.mismatch("mean-pool", "a vector for each token");
          }
          target.replace(frame, mean(hidden));
        };
  }

  static Column.Floats mean(Column.Hidden hidden) {
    int width = hidden.width();
    float[] out = new float[hidden.rows() * width];
    for (int row = 0; row < hidden.rows(); row++) {
      float[] from = hidden.backing()[row];
      int at = hidden.from()[row];
      int to = row * width;
      for (int token = 0; token < hidden.counts()[row]; token++, at += width) {
        for (int i = 0; i < width; i++) {
          out[to + i] += from[at + i];
        }
      }
      float scale = 1f / Math.max(1, hidden.counts()[row]);
      for (int i = 0; i < width; i++) {
        out[to + i] *= scale;
      }
    }
    return new Column.Floats(out, new long[] {hidden.rows(), width});
  }

  /**
   * {@code threshold: {at: 0.5, column: 1}}: true where the row's value reaches the threshold; of
   * boxes, those stay whose score reaches it.
   */
  static Step threshold(Options options) {
    Target target = Target.of(options);
    double at = options.real("at", 0.5);
    int column = options.number("column", 0, 0, 1 << 20);
    String name = options.text("as", "flags");
    return (Step.Single)
        frame -> {
          if (target.column(frame) instanceof Column.Boxes boxes) {
            target.replace(frame, BoxSteps.atLeast(boxes, at));
            return;
          }
          Column.Floats in = target.floats(frame, "threshold");
          if (column >= in.width()) {
            throw frame.mismatch("threshold", "at least " + (column + 1) + " columns");
          }
          byte[] flags = new byte[in.rows()];
          for (int row = 0; row < flags.length; row++) {
            flags[row] = (byte) (in.values()[row * in.width() + column] >= at ? 1 : 0);
          }
          frame.putBeside(
              name,
              new Column.Packed(new Tensor(name, DataType.BOOL, new long[] {flags.length}, flags)));
        };
  }

  /**
   * {@code require-finite: {}}: NaN and infinities are refused; the caller's before the run, the
   * model's own after it.
   *
   * @param names of the values of a row, if the manifest gives them
   */
  static Step requireFinite(Options options, List<String> names, boolean afterRun) {
    Target target = Target.of(options);
    return (Step.Single)
        frame -> {
          Column.Floats in = target.floats(frame, "require-finite");
          float[] values = in.values();
          for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
              throw notFinite(target.name(frame), values[i], i, in, names, afterRun);
            }
          }
        };
  }

  private static ProblemException notFinite(
      String column, float value, int at, Column.Floats in, List<String> names, boolean afterRun) {
    if (afterRun) {
      return new ProblemException(
          Problem.of(ErrorCode.RUNTIME_FAILED, "the model answered " + value + " for " + column));
    }
    int inRow = at % Math.max(1, in.width());
    String place = inRow < names.size() ? names.get(inRow) : Integer.toString(inRow);
    String row = in.rows() == 1 ? "" : "/" + at / in.width();
    return new ProblemException(
        Problem.invalid(
            "/input/" + column + row + "/" + place, Float.toString(value), "a finite number"));
  }
}
