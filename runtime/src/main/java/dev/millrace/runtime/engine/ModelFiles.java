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
    byte[] bytes = bytes(spec, file);
    String found = HexFormat.of().formatHex(sha256().digest(bytes));
    if (bytes.length != file.size() || !found.equals(file.sha256().toLowerCase(Locale.ROOT))) {
      throw refused(
          "%s: %s: %d bytes, sha256 %s (expected: %d bytes, sha256 %s)"
              .formatted(
                  spec.name(), file.path(), bytes.length, found, file.size(), file.sha256()));
    }
    return bytes;
  }

  private static byte[] bytes(ModelSpec spec, ModelFile file) {
    Path folder = Path.of(spec.folder());
    Path path = folder.resolve(file.path()).normalize();
    if (!path.startsWith(folder.normalize()) || file.size() > LARGEST) {
      throw refused(
          "%s: %s, %d bytes (expected: inside the version's folder, at most %d bytes)"
              .formatted(spec.name(), file.path(), file.size(), LARGEST));
    }
    Path part = folder.normalize();
    for (Path name : part.relativize(path)) {
      part = part.resolve(name);
      if (Files.isSymbolicLink(part)) {
        throw refused(spec.name() + ": " + file.path() + ": a link (expected: a plain file)");
      }
    }
    try (InputStream in = Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS)) {
      // One more than declared, so that a file that grew is seen and a huge one is not read.
      return in.readNBytes(Math.toIntExact(file.size() + 1));
    } catch (IOException failed) {
      throw refused(
          spec.name()
              + ": "
              + file.path()
              + ": cannot be read: "
              + failed.getClass().getSimpleName());
    }
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
