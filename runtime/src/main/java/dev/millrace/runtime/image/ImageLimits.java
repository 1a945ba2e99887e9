package dev.millrace.runtime.image;

import java.time.Duration;

/**
 * What one image may ask for.
 *
 * @param maxBytes of the file
 * @param maxPixels width times height, before orientation
 * @param budget of time for decoding
 */
public record ImageLimits(int maxBytes, long maxPixels, Duration budget) {

  public static final ImageLimits DEFAULT =
      new ImageLimits(32 << 20, 25_000_000, Duration.ofSeconds(5));

  public ImageLimits {
    if (maxBytes < 1 || maxPixels < 1 || maxPixels > 400_000_000 || budget.isNegative()) {
      throw new IllegalArgumentException(
          maxBytes + " bytes, " + maxPixels + " pixels, " + budget + " (expected: positive)");
    }
  }
}
