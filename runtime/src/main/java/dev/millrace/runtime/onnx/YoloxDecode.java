package dev.millrace.runtime.onnx;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import java.util.Arrays;
import java.util.Map;

/**
 * {@code yolox-decode: {strides: [8, 16, 32], min_score: 0.01, pixels: stored}}: the raw answer of
 * a YOLOX model becomes boxes. The answer is [N, A, 5 + classes]: for each stride a grid of (width
 * / stride) x (height / stride) cells, row by row; of each cell the centre's offset in cells, the
 * logarithm of width and height in cells, the probability that there is anything, and for each
 * class the probability that it is this. A cell's score is the product of the two, of its best
 * class.
 */
final class YoloxDecode implements Step.Single {

  private static final int BEFORE_CLASSES = 5;
  private static final int MOST_STRIDES = 8;
  private static final int LARGEST_STRIDE = 1_024;

  /** Cells. A weak candidate's logarithm can be anything; a box of infinite width helps nobody. */
  private static final double LARGEST_SIDE = 1e5;

  private final Target target;
  private final int[] strides;
  private final float least;
  private final boolean stored;

  YoloxDecode(Options options) {
    this.target = Target.of(options);
    this.strides =
        options.numbers("strides", new int[] {8, 16, 32}, MOST_STRIDES, 1, LARGEST_STRIDE);
    this.least = (float) options.share("min_score", 0.01);
    this.stored = options.choice("pixels", "stored", Map.of("stored", true, "upright", false));
  }

  @Override
  public void apply(Frame frame) {
    Column.Floats raw = target.floats(frame, "yolox-decode");
    if (raw.shape().length != 3 || raw.shape()[2] <= BEFORE_CLASSES) {
      throw frame.mismatch("yolox-decode", "[N, cells, 5 + classes]");
    }
    int cells = (int) raw.shape()[1];
    Views views = frame.views();
    if (views == null) {
      int side = (int) Math.round(Math.sqrt(cells / cellsAPixel()));
      views = Views.bare(raw.rows(), side, side);
    }
    int expected = cells(views.width(), views.height());
    if (cells != expected || views.placements().size() != raw.rows()) {
      throw new ProblemException(
          Problem.of(
              ErrorCode.RUNTIME_FAILED,
              "yolox-decode: %s (expected: [%d, %d, 5 + classes] for %d x %d pixels and strides %s)"
                  .formatted(
                      Arrays.toString(raw.shape()),
                      views.placements().size(),
                      expected,
                      views.width(),
                      views.height(),
                      Arrays.toString(strides))));
    }
    FoundBoxes found = new FoundBoxes(raw.rows());
    for (int picture = 0; picture < raw.rows(); picture++) {
      picture(raw, picture, views, found);
    }
    target.replace(frame, found.done(views, stored));
  }

  private double cellsAPixel() {
    return Arrays.stream(strides).mapToDouble(stride -> 1.0 / stride / stride).sum();
  }

  private int cells(int width, int height) {
    return Arrays.stream(strides).map(stride -> (width / stride) * (height / stride)).sum();
  }

  private void picture(Column.Floats raw, int picture, Views views, FoundBoxes found) {
    int step = (int) raw.shape()[2];
    int at = picture * raw.width();
    for (int stride : strides) {
      for (int row = 0; row < views.height() / stride; row++) {
        for (int column = 0; column < views.width() / stride; column++, at += step) {
          // No class's score is higher than this: most cells end here.
          if (raw.values()[at + 4] >= least) {
            cell(raw.values(), at, step, new Cell(picture, column, row, stride), found);
          }
        }
      }
    }
  }

  private record Cell(int picture, int column, int row, int stride) {}

  private void cell(float[] values, int at, int step, Cell cell, FoundBoxes found) {
    int best = BEFORE_CLASSES;
    for (int i = BEFORE_CLASSES + 1; i < step; i++) {
      if (values[at + i] > values[at + best]) {
        best = i;
      }
    }
    float score = values[at + 4] * values[at + best];
    if (!(score >= least)) {
      return;
    }
    int stride = cell.stride();
    float x = (values[at] + cell.column()) * stride;
    float y = (values[at + 1] + cell.row()) * stride;
    float halfWidth = (float) Math.min(Math.exp(values[at + 2]), LARGEST_SIDE) * stride / 2;
    float halfHeight = (float) Math.min(Math.exp(values[at + 3]), LARGEST_SIDE) * stride / 2;
    if (!Float.isFinite(x + y + halfWidth + halfHeight + score)) {
      throw new ProblemException(
          Problem.of(ErrorCode.RUNTIME_FAILED, "the model answered a box that is not finite"));
    }
    found.add(
        cell.picture(),
        x - halfWidth,
        y - halfHeight,
        x + halfWidth,
        y + halfHeight,
        score,
        best - BEFORE_CLASSES);
  }
}
