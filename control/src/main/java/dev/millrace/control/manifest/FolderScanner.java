package dev.millrace.control.manifest;

import dev.millrace.control.manifest.FolderContents.Entry;
import dev.millrace.control.yaml.Finding;
import dev.millrace.control.yaml.Findings;
import dev.millrace.control.yaml.Place;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Looks at every file of a version's folder and hashes it. Refused are links, files with a second
 * name elsewhere (hard links), whatever is no regular file, odd names, formats that are not on the
 * list, names that differ only in case, and more or larger files than the limits.
 */
public final class FolderScanner {

  public static final int MOST_FILES = 256;
  public static final int DEEPEST = 4;
  public static final long LARGEST_FILE = 64L << 30;

  // Small files are hashed at every scan: the manifest is one, and nobody checks it after us.
  private static final long ALWAYS_HASHED = 256 << 10;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");

  private final Findings findings;
  private final Map<String, Entry> known;
  private final boolean linkCounts;
  private final List<Entry> files = new ArrayList<>();
  private final Set<String> pathsInLowerCase = new HashSet<>();
  private boolean full;

  private FolderScanner(Path folder, Findings findings, Map<String, Entry> known) {
    this.findings = findings;
    this.known = known;
    this.linkCounts = folder.getFileSystem().supportedFileAttributeViews().contains("unix");
  }

  /** Hashes every file. What is wrong is added to the findings; such files are left out. */
  public static FolderContents scan(Path folder, Findings findings) throws IOException {
    return scan(folder, findings, Map.of());
  }

  /**
   * As {@link #scan(Path, Findings)}, but takes what is known of a large file whose size and time
   * of change are as known. Whoever loads the file still holds it against that hash.
   */
  public static FolderContents scan(Path folder, Findings findings, Map<String, Entry> known)
      throws IOException {
    FolderScanner scanner = new FolderScanner(folder, findings, known);
    scanner.walk(folder, "", 1);
    return new FolderContents(scanner.files);
  }

  private void walk(Path directory, String prefix, int depth) throws IOException {
    try (DirectoryStream<Path> children = Files.newDirectoryStream(directory)) {
      for (Path child : children) {
        if (full) {
          return;
        }
        look(child, prefix + child.getFileName(), depth);
      }
    }
  }

  private void look(Path child, String path, int depth) throws IOException {
    BasicFileAttributes attributes =
        Files.readAttributes(child, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!NAME.matcher(child.getFileName().toString()).matches()) {
      refuse(path, "a name with other characters", "names of " + NAME.pattern());
    } else if (attributes.isSymbolicLink()) {
      refuse(path, "a link", "a regular file");
    } else if (attributes.isDirectory()) {
      if (depth >= DEEPEST) {
        refuse(path, "a folder " + (depth + 1) + " deep", "<= " + DEEPEST);
      } else {
        walk(child, path + "/", depth + 1);
      }
    } else if (!attributes.isRegularFile()) {
      refuse(path, "neither file nor folder", "a regular file");
    } else {
      file(child, path, attributes);
    }
  }

  private void file(Path child, String path, BasicFileAttributes attributes) throws IOException {
    int names = linkCounts ? names(child) : 1;
    if (files.size() >= MOST_FILES) {
      full = true;
      refuse(path, "more than " + MOST_FILES + " files", "<= " + MOST_FILES);
    } else if (!pathsInLowerCase.add(path.toLowerCase(Locale.ROOT))) {
      refuse(path, "a name that differs only in case from another's", "names that any disk keeps");
    } else if (names != 1) {
      refuse(path, "a file with " + names + " names (hard links)", "1");
    } else if (attributes.size() > LARGEST_FILE) {
      refuse(path, attributes.size() + " bytes", "<= " + LARGEST_FILE);
    } else {
      long modified = attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS);
      Entry entry = known.get(path);
      boolean same =
          entry != null
              && entry.size() > ALWAYS_HASHED
              && entry.size() == attributes.size()
              && entry.modifiedNanos() == modified;
      if (same) {
        files.add(entry);
      } else {
        hash(child, path, attributes.size(), modified);
      }
    }
  }

  private void hash(Path child, String path, long size, long modified) throws IOException {
    FileFormat.Detected detected = FileFormat.detect(child, size);
    FileFormat format = detected.format();
    if (format == null) {
      findings.add(new Finding(Place.of(path), "", detected.reason()));
    } else {
      files.add(new Entry(path, size, Sha256.hex(child), modified, format));
    }
  }

  private static int names(Path file) throws IOException {
    Object count = Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS);
    return count instanceof Number number ? number.intValue() : 1;
  }

  private void refuse(String path, String found, String expected) {
    findings.add(Place.of(path), "", found, expected);
  }
}
