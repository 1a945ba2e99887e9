package dev.millrace.runtime.worker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** A folder that only this user may enter, for sockets. */
final class PrivateFolder {

  /** The system's limit for a socket's path is 108 bytes with its end mark; some have 104. */
  static final int LONGEST_PATH = 100;

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");

  private final Path path;

  private PrivateFolder(Path path) {
    this.path = path;
  }

  /** Makes the folder, or holds the one that is there to its permissions. */
  static PrivateFolder open(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectories(path, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    }
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException(path + ": no directory (expected: one, and not a link)");
    }
    var found = Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS);
    if (!found.equals(OWNER_ONLY)) {
      throw new IOException(
          path + ": " + PosixFilePermissions.toString(found) + " (expected: rwx------)");
    }
    return new PrivateFolder(path);
  }

  Path path() {
    return path;
  }

  /** The path of a socket that is not there yet. */
  Path socket(String worker, int incarnation) throws IOException {
    Path socket = path.resolve(worker + "-" + incarnation + ".sock");
    int length = socket.toString().getBytes(StandardCharsets.UTF_8).length;
    if (length > LONGEST_PATH) {
      throw new IOException(
          socket + ": " + length + " bytes (expected: at most " + LONGEST_PATH + ")");
    }
    Files.deleteIfExists(socket);
    return socket;
  }
}
