package dev.millrace.control.secrets;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Secrets by name in a folder: each a file of its own, sealed under the node's key, which lies in
 * {@code node.key} beside them and is readable by its owner alone. Whoever can read that file can
 * read all: this keeps secrets out of backups, diffs and screens, not from the owner of the node.
 */
public final class SecretStore {

  /** What a secret may be called. */
  public static final String NAME_EXPECTED = "[a-z0-9][a-z0-9_-]{0,63}";

  private static final Pattern NAME = Pattern.compile(NAME_EXPECTED);
  private static final Pattern VALUE = Pattern.compile("[\\x21-\\x7e]{1,8192}");
  private static final String ENDING = ".sealed";
  private static final String KEY = "node.key";

  private final Path folder;
  private final SecureRandom random;

  /**
   * @param folder made when the first secret is set
   */
  public SecretStore(Path folder, SecureRandom random) {
    this.folder = folder;
    this.random = random;
  }

  /**
   * Sets a secret; the old value is replaced in one step.
   *
   * @throws IllegalArgumentException when the name or the value cannot be one; never with the value
   */
  public void set(String name, String value) throws IOException {
    checkName(name);
    if (!VALUE.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "the value: "
              + value.length()
              + " characters (expected: 1..8192 visible ASCII characters, no blanks)");
    }
    PrivateFiles.folder(folder);
    Path keyFile = folder.resolve(KEY);
    byte[] key = Files.exists(keyFile, LinkOption.NOFOLLOW_LINKS) ? key() : newKey(keyFile);
    byte[] sealed = Seal.close(key, name, value.getBytes(StandardCharsets.US_ASCII), random);
    PrivateFiles.write(file(name), sealed);
  }

  /** The secret's value, or null when there is none of that name. */
  public @Nullable String get(String name) throws IOException {
    checkName(name);
    Path file = file(name);
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return null;
    }
    byte[] sealed = PrivateFiles.read(file, Seal.LARGEST);
    return new String(Seal.open(key(), name, sealed), StandardCharsets.US_ASCII);
  }

  /** False when there was none. */
  public boolean remove(String name) throws IOException {
    checkName(name);
    return Files.deleteIfExists(file(name));
  }

  /** The names, sorted. */
  public List<String> names() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(file -> file.endsWith(ENDING))
          .map(file -> file.substring(0, file.length() - ENDING.length()))
          .sorted()
          .toList();
    }
  }

  private byte[] key() throws IOException {
    Path file = folder.resolve(KEY);
    PrivateFiles.requireOwnerOnly(file);
    byte[] key = PrivateFiles.read(file, Seal.KEY_BYTES);
    if (key.length != Seal.KEY_BYTES) {
      throw new IOException(
          KEY + ": " + key.length + " bytes (expected: " + Seal.KEY_BYTES + ", as it was made)");
    }
    return key;
  }

  private byte[] newKey(Path file) throws IOException {
    byte[] key = new byte[Seal.KEY_BYTES];
    random.nextBytes(key);
    PrivateFiles.write(file, key);
    return key;
  }

  private Path file(String name) {
    return folder.resolve(name + ENDING);
  }

  private static void checkName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "the name: " + name.length() + " characters (expected: " + NAME_EXPECTED + ")");
    }
  }
}
