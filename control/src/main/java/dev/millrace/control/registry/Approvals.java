package dev.millrace.control.registry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The digests that an administrator lets run in the node itself; a file with one a line. */
final class Approvals {

  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

  private final Path file;

  Approvals(Path file) {
    this.file = file;
  }

  boolean contains(String digest) throws IOException {
    return read().contains(digest);
  }

  void add(String digest) throws IOException {
    Set<String> digests = read();
    if (digests.add(digest)) {
      Durably.replace(file, String.join("\n", digests) + "\n");
    }
  }

  void remove(String digest) throws IOException {
    Set<String> digests = read();
    if (digests.remove(digest)) {
      StringBuilder left = new StringBuilder();
      digests.forEach(each -> left.append(each).append('\n'));
      Durably.replace(file, left.toString());
    }
  }

  private Set<String> read() throws IOException {
    Set<String> digests = new TreeSet<>();
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        if (!DIGEST.matcher(line).matches()) {
          throw new IOException(
              file.getFileName() + ": an unreadable line (expected: 64 hex digits)");
        }
        digests.add(line);
      }
    }
    return digests;
  }
}
