package dev.millrace.runtime.testing;

import java.awt.image.BandedSampleModel;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** JPEG files of kinds that no usual program writes today. */
public final class Jpegs {

  private static final int BLOCK = 16;

  private Jpegs() {}

  /**
   * Even squares of 16 pixels side by side, as Adobe's programs store them: the inks inverted.
   *
   * @param inks cyan, magenta, yellow, black of each square, 0..255
   * @param ycck whether the first three are stored as luma and chroma
   */
  public static byte[] adobe(int[][] inks, boolean ycck) throws IOException {
    int width = BLOCK * inks.length;
    WritableRaster raster =
        Raster.createWritableRaster(
            new BandedSampleModel(DataBuffer.TYPE_BYTE, width, BLOCK, 4), null);
    for (int x = 0; x < width; x++) {
      int[] ink = inks[x / BLOCK];
      int[] stored = {255 - ink[0], 255 - ink[1], 255 - ink[2], 255 - ink[3]};
      if (ycck) {
        // The inverse of what is stored is taken for RGB.
        int[] luma = luma(ink[0], ink[1], ink[2]);
        stored = new int[] {luma[0], luma[1], luma[2], stored[3]};
      }
      for (int y = 0; y < BLOCK; y++) {
        raster.setPixel(x, y, stored);
      }
    }
    byte[] plain = written(new IIOImage(raster, null, null), false);
    byte[] segment = {
      (byte) 0xFF,
      (byte) 0xEE,
      0,
      14,
      'A',
      'd',
      'o',
      'b',
      'e',
      0,
      100,
      0,
      0,
      0,
      0,
      (byte) (ycck ? 2 : 0)
    };
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(plain, 0, 2);
    out.write(segment);
    out.write(plain, 2, plain.length - 2);
    return out.toByteArray();
  }

  private static int[] luma(int red, int green, int blue) {
    double y = 0.299 * red + 0.587 * green + 0.114 * blue;
    double cb = 128 - 0.168736 * red - 0.331264 * green + 0.5 * blue;
    double cr = 128 + 0.5 * red - 0.418688 * green - 0.081312 * blue;
    return new int[] {
      Math.clamp(Math.round(y), 0, 255),
      Math.clamp(Math.round(cb), 0, 255),
      Math.clamp(Math.round(cr), 0, 255)
    };
  }

  /** A progressive file, its last scan repeated. */
  public static byte[] manyScans(int width, int height, int scans) throws IOException {
    BufferedImage gray = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    byte[] file = written(new IIOImage(gray, null, null), true);
    int end = file.length - 2;
    int last = lastScan(file);
    byte[] scan = Arrays.copyOfRange(file, last, end);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(file, 0, end);
    for (int i = 0; i < scans; i++) {
      out.write(scan);
    }
    out.write(file, end, 2);
    return out.toByteArray();
  }

  private static int lastScan(byte[] file) {
    int last = -1;
    for (int at = 0; at + 1 < file.length; at++) {
      if (file[at] == (byte) 0xFF && file[at + 1] == (byte) 0xDA) {
        last = at;
      }
    }
    return last;
  }

  private static byte[] written(IIOImage image, boolean progressive) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ImageOutputStream sink = ImageIO.createImageOutputStream(out)) {
      ImageWriteParam param = writer.getDefaultWriteParam();
      if (progressive) {
        param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
      }
      writer.setOutput(sink);
      writer.write(null, image, param);
    } finally {
      writer.dispose();
    }
    return out.toByteArray();
  }
}
