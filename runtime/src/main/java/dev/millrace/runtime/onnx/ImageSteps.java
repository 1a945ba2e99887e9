package dev.millrace.runtime.onnx;

import dev.millrace.kernel.Clock;
import dev.millrace.runtime.image.ImageDecoder;
import dev.millrace.runtime.image.ImageFormat;
import dev.millrace.runtime.image.ImageLimits;
import dev.millrace.runtime.image.Letterbox;
import dev.millrace.runtime.image.Picture;
import dev.millrace.runtime.image.Resampler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Steps over images. */
final class ImageSteps {

  private static final int LARGEST_SIDE = 8_192;
  private static final Map<String, Resampler.Filter> FILTERS =
      Map.of("bilinear", Resampler.Filter.BILINEAR, "bicubic", Resampler.Filter.BICUBIC);

  private ImageSteps() {}

  /**
   * {@code decode-image: {orient: exif, mode: rgb}}: files become pictures, within the limits that
   * the input declares.
   *
   * @param declared options of the input field: {@code formats}, {@code max_pixels}, {@code
   *     max_bytes}, {@code budget_ms}
   */
  static Step decode(Options options, Options declared, Clock clock) {
    Target target = Target.of(options);
    options.choice("orient", "exif", Map.of("exif", "exif"));
    options.choice("mode", "rgb", Map.of("rgb", "rgb"));
    ImageDecoder decoder = new ImageDecoder(formats(declared), limits(declared), clock);
    return (Step.Single)
        frame -> {
          if (!(target.column(frame) instanceof Column.Files files)) {
            throw frame.mismatch("decode-image", "image files");
          }
          List<Picture> pictures = new ArrayList<>(files.rows());
          String field = "/input/" + frame.currentName();
          for (int i = 0; i < files.rows(); i++) {
            String place = files.rows() == 1 ? field : field + "/" + i;
            pictures.add(decoder.decode(files.values().get(i), place));
          }
          target.replace(frame, new Column.Pictures(pictures));
        };
  }

  private static Set<ImageFormat> formats(Options declared) {
    Set<ImageFormat> formats = EnumSet.noneOf(ImageFormat.class);
    for (String name : declared.texts("formats")) {
      ImageFormat format = ImageFormat.byName(name);
      if (format == null) {
        throw declared.refused("formats", name, "jpeg, png, webp, gif, bmp, tiff");
      }
      formats.add(format);
    }
    return formats.isEmpty() ? EnumSet.of(ImageFormat.JPEG, ImageFormat.PNG) : formats;
  }

  private static ImageLimits limits(Options declared) {
    ImageLimits usual = ImageLimits.DEFAULT;
    return new ImageLimits(
        declared.number("max_bytes", usual.maxBytes(), 1, 64 << 20),
        declared.number("max_pixels", (int) usual.maxPixels(), 1, 400_000_000),
        Duration.ofMillis(
            declared.number("budget_ms", (int) usual.budget().toMillis(), 1, 60_000)));
  }

  /**
   * {@code resize: {size: 224}} to a square, {@code {short_side: 256}} keeping the proportions, or
   * {@code {width: w, height: h}}; with {@code filter: bicubic|bilinear} and {@code antialias}.
   */
  static Step resize(Options options) {
    int size = options.number("size", 0, 1, LARGEST_SIDE);
    int shortSide = options.number("short_side", 0, 1, LARGEST_SIDE);
    int width = options.number("width", size, 1, LARGEST_SIDE);
    int height = options.number("height", size, 1, LARGEST_SIDE);
    Resampler.Filter filter = options.choice("filter", "bicubic", FILTERS);
    boolean antialias = options.truth("antialias", true);
    if (shortSide == 0 && (width == 0 || height == 0)) {
      throw options.refused("size", "absent", "size, short_side, or width and height");
    }
    return each(
        options,
        "resize",
        picture -> {
          if (shortSide == 0) {
            return Resampler.resize(picture, width, height, filter, antialias);
          }
          double scale = (double) shortSide / Math.min(picture.width(), picture.height());
          return Resampler.resize(
              picture,
              scaled(picture.width(), scale),
              scaled(picture.height(), scale),
              filter,
              antialias);
        });
  }

  /** A strip of one pixel's height must not become a strip of a million pixels' width. */
  private static int scaled(int side, double scale) {
    return Math.clamp(Math.round(side * scale), 1, LARGEST_SIDE);
  }

  /**
   * {@code letterbox: {size: 416}}, or {@code {width: w, height: h}}: the whole picture in its
   * proportions on a canvas of that size, at {@code align: top-left|center}, the rest {@code fill:
   * 114}; with {@code filter: bilinear|bicubic} and {@code antialias}.
   */
  static Step letterbox(Options options) {
    int size = options.number("size", 0, 1, LARGEST_SIDE);
    int width = options.number("width", size, 1, LARGEST_SIDE);
    int height = options.number("height", size, 1, LARGEST_SIDE);
    if (width == 0 || height == 0) {
      throw options.refused("size", "absent", "size, or width and height");
    }
    Letterbox letterbox =
        new Letterbox(
            width,
            height,
            options.choice("filter", "bilinear", FILTERS),
            options.truth("antialias", true),
            options.number("fill", 114, 0, 255),
            options.choice("align", "top-left", Map.of("top-left", false, "center", true)));
    return each(options, "letterbox", letterbox::apply);
  }

  /**
   * {@code center-crop: {size: 224}}, or {@code {fraction: 0.875}} of the shorter side; origin
   * (size − c) / 2, rounded down. A picture smaller than the size is left as it is in that
   * direction.
   */
  static Step centerCrop(Options options) {
    int size = options.number("size", 0, 1, LARGEST_SIDE);
    double fraction = options.real("fraction", 1);
    if (fraction <= 0 || fraction > 1) {
      throw options.refused("fraction", fraction, "above 0, at most 1");
    }
    return each(
        options,
        "center-crop",
        picture -> {
          int side = (int) (fraction * Math.min(picture.width(), picture.height()));
          int wanted = size > 0 ? size : Math.max(1, side);
          int width = Math.min(wanted, picture.width());
          int height = Math.min(wanted, picture.height());
          return picture.crop(
              (picture.width() - width) / 2, (picture.height() - height) / 2, width, height);
        });
  }

  private static Step each(Options options, String name, UnaryOperator<Picture> change) {
    Target target = Target.of(options);
    return (Step.Single)
        frame -> {
          if (!(target.column(frame) instanceof Column.Pictures pictures)) {
            throw frame.mismatch(name, "decoded images");
          }
          target.replace(
              frame, new Column.Pictures(pictures.values().stream().map(change).toList()));
        };
  }

  /**
   * {@code normalize: {mean: [127, 127, 127], scale: 0.0078125, layout: nchw, order: rgb}}: (sample
   * − mean) × scale, as floats [rows, 3, height, width] or [rows, height, width, 3].
   */
  static Step normalize(Options options) {
    Target target = Target.of(options);
    double[] mean = options.reals("mean", 0, 3);
    double[] scale = options.reals("scale", 1, 3);
    boolean planes = options.choice("layout", "nchw", Map.of("nchw", true, "nhwc", false));
    int first = options.choice("order", "rgb", Map.of("rgb", 0, "bgr", 2));
    return (Step.Single)
        frame -> {
          if (!(target.column(frame) instanceof Column.Pictures pictures)) {
            throw frame.mismatch("normalize", "decoded images");
          }
          Picture one = pictures.values().getFirst();
          int samples = one.rgb().length;
          float[] values = new float[pictures.rows() * samples];
          for (int row = 0; row < pictures.rows(); row++) {
            Picture picture = pictures.values().get(row);
            if (picture.width() != one.width() || picture.height() != one.height()) {
              throw frame.mismatch("normalize", "images of one size");
            }
            spread(picture.rgb(), values, row * samples, mean, scale, planes, first);
          }
          long rows = pictures.rows();
          long[] shape =
              planes
                  ? new long[] {rows, 3, one.height(), one.width()}
                  : new long[] {rows, one.height(), one.width(), 3};
          frame.see(Views.of(pictures.values()));
          target.replace(frame, new Column.Floats(values, shape));
        };
  }

  private static void spread(
      byte[] rgb,
      float[] values,
      int from,
      double[] mean,
      double[] scale,
      boolean planes,
      int first) {
    int pixels = rgb.length / 3;
    for (int color = 0; color < 3; color++) {
      int source = Math.abs(first - color);
      float offset = (float) mean[color];
      float factor = (float) scale[color];
      int to = planes ? from + color * pixels : from + color;
      int step = planes ? 1 : 3;
      for (int at = source; at < rgb.length; at += 3, to += step) {
        values[to] = ((rgb[at] & 0xFF) - offset) * factor;
      }
    }
  }
}
