package dev.millrace.runtime.image;

/**
 * How a camera was held, as EXIF's orientation (1 to 8) says, read by hand from the four formats
 * that carry it: only this one number is needed, and a full parser would be one more thing that
 * hostile files can reach. Whatever is malformed means upright.
 */
enum Orientation {
  UPRIGHT(false, false, false),
  MIRRORED(false, true, false),
  TURNED_180(false, true, true),
  FLIPPED(false, false, true),
  TRANSPOSED(true, false, false),
  TURNED_RIGHT(true, false, true),
  TRANSVERSED(true, true, true),
  TURNED_LEFT(true, true, false);

  private static final Orientation[] ALL = values();
  private static final int TAG = 0x0112;
  private static final int SHORT = 3;
  private static final int MOST_ENTRIES = 1_000;

  private final boolean swapsAxes;
  private final boolean fromRight;
  private final boolean fromBottom;

  /**
   * Where the upright picture's samples come from.
   *
   * @param swapsAxes width and height change places
   * @param fromRight the stored x runs backwards
   * @param fromBottom the stored y runs backwards
   */
  Orientation(boolean swapsAxes, boolean fromRight, boolean fromBottom) {
    this.swapsAxes = swapsAxes;
    this.fromRight = fromRight;
    this.fromBottom = fromBottom;
  }

  static Orientation of(byte[] file, ImageFormat format) {
    return switch (format) {
      case JPEG -> inJpeg(file);
      case PNG -> inChunks(file, 8, "eXIf", false);
      case WEBP -> inChunks(file, 12, "EXIF", true);
      case TIFF -> inTiff(file, 0, file.length);
      case GIF, BMP -> UPRIGHT;
    };
  }

  Picture apply(Picture stored) {
    if (this == UPRIGHT) {
      return stored;
    }
    int width = swapsAxes ? stored.height() : stored.width();
    int height = swapsAxes ? stored.width() : stored.height();
    byte[] from = stored.rgb();
    byte[] rgb = new byte[from.length];
    int to = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int column = swapsAxes ? y : x;
        int row = swapsAxes ? x : y;
        int storedX = fromRight ? stored.width() - 1 - column : column;
        int storedY = fromBottom ? stored.height() - 1 - row : row;
        int at = 3 * (storedY * stored.width() + storedX);
        rgb[to++] = from[at];
        rgb[to++] = from[at + 1];
        rgb[to++] = from[at + 2];
      }
    }
    return new Picture(width, height, rgb, Placement.of(width, height, this));
  }

  /**
   * Takes a box of the upright picture back to the stored one, in place.
   *
   * @param boxes left, top, right, bottom from {@code at}
   * @param width of the upright picture
   * @param height of the upright picture
   */
  void toStored(float[] boxes, int at, int width, int height) {
    float left = boxes[swapsAxes ? at + 1 : at];
    float top = boxes[swapsAxes ? at : at + 1];
    float right = boxes[swapsAxes ? at + 3 : at + 2];
    float bottom = boxes[swapsAxes ? at + 2 : at + 3];
    int storedWidth = swapsAxes ? height : width;
    int storedHeight = swapsAxes ? width : height;
    boxes[at] = fromRight ? storedWidth - right : left;
    boxes[at + 1] = fromBottom ? storedHeight - bottom : top;
    boxes[at + 2] = fromRight ? storedWidth - left : right;
    boxes[at + 3] = fromBottom ? storedHeight - top : bottom;
  }

  private static Orientation inJpeg(byte[] file) {
    for (int at = 2; at + 4 <= file.length && (file[at] & 0xFF) == 0xFF; ) {
      int marker = file[at + 1] & 0xFF;
      int length = number(file, at + 2, 2, false);
      boolean scan = marker == 0xDA || length < 2;
      if (scan) {
        return UPRIGHT;
      }
      int body = at + 4;
      int end = Math.min(file.length, at + 2 + length);
      if (marker == 0xE1 && end - body > 6 && text(file, body, "Exif\0\0")) {
        return inTiff(file, body + 6, end);
      }
      at += 2 + length;
    }
    return UPRIGHT;
  }

  /** PNG and RIFF: a name and a length, then the body; RIFF the other way round in each respect. */
  private static Orientation inChunks(byte[] file, int first, String name, boolean riff) {
    for (long at = first; at + 8 <= file.length; ) {
      int here = (int) at;
      long length = number(file, riff ? here + 4 : here, 4, riff) & 0xFFFFFFFFL;
      int body = here + 8;
      if (text(file, riff ? here : here + 4, name)) {
        int end = (int) Math.min(file.length, body + length);
        // Some writers leave JPEG's prefix in front.
        int start = end - body > 6 && text(file, body, "Exif\0\0") ? body + 6 : body;
        return inTiff(file, start, end);
      }
      at = body + length + (riff ? length & 1 : 4);
    }
    return UPRIGHT;
  }

  private static Orientation inTiff(byte[] file, int start, int end) {
    if (end - start < 8) {
      return UPRIGHT;
    }
    boolean little = file[start] == 'I';
    long directory = start + (number(file, start + 4, 4, little) & 0xFFFFFFFFL);
    if (directory + 2 > end) {
      return UPRIGHT;
    }
    int entries = Math.min(MOST_ENTRIES, number(file, (int) directory, 2, little));
    for (int i = 0; i < entries; i++) {
      long entry = directory + 2 + 12L * i;
      if (entry + 12 > end) {
        return UPRIGHT;
      }
      int at = (int) entry;
      if (number(file, at, 2, little) == TAG && number(file, at + 2, 2, little) == SHORT) {
        int value = number(file, at + 8, 2, little);
        return value >= 1 && value <= ALL.length ? ALL[value - 1] : UPRIGHT;
      }
    }
    return UPRIGHT;
  }

  private static int number(byte[] file, int at, int width, boolean little) {
    int value = 0;
    for (int i = 0; i < width; i++) {
      int each = file[at + (little ? width - 1 - i : i)] & 0xFF;
      value = value << 8 | each;
    }
    return value;
  }

  private static boolean text(byte[] file, int at, String expected) {
    if (at + expected.length() > file.length) {
      return false;
    }
    for (int i = 0; i < expected.length(); i++) {
      if (file[at + i] != expected.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
