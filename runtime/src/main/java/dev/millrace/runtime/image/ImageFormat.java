package dev.millrace.runtime.image;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The formats that can be read, told apart by their first bytes and by nothing else. */
public enum ImageFormat {
  JPEG,
  PNG,
  WEBP,
  GIF,
  BMP,
  TIFF;

  private static final ImageFormat[] ALL = values();

  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static @Nullable ImageFormat byName(String name) {
    for (ImageFormat format : ALL) {
      if (format.wireName().equals(name)) {
        return format;
      }
    }
    return null;
  }

  /** The format that the file claims to be, or null for none of these. */
  static @Nullable ImageFormat of(byte[] file) {
    if (begins(file, 0, 0xFF, 0xD8, 0xFF)) {
      return JPEG;
    }
    if (begins(file, 0, 0x89, 'P', 'N', 'G', 0x0D, 0x0A, 0x1A, 0x0A)) {
      return PNG;
    }
    if (begins(file, 0, 'G', 'I', 'F', '8')) {
      return GIF;
    }
    if (begins(file, 0, 'B', 'M')) {
      return BMP;
    }
    if (begins(file, 0, 'R', 'I', 'F', 'F') && begins(file, 8, 'W', 'E', 'B', 'P')) {
      return WEBP;
    }
    return begins(file, 0, 'I', 'I', 42, 0) || begins(file, 0, 'M', 'M', 0, 42) ? TIFF : null;
  }

  private static boolean begins(byte[] file, int at, int... expected) {
    if (file.length < at + expected.length) {
      return false;
    }
    for (int i = 0; i < expected.length; i++) {
      if ((file[at + i] & 0xFF) != expected[i]) {
        return false;
      }
    }
    return true;
  }
}
