package dev.millrace.runtime.image;

/**
 * Separable resampling with a filter that widens when an image shrinks (antialias), in fixed point
 * with 8-bit samples between the two passes: what the models' training pipelines do, so that
 * probabilities come out alike.
 */
public final class Resampler {

  /** The shape of the filter. */
  public enum Filter {
    BILINEAR(1) {
      @Override
      double at(double x) {
        double distance = Math.abs(x);
        return distance < 1 ? 1 - distance : 0;
      }
    },
    /** Keys' cubic with a = −0.5. */
    BICUBIC(2) {
      @Override
      double at(double x) {
        double distance = Math.abs(x);
        if (distance < 1) {
          return (1.5 * distance - 2.5) * distance * distance + 1;
        }
        return distance < 2 ? ((-0.5 * distance + 2.5) * distance - 4) * distance + 2 : 0;
      }
    };

    private final double support;

    Filter(double support) {
      this.support = support;
    }

    abstract double at(double x);
  }

  private static final int FRACTION_BITS = 22;
  private static final int HALF = 1 << (FRACTION_BITS - 1);

  private Resampler() {}

  /**
   * @param antialias whether the filter widens with the reduction
   */
  public static Picture resize(
      Picture picture, int width, int height, Filter filter, boolean antialias) {
    Picture across =
        width == picture.width()
            ? picture
            : horizontally(picture, weights(picture.width(), width, filter, antialias));
    Picture whole =
        height == across.height()
            ? across
            : vertically(across, weights(across.height(), height, filter, antialias));
    if (whole == picture) {
      return picture;
    }
    Placement placement =
        picture
            .placement()
            .scaled((double) width / picture.width(), (double) height / picture.height());
    return new Picture(width, height, whole.rgb(), placement);
  }

  /**
   * For each sample of the output: which inputs, and how much of each.
   *
   * @param first the first input
   * @param share fixed point, one row an output
   */
  @SuppressWarnings("ArrayRecordComponent")
  private record Weights(int[] first, int[][] share) {}

  private static Weights weights(int from, int to, Filter filter, boolean antialias) {
    double scale = (double) from / to;
    double widened = antialias ? Math.max(scale, 1) : 1;
    double reach = filter.support * widened;
    int[] first = new int[to];
    int[][] share = new int[to][];
    for (int i = 0; i < to; i++) {
      double center = (i + 0.5) * scale;
      int begin = Math.max(0, (int) (center - reach + 0.5));
      int end = Math.min(from, Math.max(begin + 1, (int) (center + reach + 0.5)));
      double[] exact = new double[end - begin];
      double sum = 0;
      for (int k = 0; k < exact.length; k++) {
        exact[k] = filter.at((begin + k - center + 0.5) / widened);
        sum += exact[k];
      }
      first[i] = begin;
      share[i] = new int[exact.length];
      for (int k = 0; k < exact.length; k++) {
        share[i][k] = (int) Math.round(exact[k] / sum * (1 << FRACTION_BITS));
      }
    }
    return new Weights(first, share);
  }

  private static Picture horizontally(Picture picture, Weights weights) {
    int width = weights.first().length;
    byte[] from = picture.rgb();
    byte[] rgb = new byte[3 * width * picture.height()];
    for (int y = 0; y < picture.height(); y++) {
      int row = 3 * y * picture.width();
      for (int x = 0; x < width; x++) {
        int at = row + 3 * weights.first()[x];
        mix(from, at, 3, weights.share()[x], rgb, 3 * (y * width + x));
      }
    }
    return new Picture(width, picture.height(), rgb);
  }

  private static Picture vertically(Picture picture, Weights weights) {
    int height = weights.first().length;
    int stride = 3 * picture.width();
    byte[] from = picture.rgb();
    byte[] rgb = new byte[stride * height];
    for (int y = 0; y < height; y++) {
      int at = stride * weights.first()[y];
      for (int x = 0; x < stride; x += 3) {
        mix(from, at + x, stride, weights.share()[y], rgb, stride * y + x);
      }
    }
    return new Picture(picture.width(), height, rgb);
  }

  private static void mix(byte[] from, int at, int step, int[] share, byte[] rgb, int to) {
    int red = HALF;
    int green = HALF;
    int blue = HALF;
    int here = at;
    for (int each : share) {
      red += each * (from[here] & 0xFF);
      green += each * (from[here + 1] & 0xFF);
      blue += each * (from[here + 2] & 0xFF);
      here += step;
    }
    rgb[to] = clip(red);
    rgb[to + 1] = clip(green);
    rgb[to + 2] = clip(blue);
  }

  private static byte clip(int sum) {
    return (byte) Math.clamp(sum >> FRACTION_BITS, 0, 255);
  }
}
