package dev.millrace.runtime.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;

/**
 * Any image of the JDK as 8-bit RGB. Samples of gray and RGB images are taken as they are: the
 * colour model's own conversion treats gray as linear light and would brighten it.
 */
final class PixelReader {

  private PixelReader() {}

  static Picture toPicture(BufferedImage image) {
    byte[] rgb =
        new byte[Math.multiplyExact(3, Math.multiplyExact(image.getWidth(), image.getHeight()))];
    if (hasPlainSamples(image)) {
      fromSamples(image, rgb);
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

  private static void fromColors(BufferedImage image, byte[] rgb) {
    int width = image.getWidth();
    int[] row = new int[width];
    int to = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      image.getRGB(0, y, width, 1, row, 0, width);
      for (int argb : row) {
        int opacity = argb >>> 24;
        rgb[to++] = (byte) overWhite((argb >> 16) & 0xFF, opacity);
        rgb[to++] = (byte) overWhite((argb >> 8) & 0xFF, opacity);
        rgb[to++] = (byte) overWhite(argb & 0xFF, opacity);
      }
    }
  }

  private static int overWhite(int sample, int opacity) {
    return opacity == 255 ? sample : (sample * opacity + 255 * (255 - opacity) + 127) / 255;
  }
}
