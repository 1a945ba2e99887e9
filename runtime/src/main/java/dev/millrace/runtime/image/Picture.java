package dev.millrace.runtime.image;

/**
 * A decoded image.
 *
 * @param width pixels, at least 1
 * @param height pixels, at least 1
 * @param rgb three bytes a pixel, row by row; owned by the holder
 * @param placement what became of the file's pixels to get here
 */
@SuppressWarnings("ArrayRecordComponent")
public record Picture(int width, int height, byte[] rgb, Placement placement) {

  public Picture {
    if (width < 1 || height < 1 || rgb.length != Math.multiplyExact(3, width * height)) {
      throw new IllegalArgumentException(
          width + " x " + height + " of " + rgb.length + " bytes (expected: 3 a pixel)");
    }
  }

  /** A picture as it was decoded. */
  public Picture(int width, int height, byte[] rgb) {
    this(width, height, rgb, Placement.untouched(width, height));
  }

  /** A part; clipped to nothing is a defect of the caller. */
  public Picture crop(int left, int top, int newWidth, int newHeight) {
    if (left < 0 || top < 0 || left + newWidth > width || top + newHeight > height) {
      throw new IllegalArgumentException(
          "a part of " + newWidth + " x " + newHeight + " at " + left + ", " + top);
    }
    byte[] part = new byte[3 * newWidth * newHeight];
    for (int y = 0; y < newHeight; y++) {
      int from = 3 * ((top + y) * width + left);
      System.arraycopy(rgb, from, part, 3 * y * newWidth, 3 * newWidth);
    }
    return new Picture(newWidth, newHeight, part, placement.moved(-left, -top));
  }
}
