package dev.millrace.runtime.testing;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;

/** Pictures as a camera that was held otherwise would have stored them. */
public final class Exif {

  private static final int PNG_BEGINNING = 8 + 25;

  private Exif() {}

  /** Where the stored pixel x, y of a file of this orientation is seen upright. */
  private static int[] shown(int x, int y, int width, int height, int orientation) {
    return switch (orientation) {
      case 1 -> new int[] {x, y};
      case 2 -> new int[] {width - 1 - x, y};
      case 3 -> new int[] {width - 1 - x, height - 1 - y};
      case 4 -> new int[] {x, height - 1 - y};
      case 5 -> new int[] {y, x};
      case 6 -> new int[] {height - 1 - y, x};
      case 7 -> new int[] {height - 1 - y, width - 1 - x};
      case 8 -> new int[] {y, width - 1 - x};
      default -> throw new IllegalArgumentException("orientation " + orientation);
    };
  }

  /** The stored picture that this orientation shows as the given one. */
  public static BufferedImage stored(BufferedImage upright, int orientation) {
    boolean turned = orientation >= 5;
    int width = turned ? upright.getHeight() : upright.getWidth();
    int height = turned ? upright.getWidth() : upright.getHeight();
    BufferedImage stored = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int[] at = shown(x, y, width, height, orientation);
        stored.setRGB(x, y, upright.getRGB(at[0], at[1]));
      }
    }
    return stored;
  }

  /** A box of the upright picture of this size, in the stored picture's pixels. */
  public static double[] storedBox(double[] box, int width, int height, int orientation) {
    double left = box[0];
    double top = box[1];
    double right = box[2];
    double bottom = box[3];
    return switch (orientation) {
      case 1 -> new double[] {left, top, right, bottom};
      case 2 -> new double[] {width - right, top, width - left, bottom};
      case 3 -> new double[] {width - right, height - bottom, width - left, height - top};
      case 4 -> new double[] {left, height - bottom, right, height - top};
      case 5 -> new double[] {top, left, bottom, right};
      case 6 -> new double[] {top, width - right, bottom, width - left};
      case 7 -> new double[] {height - bottom, width - right, height - top, width - left};
      case 8 -> new double[] {height - bottom, left, height - top, right};
      default -> throw new IllegalArgumentException("orientation " + orientation);
    };
  }

  /** A PNG whose eXIf chunk says the orientation. */
  public static byte[] png(BufferedImage stored, int orientation) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (!ImageIO.write(stored, "png", out)) {
      throw new IllegalStateException("no writer of PNG");
    }
    byte[] plain = out.toByteArray();
    byte[] body = tiff(orientation);
    byte[] name = "eXIf".getBytes(StandardCharsets.US_ASCII);
    CRC32 check = new CRC32();
    check.update(name);
    check.update(body);
    return ByteBuffer.allocate(plain.length + 12 + body.length)
        .put(plain, 0, PNG_BEGINNING)
        .putInt(body.length)
        .put(name)
        .put(body)
        .putInt((int) check.getValue())
        .put(plain, PNG_BEGINNING, plain.length - PNG_BEGINNING)
        .array();
  }

  /** A JPEG whose first segment says the orientation. */
  public static byte[] jpeg(BufferedImage stored, int orientation) {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      if (!ImageIO.write(stored, "jpeg", out)) {
        throw new IllegalStateException("no writer of JPEG");
      }
      byte[] plain = out.toByteArray();
      byte[] body = tiff(orientation);
      return ByteBuffer.allocate(plain.length + 10 + body.length)
          .put(plain, 0, 2)
          .putShort((short) 0xFFE1)
          .putShort((short) (8 + body.length))
          .put("Exif\0\0".getBytes(StandardCharsets.US_ASCII))
          .put(body)
          .put(plain, 2, plain.length - 2)
          .array();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** One directory with one entry. */
  private static byte[] tiff(int orientation) {
    return ByteBuffer.allocate(26)
        .put("MM\0*".getBytes(StandardCharsets.US_ASCII))
        .putInt(8)
        .putShort((short) 1)
        .putShort((short) 0x0112)
        .putShort((short) 3)
        .putInt(1)
        .putShort((short) orientation)
        .putShort((short) 0)
        .putInt(0)
        .array();
  }
}
