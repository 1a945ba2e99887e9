package dev.millrace.runtime.fetch;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Takes plain files out of archives: the wanted ones only, by a path that the caller knows, under
 * their last name. Links, devices and paths that climb are never looked at.
 */
final class Archives {

  private static final int BLOCK = 512;
  private static final int MOST_ENTRIES = 10_000;
  private static final long LARGEST_FILE = 1L << 30;

  private Archives() {}

  /** All plain files directly in a folder of a gzipped tar. */
  static void untar(Path archive, String folder, Path into) throws IOException {
    try (InputStream in =
        new BufferedInputStream(new GZIPInputStream(Files.newInputStream(archive)), 1 << 16)) {
      byte[] header = new byte[BLOCK];
      for (int entry = 0; in.readNBytes(header, 0, BLOCK) == BLOCK && header[0] != 0; entry++) {
        String name = text(header, 0, 100);
        long size = octal(header, 124, 12);
        if (entry == MOST_ENTRIES || size < 0 || size > LARGEST_FILE) {
          throw new FetchFailed(
              "an archive with more than "
                  + MOST_ENTRIES
                  + " entries or one of "
                  + size
                  + " bytes");
        }
        boolean plain = header[156] == '0' || header[156] == 0;
        String last = plain && name.startsWith(folder) ? name.substring(folder.length()) : "";
        if (last.matches("[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")) {
          copy(in, size, into.resolve(last));
        } else {
          in.skipNBytes(size);
        }
        in.skipNBytes((BLOCK - size % BLOCK) % BLOCK);
      }
    }
  }

  private static void copy(InputStream in, long size, Path to) throws IOException {
    try (var out = Files.newOutputStream(to)) {
      byte[] buffer = new byte[1 << 16];
      for (long left = size; left > 0; ) {
        int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
        if (read < 0) {
          throw new FetchFailed("an archive that ends early");
        }
        out.write(buffer, 0, read);
        left -= read;
      }
    }
  }

  private static String text(byte[] header, int from, int length) {
    int end = from;
    while (end < from + length && header[end] != 0) {
      end++;
    }
    return new String(header, from, end - from, StandardCharsets.US_ASCII);
  }

  private static long octal(byte[] header, int from, int length) throws FetchFailed {
    String digits = text(header, from, length).strip();
    if (!digits.matches("[0-7]{1,12}")) {
      throw new FetchFailed("an archive whose entries have no size");
    }
    return Long.parseLong(digits, 8);
  }

  /** One file of a zip. */
  static void unzip(Path archive, String path, Path to) throws IOException {
    try (ZipInputStream in =
        new ZipInputStream(new BufferedInputStream(Files.newInputStream(archive), 1 << 16))) {
      int entries = 0;
      for (ZipEntry entry; (entry = in.getNextEntry()) != null && entries < MOST_ENTRIES; ) {
        entries++;
        if (entry.getName().equals(path)) {
          copy(in, to);
          return;
        }
      }
    }
    throw new FetchFailed("an archive without " + path);
  }

  private static void copy(InputStream in, Path to) throws IOException {
    try (var out = Files.newOutputStream(to)) {
      byte[] buffer = new byte[1 << 16];
      long total = 0;
      for (int read; (read = in.read(buffer)) >= 0; ) {
        total += read;
        if (total > LARGEST_FILE) {
          throw new FetchFailed("a file of more than " + LARGEST_FILE + " bytes");
        }
        out.write(buffer, 0, read);
      }
    }
  }
}
