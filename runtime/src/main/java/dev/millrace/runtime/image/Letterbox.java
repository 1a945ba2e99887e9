package dev.millrace.runtime.image;

import java.util.Arrays;

/**
 * Fits pictures of any size whole onto a canvas of one size, in their proportions. Immutable.
 *
 * @param width of the canvas
 * @param height of the canvas
 * @param filter that resizes
 * @param antialias whether the filter widens with the reduction
 * @param fill samples of what the picture leaves free, 0..255
 * @param centered whether the picture lies in the middle; else in the top left corner
 */
public record Letterbox(
    int width, int height, Resampler.Filter filter, boolean antialias, int fill, boolean centered) {

  public Picture apply(Picture picture) {
    double ratio = Math.min((double) height / picture.height(), (double) width / picture.width());
    int inWidth = Math.clamp((long) (picture.width() * ratio), 1, width);
    int inHeight = Math.clamp((long) (picture.height() * ratio), 1, height);
    Picture inside = Resampler.resize(picture, inWidth, inHeight, filter, antialias);
    int left = centered ? (width - inWidth) / 2 : 0;
    int top = centered ? (height - inHeight) / 2 : 0;
    byte[] canvas = new byte[3 * width * height];
    if (inWidth < width || inHeight < height) {
      Arrays.fill(canvas, (byte) fill);
    }
    for (int y = 0; y < inHeight; y++) {
      int to = 3 * ((top + y) * width + left);
      System.arraycopy(inside.rgb(), 3 * y * inWidth, canvas, to, 3 * inWidth);
    }
    // The ratio itself, not the rounded sizes: training pipelines take boxes back by it.
    Placement placement = picture.placement().scaled(ratio, ratio).moved(left, top);
    return new Picture(width, height, canvas, placement);
  }
}
