package dev.millrace.runtime.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBufferByte;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;

/** The usual image, gray or RGB in bytes without alpha, read straight from its array. */
final class PlainBytes {

  private PlainBytes() {}

  static boolean fits(BufferedImage image) {
    Raster raster = image.getRaster();
    int bands = raster.getNumBands();
    return image.getColorModel() instanceof ComponentColorModel model
        && raster.getSampleModel() instanceof PixelInterleavedSampleModel
        && raster.getDataBuffer() instanceof DataBufferByte buffer
        && buffer.getNumBanks() == 1
        && raster.getSampleModelTranslateX() == 0
        && raster.getSampleModelTranslateY() == 0
        && raster.getMinX() == 0
        && raster.getMinY() == 0
        && model.getComponentSize(0) == 8
        && (bands == 1 || (bands == 3 && model.getColorSpace().getType() == ColorSpace.TYPE_RGB));
  }

  static void copy(BufferedImage image, byte[] rgb) {
    Raster raster = image.getRaster();
    PixelInterleavedSampleModel model = (PixelInterleavedSampleModel) raster.getSampleModel();
    DataBufferByte buffer = (DataBufferByte) raster.getDataBuffer();
    byte[] from = buffer.getData();
    int[] bands = model.getBandOffsets();
    int green = bands[bands.length == 1 ? 0 : 1] - bands[0];
    int blue = bands[bands.length == 1 ? 0 : 2] - bands[0];
    int step = model.getPixelStride();
    int to = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      int at = buffer.getOffset() + y * model.getScanlineStride() + bands[0];
      for (int x = 0; x < raster.getWidth(); x++, at += step, to += 3) {
        rgb[to] = from[at];
        rgb[to + 1] = from[at + green];
        rgb[to + 2] = from[at + blue];
      }
    }
  }
}
