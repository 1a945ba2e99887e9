package dev.millrace.control.manifest;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What lies in a version's folder.
 *
 * @param files sorted by the UTF-8 bytes of their paths
 */
public record FolderContents(List<Entry> files) {

  private static final Comparator<Entry> BY_PATH =
      (a, b) ->
          Arrays.compareUnsigned(
              a.path().getBytes(StandardCharsets.UTF_8), b.path().getBytes(StandardCharsets.UTF_8));

  public FolderContents {
    files = files.stream().sorted(BY_PATH).toList();
  }

  /**
   * One file.
   *
   * @param path relative to the folder, with {@code /} between names
   * @param size bytes
   * @param sha256 hex
   * @param modifiedNanos when the file system says it was last written; no part of the digest
   * @param format told by its bytes when they were hashed; no part of the digest
   */
  public record Entry(
      String path, long size, String sha256, long modifiedNanos, FileFormat format) {}

  /**
   * The digest of a version: SHA-256, hex, over one line a file in order of paths, each the path in
   * UTF-8, a zero byte, the size in decimal, a zero byte, the file's SHA-256 in lower-case hex, a
   * line feed. A path holds neither zero byte nor line feed, so no two folders read alike.
   */
  public String digest() {
    StringBuilder lines = new StringBuilder();
    for (Entry file : files) {
      lines.append(file.path()).append('\0').append(file.size()).append('\0');
      lines.append(file.sha256()).append('\n');
    }
    return Sha256.hex(lines.toString().getBytes(StandardCharsets.UTF_8));
  }

  public @Nullable Entry file(String path) {
    for (Entry file : files) {
      if (file.path().equals(path)) {
        return file;
      }
    }
    return null;
  }

  /** The files by path. */
  public Map<String, Entry> byPath() {
    return files.stream().collect(Collectors.toMap(Entry::path, Function.identity()));
  }
}
