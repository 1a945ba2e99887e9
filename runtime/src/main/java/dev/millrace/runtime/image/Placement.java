package dev.millrace.runtime.image;

/**
 * Where the pixels of a picture came from: what was cropped, scaled and padded since the file was
 * decoded, so that a box found in the model's input can be told in the file's own pixels.
 * Immutable.
 */
public final class Placement {

  private static final int EDGES = 4;

  private final int width;
  private final int height;
  private final Orientation orientation;
  private final double scaleX;
  private final double scaleY;
  private final double left;
  private final double top;

  private Placement(
      int width,
      int height,
      Orientation orientation,
      double scaleX,
      double scaleY,
      double left,
      double top) {
    this.width = width;
    this.height = height;
    this.orientation = orientation;
    this.scaleX = scaleX;
    this.scaleY = scaleY;
    this.left = left;
    this.top = top;
  }

  /** Of a picture that is as it was decoded, and upright. */
  public static Placement untouched(int width, int height) {
    return of(width, height, Orientation.UPRIGHT);
  }

  /**
   * @param width of the upright picture
   * @param height of the upright picture
   * @param orientation that made it upright
   */
  static Placement of(int width, int height, Orientation orientation) {
    return new Placement(width, height, orientation, 1, 1, 0, 0);
  }

  /** After every pixel became {@code x} pixels wide and {@code y} high. */
  Placement scaled(double x, double y) {
    return new Placement(width, height, orientation, scaleX * x, scaleY * y, left * x, top * y);
  }

  /** After the picture was laid {@code x} to the right and {@code y} down on its canvas. */
  Placement moved(double x, double y) {
    return new Placement(width, height, orientation, scaleX, scaleY, left + x, top + y);
  }

  /**
   * Takes a box back, in place, and clips it to the picture.
   *
   * @param boxes left, top, right, bottom from {@code at}, in pixels of the canvas
   * @param stored whether to answer in pixels as the file stores them, before its orientation
   */
  public void restore(float[] boxes, int at, boolean stored) {
    for (int edge = at; edge < at + EDGES; edge += 2) {
      boxes[edge] = (float) Math.clamp((boxes[edge] - left) / scaleX, 0, width);
      boxes[edge + 1] = (float) Math.clamp((boxes[edge + 1] - top) / scaleY, 0, height);
    }
    if (stored) {
      orientation.toStored(boxes, at, width, height);
    }
  }
}
