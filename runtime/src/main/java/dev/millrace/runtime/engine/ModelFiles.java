package dev.millrace.runtime.engine;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.model.ModelSpec;
import dev.millrace.domain.model.ModelSpec.ModelFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * Reads a version's files. What is returned is what was verified: the bytes are read once, held
 * against size and SHA-256, and parsed from memory. Links are not followed, so a version cannot
 * point outside its folder.
 */
public final class ModelFiles {

  private static final long LARGEST = 1L << 30;

  private ModelFiles() {}

  /**
   * @param name the logical name in the manifest, such as {@code model}
   * @throws ProblemException when the file is not declared, not there, or not what was declared
   */
  public static byte[] read(ModelSpec spec, String name) {
    ModelFile file = declared(spec, name);
    byte[] bytes = bytes(spec, file);
    requireDeclared(spec, file, bytes.length, HexFormat.of().formatHex(sha256().digest(bytes)));
    return bytes;
  }

  private static ModelFile declared(ModelSpec spec, String name) {
    ModelFile file = spec.files().get(name);
    if (file == null) {
      throw refused(
          spec.name()
              + ": no file named "
              + name
              + " (expected: one of "
              + spec.files().keySet()
              + ")");
    }
    return file;
  }

  private static void requireDeclared(ModelSpec spec, ModelFile file, long size, String sha256) {
    if (size != file.size() || !sha256.equals(file.sha256().toLowerCase(Locale.ROOT))) {
      throw refused(
          "%s: %s: %d bytes, sha256 %s (expected: %d bytes, sha256 %s)"
              .formatted(spec.name(), file.path(), size, sha256, file.size(), file.sha256()));
    }
  }

  /**
   * A file that is too large for the heap: read once through and held against size and SHA-256,
   * then mapped by whoever takes the path. The folder is the node's own; nobody else writes there.
   *
   * @param name the logical name in the manifest, such as {@code model}
   * @throws ProblemException when the file is not declared, not there, or not what was declared
   */
  public static Path verified(ModelSpec spec, String name) {
    ModelFile file = declared(spec, name);
    Path path = plain(spec, file, Long.MAX_VALUE);
    MessageDigest digest = sha256();
    long size = 0;
    try (InputStream in = Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS)) {
      byte[] buffer = new byte[1 << 16];
      for (int read; (read = in.read(buffer)) >= 0; size += read) {
        digest.update(buffer, 0, read);
      }
    } catch (IOException failed) {
      throw unreadable(spec, file, failed);
    }
    requireDeclared(spec, file, size, HexFormat.of().formatHex(digest.digest()));
    return path;
  }

  private static byte[] bytes(ModelSpec spec, ModelFile file) {
    Path path = plain(spec, file, LARGEST);
    try (InputStream in = Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS)) {
      // One more than declared, so that a file that grew is seen and a huge one is not read.
      return in.readNBytes(Math.toIntExact(file.size() + 1));
    } catch (IOException failed) {
      throw unreadable(spec, file, failed);
    }
  }

  /** The path of a file inside the folder, with no link on the way. */
  private static Path plain(ModelSpec spec, ModelFile file, long largest) {
    Path folder = Path.of(spec.folder());
    Path path = folder.resolve(file.path()).normalize();
    if (!path.startsWith(folder.normalize()) || file.size() > largest) {
      throw refused(
          "%s: %s, %d bytes (expected: inside the version's folder, at most %d bytes)"
              .formatted(spec.name(), file.path(), file.size(), largest));
    }
    Path part = folder.normalize();
    for (Path name : part.relativize(path)) {
      part = part.resolve(name);
      if (Files.isSymbolicLink(part)) {
        throw refused(spec.name() + ": " + file.path() + ": a link (expected: a plain file)");
      }
    }
    return path;
  }

  private static ProblemException unreadable(ModelSpec spec, ModelFile file, IOException failed) {
    return refused(
        spec.name()
            + ": "
            + file.path()
            + ": cannot be read: "
            + failed.getClass().getSimpleName());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException absent) {
      throw new IllegalStateException("every Java platform has SHA-256", absent);
    }
  }

  private static ProblemException refused(String message) {
    return new ProblemException(Problem.of(ErrorCode.RUNTIME_FAILED, message));
  }
}
