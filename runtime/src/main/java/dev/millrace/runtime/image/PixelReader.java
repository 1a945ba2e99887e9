package dev.millrace.runtime.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DirectColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.util.Arrays;

/**
 * Any image of the JDK as 8-bit RGB. Samples of gray and RGB images are taken as they are: the
 * colour model's own conversion treats gray as linear light and would brighten it.
 */
final class PixelReader {

  private PixelReader() {}

  static Picture toPicture(BufferedImage image) {
    byte[] rgb =
        new byte[Math.multiplyExact(3, Math.multiplyExact(image.getWidth(), image.getHeight()))];
    if (PlainBytes.fits(image)) {
      PlainBytes.copy(image, rgb);
    } else if (hasPlainSamples(image)) {
      fromSamples(image, rgb);
    } else if (image.getColorModel() instanceof IndexColorModel palette) {
      fromPalette(image.getRaster(), palette, rgb);
    } else {
      fromColors(image, rgb);
    }
    return new Picture(image.getWidth(), image.getHeight(), rgb);
  }

  private static boolean hasPlainSamples(BufferedImage image) {
    ColorModel model = image.getColorModel();
    int bands = image.getRaster().getNumBands();
    int type = image.getRaster().getTransferType();
    return model instanceof ComponentColorModel
        && bands <= 4
        && (type == DataBuffer.TYPE_BYTE || type == DataBuffer.TYPE_USHORT)
        && (bands <= 2 || model.getColorSpace().getType() == ColorSpace.TYPE_RGB);
  }

  private static void fromSamples(BufferedImage image, byte[] rgb) {
    Raster raster = image.getRaster();
    int width = image.getWidth();
    int bands = raster.getNumBands();
    int bits = raster.getSampleModel().getSampleSize(0);
    boolean alpha = bands == 2 || bands == 4;
    int[] row = new int[width * bands];
    int to = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      for (int from = 0; from < row.length; from += bands) {
        int opacity = alpha ? toByte(row[from + bands - 1], bits) : 255;
        for (int color = 0; color < 3; color++) {
          int sample = toByte(row[from + (bands <= 2 ? 0 : color)], bits);
          rgb[to++] = (byte) overWhite(sample, opacity);
        }
      }
    }
  }

  private static int toByte(int sample, int bits) {
    if (bits == 8) {
      return sample;
    }
    return bits > 8 ? sample >> (bits - 8) : sample * 255 / ((1 << bits) - 1);
  }

  private static void fromPalette(Raster raster, IndexColorModel palette, byte[] rgb) {
    // As long as any index that fits the samples, so that a stray one is black, not an exception.
    int[] colors = new int[Math.max(palette.getMapSize(), 1 << palette.getPixelSize())];
    Arrays.fill(colors, 0xFF000000);
    palette.getRGBs(colors);
    int width = raster.getWidth();
    int[] row = new int[width];
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getSamples(raster.getMinX(), raster.getMinY() + y, width, 1, 0, row);
      for (int x = 0; x < width; x++) {
        row[x] = colors[row[x]];
      }
      lay(row, rgb, 3 * y * width);
    }
  }

  private static void fromColors(BufferedImage image, byte[] rgb) {
    int width = image.getWidth();
    int[] row = new int[width];
    Raster raster = image.getRaster();
    boolean packed = isPackedArgb(image);
    boolean opaque = !image.getColorModel().hasAlpha();
    for (int y = 0; y < image.getHeight(); y++) {
      if (packed) {
        raster.getDataElements(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      } else {
        image.getRGB(0, y, width, 1, row, 0, width);
      }
      for (int x = 0; opaque && x < width; x++) {
        row[x] |= 0xFF000000;
      }
      lay(row, rgb, 3 * y * width);
    }
  }

  /** Whether a pixel is one int with its samples where {@code getRGB} would put them. */
  private static boolean isPackedArgb(BufferedImage image) {
    return image.getColorModel() instanceof DirectColorModel model
        && model.getTransferType() == DataBuffer.TYPE_INT
        && model.getColorSpace().isCS_sRGB()
        && !model.isAlphaPremultiplied()
        && model.getRedMask() == 0xFF0000
        && model.getGreenMask() == 0xFF00
        && model.getBlueMask() == 0xFF
        && (!model.hasAlpha() || model.getAlphaMask() == 0xFF000000);
  }

  private static void lay(int[] row, byte[] rgb, int from) {
    int to = from;
    for (int argb : row) {
      int opacity = argb >>> 24;
      rgb[to++] = (byte) overWhite((argb >> 16) & 0xFF, opacity);
      rgb[to++] = (byte) overWhite((argb >> 8) & 0xFF, opacity);
      rgb[to++] = (byte) overWhite(argb & 0xFF, opacity);
    }
  }

  private static int overWhite(int sample, int opacity) {
    return opacity == 255 ? sample : (sample * opacity + 255 * (255 - opacity) + 127) / 255;
  }
}
